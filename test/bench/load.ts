import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { quantile } from "./numbers.ts";

export type Load = {
  readonly requests: number;
  readonly requestsASecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/** Requests to one address, prepared as bytes. Each is sent once before any is repeated. */
export type Requests = { next(): Buffer; readonly url: URL };

export function prepareRequests(address: string, bodies: readonly string[]): Requests {
  const url = new URL(address);
  const prepared = bodies.map((body) => requestBytes(url, body));
  let turn = 0;
  return {
    url,
    next: () => {
      turn += 1;
      return prepared[turn % prepared.length]!;
    },
  };
}

/** More than each side has connections to Postgres, so that none ever idles. */
const CONNECTIONS = 16;

/**
 * Sends requests to one server on keep-alive connections, each of which waits for its response, and counts
 * the responses. The load shares the machine's cores with the measured server. So it reads only the status
 * and the length of a response.
 */
export async function generateLoad(
  requests: Requests,
  seconds: number,
  connections = CONNECTIONS,
): Promise<Load> {
  const startedAt = performance.now();
  const until = startedAt + seconds * 1_000;
  const latencies = await Promise.all(Array.from({ length: connections }, () => askUntil(until, requests)));
  const all = latencies.flat();
  return {
    requests: all.length,
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

/** @returns the time of each response, in milliseconds. */
async function askUntil(until: number, { url, next }: Requests): Promise<number[]> {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
  await once(socket, "connect");
  const answered = createAnswerReader(socket);
  const latencies: number[] = [];
  // At least one request each: on a busy machine, to connect may take longer than a short load.
  do {
    const askedAt = performance.now();
    socket.write(next());
    await answered();
    latencies.push(performance.now() - askedAt);
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
      const isError = chunk.subarray(headEnd + 4).indexOf('{"errors"') === 0;
      if (!head.startsWith("HTTP/1.1 200 ") || isError || headEnd < 0 || length === undefined) {
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
