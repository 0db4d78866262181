import { once } from "node:events";
import { afterAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { administratorOfDefault } from "../../../src/access/viewer.ts";
import { eventually } from "../../support/eventually.ts";
import { codesOf, startStubServer } from "../support/start-stub-server.ts";

const BURST = 4;

/** The header names the user. The window does not end during a test. */
const server = await startStubServer({
  limits: { rates: { perUser: BURST / 3_600, perTenant: null, windowSeconds: 3_600 } },
  identify: async ({ authorization = "" }) => ({ ...administratorOfDefault, subject: authorization }),
});
afterAll(() => server[Symbol.asyncDispose]());

const send = (user: string, body: object, accept = "application/json") =>
  fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { authorization: user, "content-type": "application/json", accept },
    body: JSON.stringify(body),
  });

const overHttp = (user: string, query = "{ echo }") => send(user, { query });
const overStream = (user: string, query = "{ echo }") => send(user, { query }, "text/event-stream");

type Message = { type: string; id?: string; payload: { message: string; extensions: object }[] };

async function openSocketOf(user: string) {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
    headers: { authorization: user },
  });
  const received: Message[] = [];
  socket.on("message", (data) => received.push(JSON.parse(String(data))));
  await once(socket, "open");
  socket.send('{"type":"connection_init"}');
  await eventually(() => received.length > 0);
  let lastId = 0;
  return {
    socket,
    /** The messages of one operation, until it has ended. */
    async ask(query: string): Promise<Message[]> {
      lastId += 1;
      const id = String(lastId);
      socket.send(JSON.stringify({ type: "subscribe", id, payload: { query } }));
      const own = () => received.filter((message) => message.id === id);
      await eventually(() => ["complete", "error"].includes(own().at(-1)?.type ?? ""));
      return own();
    },
  };
}

describe("the operations of a user", () => {
  test("operations over HTTP, event streams and sockets count together, and each is refused above the limit", async () => {
    const { socket, ask } = await openSocketOf("ada");
    const http = await overHttp("ada");
    expect(http.headers.get("ratelimit-policy")).toBe(`"user";q=${BURST};w=3600`);
    expect(http.headers.get("ratelimit")).toMatch(/^"user";r=3;t=3(600|59\d)$/);
    const stream = await overStream("ada");
    expect(stream.headers.get("ratelimit")).toMatch(/^"user";r=2;t=\d+$/);
    await stream.text();
    await ask("{ echo }");
    await ask("{ echo }");

    for (const answer of [await overHttp("ada"), await overStream("ada")]) {
      expect(answer.status).toBe(429);
      expect(answer.headers.get("ratelimit")).toMatch(/^"user";r=0;t=\d+$/);
      expect(answer.headers.get("retry-after")).toMatch(/^3(600|59\d)$/);
      expect(answer.headers.get("content-type")).toMatch(/application\/json/);
      expect(codesOf(await answer.json())).toEqual(["LIMIT_RATE"]);
    }
    expect(await ask("{ echo }")).toMatchObject([
      {
        type: "error",
        payload: [{ extensions: { code: "LIMIT_RATE", help: expect.stringContaining("Wait") } }],
      },
    ]);
    expect((await overHttp("bo")).status).toBe(200);
    socket.terminate();
  });

  test("a refused operation counts, and so does a persisted query that is not stored", async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } };
    const statuses = [];
    for (const body of [
      { query: "{ nothing }" },
      { query: "{" },
      { extensions },
      { extensions },
      { extensions },
    ])
      statuses.push((await send("cleo", body)).status);

    expect(statuses).toEqual([200, 200, 200, 200, 429]);
  });

  test("a mutation over GET, which Apollo refuses itself, has the headers of the limits", async () => {
    const search = new URLSearchParams({ query: "mutation { add(a: 1, b: 2) }" });
    const answer = await fetch(`${server.url}/graphql?${search}`, {
      headers: { authorization: "fay", "apollo-require-preflight": "true" },
    });

    expect(answer.status).toBe(405);
    expect(answer.headers.get("ratelimit")).toMatch(/^"user";r=3;t=\d+$/);
  });

  test("the events of a running subscription do not count", async () => {
    const { socket, ask } = await openSocketOf("dan");
    const messages = await ask(`subscription { count(to: ${3 * BURST}) }`);
    const stream = await overStream("dan", `subscription { count(to: ${3 * BURST}) }`);

    expect(messages.filter(({ type }) => type === "next")).toHaveLength(3 * BURST);
    expect((await stream.text()).match(/event: next/g)).toHaveLength(3 * BURST);
    expect((await overHttp("dan")).headers.get("ratelimit")).toMatch(/^"user";r=1;/);
    socket.terminate();
  });

  test("a refused operation does not run", async () => {
    for (let sent = 0; sent < BURST; sent += 1) await overHttp("eve");
    const answer = await overHttp("eve", "mutation { add(a: 1, b: 2) }");

    expect(await answer.json()).toMatchObject({
      errors: [{ message: expect.stringContaining(`${BURST} operations`) }],
    });
  });
});
