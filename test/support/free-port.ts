import { once } from "node:events";
import { createServer } from "node:net";

/** A port that is free now, for an address that must be known before the server starts. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || !address) throw new Error("A port was expected.");
  return address.port;
}
