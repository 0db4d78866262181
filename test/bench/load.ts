import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { quantile } from "./numbers.ts";

export type Load = { readonly requestsASecond: number; readonly p50Ms: number; readonly p99Ms: number };

/** Enough that neither side ever idles; equals the number of Postgres connections of both. */
const CONNECTIONS = 10;

/**
 * Sends requests to one server on keep-alive connections, each of which waits for its response, and counts
 * the responses. The load shares the machine's cores with the measured server, so it does little. Requests
 * are prepared bytes, and it reads only the status and the length of a response.
 */
export async function generateLoad(
  url: string,
  { bodies, seconds }: { bodies: readonly string[]; seconds: number },
): Promise<Load> {
  const requests = bodies.map((body) => requestBytes(new URL(url), body));
  const until = performance.now() + seconds * 1_000;
  const startedAt = performance.now();
  const latencies = await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, turn) =>
      askUntil(until, {
        url: new URL(url),
        requests,
        from: Math.floor((turn * requests.length) / CONNECTIONS),
      }),
    ),
  );
  const all = latencies.flat();
  return {
    requestsASecond: (all.length * 1_000) / (performance.now() - startedAt),
    p50Ms: quantile(all, 0.5),
    p99Ms: quantile(all, 0.99),
  };
}

function requestBytes({ pathname, host }: URL, body: string): Buffer {
  return Buffer.from(
    `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n` +
      `accept: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

type Connection = { readonly url: URL; readonly requests: readonly Buffer[]; readonly from: number };

/** @returns the time of each response, in milliseconds. */
async function askUntil(until: number, { url, requests, from }: Connection): Promise<number[]> {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
  await once(socket, "connect");
  const answered = createAnswerReader(socket);
  const latencies: number[] = [];
  let turn = from;
  // At least one request each: on a busy machine, to connect may take longer than a short load.
  do {
    const askedAt = performance.now();
    socket.write(requests[turn % requests.length]!);
    await answered();
    latencies.push(performance.now() - askedAt);
    turn += 1;
  } while (performance.now() < until);
  socket.destroy();
  return latencies;
}

/** Resolves at the end of the next response; rejects unless it is a 200 with a content length. */
function createAnswerReader(socket: Socket): () => Promise<void> {
  let answer = Promise.withResolvers<void>();
  let missing = 0;
  socket.on("data", (chunk) => {
    if (missing === 0) {
      const headEnd = chunk.indexOf("\r\n\r\n");
      const head = chunk.toString("latin1", 0, headEnd);
      const length = /^content-length: (\d+)/im.exec(head)?.[1];
      if (!head.startsWith("HTTP/1.1 200 ") || headEnd < 0 || length === undefined) {
        answer.reject(new Error(`Not an answer to count: ${chunk.toString().slice(0, 500)}`));
        return;
      }
      missing = Number(length) + headEnd + "\r\n\r\n".length;
    }
    missing -= chunk.length;
    if (missing === 0) answer.resolve();
  });
  socket.on("error", (error) => answer.reject(error));
  socket.on("close", () => answer.reject(new Error("The server closed the connection.")));
  return () => {
    answer = Promise.withResolvers<void>();
    return answer.promise;
  };
}
