import { once } from "node:events";
import { request } from "node:http";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";

/**
 * Many clients in a process of their own: `node crowd.ts <url> <"socket" | "stream"> <how many>`. All of them come at once, subscribe
 * to what never tells anything, and stay. It prints how long that took; and for each line that it reads how many are still there.
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
    // On a machine with too much to do, we may greet too late and be closed for it, or reset.
    if (!isGreeted) return enter();
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
  const asked = request(`${url}/graphql?query=subscription{silence}`, {
    agent: false,
    headers: { accept: "text/event-stream" },
  });
  let isOpen = true;
  asked.on("error", fail);
  const isIn = once(asked, "response").then(([response]) => {
    if (response.statusCode !== 200) fail(new Error(`refused with ${response.statusCode}`));
    response.on("close", () => {
      isOpen = false;
    });
    return once(response, "data");
  });
  asked.end();
  return { isIn, answers: async () => isOpen };
}

function fail(error: Error): never {
  console.error(error);
  process.exit(1);
}

const startedAt = performance.now();
const crowd = Array.from({ length: Number(count) }, transport === "socket" ? enterBySocket : enterByStream);
await Promise.all(crowd.map(({ isIn }) => isIn));
console.log(JSON.stringify({ seconds: (performance.now() - startedAt) / 1_000 }));

for await (const _line of createInterface({ input: process.stdin })) {
  const answers = await Promise.all(crowd.map((member) => member.answers()));
  console.log(JSON.stringify({ here: answers.filter(Boolean).length }));
}
