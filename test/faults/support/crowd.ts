import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";

/**
 * Many clients in a process of their own: `node crowd.ts <url> <"socket" | "stream"> <how many>`. All of them come at once, subscribe
 * to what never tells anything, and stay. It prints how long that took and how
 * often one had to come again; and for each line that it reads how many are still there.
 */
const [, , url = "", transport = "", count = "0"] = process.argv;

const SUBSCRIBE = JSON.stringify({
  type: "subscribe",
  id: "1",
  payload: { query: "subscription { silence }" },
});

type Member = {
  readonly isIn: Promise<unknown>;
  /** Whether the server answers on this connection, or at least has not ended it. */
  answers(): Promise<boolean>;
};

function enterBySocket(): Member {
  let socket: WebSocket;
  const enter = async (): Promise<void> => {
    socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
      perMessageDeflate: false,
    });
    socket.on("error", () => undefined);
    socket.on("open", () => socket.send('{"type":"connection_init"}'));
    const isGreeted = await Promise.race([
      once(socket, "message").then(() => true),
      once(socket, "close").then(() => false),
    ]);
    if (!isGreeted) return comeBack(enter);
    socket.send(SUBSCRIBE);
  };
  return {
    isIn: enter(),
    async answers() {
      if (socket.readyState !== WebSocket.OPEN) return false;
      const heard = once(socket, "message").then(([data]) => String(data) === '{"type":"pong"}');
      socket.send('{"type":"ping"}');
      return Promise.race([heard, once(socket, "close").then(() => false)]);
    },
  };
}

function enterByStream(): Member {
  let isOpen = false;
  const enter = async (): Promise<void> => {
    const asked = request(`${url}/graphql?query=subscription{silence}`, {
      agent: false,
      headers: { accept: "text/event-stream" },
    });
    const begun = new Promise<boolean>((resolve) => {
      asked.on("error", () => resolve(false));
      asked.on("response", (response: IncomingMessage) => {
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
    asked.end();
    if (!(await begun)) return comeBack(enter);
  };
  return { isIn: enter(), answers: async () => isOpen };
}

/** As clients do: a kernel with too much to do resets connections, and a slow client may begin too late and be closed for it. */
async function comeBack(enter: () => Promise<void>): Promise<void> {
  retries += 1;
  await sleep(Math.random() * 1_000);
  return enter();
}

let retries = 0;
const startedAt = performance.now();
const crowd = Array.from({ length: Number(count) }, transport === "socket" ? enterBySocket : enterByStream);
await Promise.all(crowd.map(({ isIn }) => isIn));
console.log(JSON.stringify({ seconds: (performance.now() - startedAt) / 1_000, retries }));

for await (const _line of createInterface({ input: process.stdin })) {
  const answers = await Promise.all(crowd.map((member) => member.answers()));
  console.log(JSON.stringify({ here: answers.filter(Boolean).length }));
}
