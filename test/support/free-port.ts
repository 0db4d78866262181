import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below the ports that systems give to outgoing connections and to `listen(0)`: 32,768 and more on Linux. */
const [FIRST_PORT, LAST_PORT] = [16_384, 32_767];

/**
 * A port that is free now, for an address that must be known before the server starts. Until then, only
 * another call could take the port, and it would have to choose the same one of 16,384.
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    const server = createServer().listen(port, "127.0.0.1");
    const isFree = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
