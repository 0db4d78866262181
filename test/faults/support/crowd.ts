import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";

/**
 * Many clients in a process of their own: `node crowd.ts <url> <"socket" | "stream"> <how many>`. All of them
 * connect at once, subscribe to a field that never emits, and stay. The process prints how long that took and
 * how many retries it needed. For each line that it reads, it prints how many clients are still connected.
 */
const [, , url = "", transport = "", count = "0"] = process.argv;

const SUBSCRIBE = JSON.stringify({
  type: "subscribe",
  id: "1",
  payload: { query: "subscription { silence }" },
});

type Client = {
  readonly connected: Promise<unknown>;
  /** Whether the server answers on this connection, or at least has not ended it. */
  answers(): Promise<boolean>;
};

function connectSocket(): Client {
  let socket: WebSocket;
  const connect = async (): Promise<void> => {
    socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
      perMessageDeflate: false,
    });
    socket.on("error", () => undefined);
    socket.on("open", () => socket.send('{"type":"connection_init"}'));
    if (!(await nextMessage(socket))) return retry(connect);
    socket.send(SUBSCRIBE);
  };
  return {
    connected: connect(),
    async answers() {
      if (socket.readyState !== WebSocket.OPEN) return false;
      const answer = nextMessage(socket);
      socket.send('{"type":"ping"}');
      return (await answer) === '{"type":"pong"}';
    },
  };
}

/** Null if the connection ends before it. An error, such as a reset of a busy kernel, ends it as well. */
const nextMessage = (socket: WebSocket): Promise<string | null> =>
  Promise.race([
    once(socket, "message").then(([data]) => String(data)),
    once(socket, "close").then(() => null),
  ]).catch(() => null);

function connectStream(): Client {
  let isOpen = false;
  const connect = async (): Promise<void> => {
    const sent = request(`${url}/graphql?query=subscription{silence}`, {
      agent: false,
      headers: { accept: "text/event-stream" },
    });
    const begun = new Promise<boolean>((resolve) => {
      sent.on("error", () => resolve(false));
      sent.on("response", (response: IncomingMessage) => {
        response.on("error", () => undefined);
        response.on("close", () => {
          isOpen = false;
          resolve(false);
        });
        response.once("data", () => {
          isOpen = response.statusCode === 200;
          resolve(isOpen);
        });
      });
    });
    sent.end();
    if (!(await begun)) return retry(connect);
  };
  return { connected: connect(), answers: async () => isOpen };
}

/**
 * Retries as clients do: a busy kernel resets connections, and the server closes clients that are too slow.
 */
async function retry(connect: () => Promise<void>): Promise<void> {
  retries += 1;
  await sleep(Math.random() * 1_000);
  return connect();
}

let retries = 0;
const startedAt = performance.now();
const crowd = Array.from({ length: Number(count) }, transport === "socket" ? connectSocket : connectStream);
await Promise.all(crowd.map(({ connected }) => connected));
console.log(JSON.stringify({ seconds: (performance.now() - startedAt) / 1_000, retries }));

for await (const _line of createInterface({ input: process.stdin })) {
  const answers = await Promise.all(crowd.map((client) => client.answers()));
  console.log(JSON.stringify({ connected: answers.filter(Boolean).length }));
}
