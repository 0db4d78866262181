import { execSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sendOverEventStream } from "../graphql/support/event-stream-client.ts";
import { closed, openSocket, sendOverSocket } from "../graphql/support/socket-client.ts";
import { codesOf, type StubServer, send, startStubServer } from "../graphql/support/start-stub-server.ts";
import { watchEventLoop } from "../support/event-loop.ts";
import { eventually } from "../support/eventually.ts";
import { measureSlowness } from "../support/slowness.ts";
import { startProcess, type TestProcess } from "../support/start-process.ts";

/** The limit in production, and the promises to clients. */
const CONNECTIONS_MAX = 10_000;
const BACK_WITHIN_SECONDS = 60;
/**
 * The longest turn of the event loop, as a share of the CPU time that all connections take. Without the
 * throttle it is two thirds, and requests wait for it.
 */
const LONGEST_TURN_MAX = 0.3;
const REQUEST_EVERY_MS = 20;

/**
 * Each connection needs a descriptor in the server and one in the crowd. Node raises its soft limit itself.
 */
const descriptors = Number(execSync("ulimit -Hn", { shell: "/bin/sh", encoding: "utf8" }).trim());
const hasDescriptors = !(descriptors < CONNECTIONS_MAX + 500);

/** Sends one HTTP request after the other. @returns the number of answers. */
async function requestUntil(url: string, isOver: () => boolean): Promise<number> {
  let answers = 0;
  for (; !isOver(); answers += 1) {
    const { body } = await send(url, {
      search: "?query={echo}",
      headers: { "content-type": "application/json" },
    });
    if (codesOf(body).length > 0) throw new Error(`The server answered ${codesOf(body)}.`);
    await wait(REQUEST_EVERY_MS);
  }
  return answers;
}

describe.skipIf(!hasDescriptors).each<[string, "socket" | "stream"]>([
  ["sockets", "socket"],
  ["event streams", "stream"],
])("the service holds ten thousand %s", (_what, transport) => {
  let server: StubServer;
  let crowd: TestProcess;
  beforeAll(async () => {
    server = await startStubServer();
    crowd = startProcess("../faults/support/crowd.ts", [server.url, transport, String(CONNECTIONS_MAX)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
  });
  afterAll(async () => {
    await crowd.kill();
    await server[Symbol.asyncDispose]();
  });

  const countConnected = async (): Promise<unknown> => {
    crowd.child.stdin?.write("\n");
    return (await crowd.nextLine()).connected;
  };

  test("H6: clients that connect at once are accepted at a thousand a second, and do not block requests meanwhile", async () => {
    let isOver = false;
    const slownessBefore = measureSlowness();
    const allIn = crowd.nextLine().finally(() => {
      isOver = true;
    });
    using loop = watchEventLoop();
    const [{ seconds, retries }, answers] = await Promise.all([
      allIn,
      requestUntil(server.url, () => isOver),
    ]);
    const { totalMs, longestMs } = loop.cpu();
    // The crowd, the server and this test share two cores, also on a quiet machine.
    const slowness = Math.max(slownessBefore, measureSlowness());
    console.info(
      `${seconds} s, ${retries} retries, blocked for ${Math.round(longestMs)} of ${Math.round(totalMs)} ms of CPU, slowness ${slowness.toFixed(1)}`,
    );

    expect(seconds).toBeGreaterThan(CONNECTIONS_MAX / 1_000 - 1);
    expect(Number(seconds) / slowness).toBeLessThan(BACK_WITHIN_SECONDS);
    expect(answers).toBeGreaterThan(100);
    expect(longestMs / totalMs).toBeLessThan(LONGEST_TURN_MAX);
  });

  test("H2: a client beyond the limit is refused, and all others stay connected and get answers", async () => {
    if (transport === "socket") {
      expect(await closed(await openSocket(server.url))).toMatchObject({ code: 4429 });
      expect(await sendOverEventStream(server.url, { query: "{ echo }" })).toHaveLength(1);
    } else {
      const refused = await fetch(`${server.url}/graphql?query=subscription{silence}`, {
        headers: { accept: "text/event-stream" },
      });
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(codesOf(await refused.json())).toEqual(["TOO_MANY_SUBSCRIPTIONS"]);
      expect(await sendOverSocket(server.url, { query: "{ echo }" })).toHaveLength(1);
    }
    expect(await countConnected()).toBe(CONNECTIONS_MAX);
  });

  test("H2: a new client is accepted once the others have disconnected", async () => {
    await crowd.kill();
    const request = transport === "socket" ? sendOverSocket : sendOverEventStream;
    await eventually(
      async () => (await request(server.url, { query: "{ echo }" }).catch(() => [])).length === 1,
    );
  });
});
