import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Result } from "../../../src/personio/http/failure.ts";
import { sendRequest } from "../../../src/personio/http/send-request.ts";
import { sendJson, startSmallServer } from "../small-server.ts";

/** Longer than any response takes, even on a busy machine. */
const AMPLE_MS = 30_000;
/** For a response that may never end. */
const SHORT_MS = 700;
const request = { method: "GET", path: "/v1/company/employees" } as const;

const askAt = (url: string, deadlineMs = AMPLE_MS): Promise<Result<unknown>> =>
  sendRequest(request, {
    apiUrl: new URL(url),
    token: "papi-1",
    deadlineMs,
    signal: undefined,
  });

/** The result of one request to a server that writes these bytes to any request. */
async function askBytes(answer: (socket: Socket) => void, deadlineMs?: number): Promise<Result<unknown>> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => answer(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  try {
    return await askAt(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, deadlineMs);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

const BODY = Buffer.from(
  JSON.stringify({ success: true, data: Array.from({ length: 9_000 }, () => Math.random()) }),
);
const PACK: ReadonlyMap<string, (bytes: Uint8Array) => Uint8Array> = new Map([
  ["gzip", gzipSync],
  ["x-gzip", gzipSync],
  ["deflate", deflateSync],
  ["br", (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
]);
const pack = (encoding: string): Uint8Array =>
  encoding.split(",").reduce<Uint8Array>((bytes, name) => PACK.get(name.trim())?.(bytes) ?? bytes, BODY);

const head = (encoding: string, more = ""): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: ${encoding}\r\n${more}`;

const half = (encoding: string): Uint8Array => {
  const packed = pack(encoding);
  return packed.subarray(0, packed.length >> 1);
};

/** How a response ends after its first half, if the end of the connection is its end. */
const ENDS: Record<string, (socket: Socket) => void> = {
  "left open": () => undefined,
  "cut short": (socket) => socket.end(),
  reset: (socket) => setTimeout(() => socket.resetAndDestroy(), 50),
  "ended by garbage": (socket) => socket.end(Buffer.alloc(2_000, 7)),
};

const kindOf = (result: Result<unknown>): string => (result.ok ? "OK" : result.failure.kind);

describe("C9: a response with an encoding that we did not accept", () => {
  const stacked = [
    "br, br",
    "gzip, gzip",
    "gzip, br, deflate",
    Array.from({ length: 6 }, () => "gzip").join(","),
    Array.from({ length: 500 }, () => "br").join(","),
  ];
  test.each(
    [...stacked, "bogus", "gzip, bogus", "__proto__", "compress", ";"].flatMap((encoding) =>
      Object.keys(ENDS).map((end) => ({ encoding, end, named: encoding.slice(0, 30) })),
    ),
  )("a response ($named, $end) is UPSTREAM_BAD_ENCODING at once", async ({ encoding, end }) => {
    const result = await askBytes((socket) => {
      socket.write(`${head(encoding)}\r\n`);
      socket.write(encoding.length > 100 ? BODY : half(encoding));
      ENDS[end]?.(socket);
    });
    expect(kindOf(result)).toBe("UPSTREAM_BAD_ENCODING");
  });
});

describe("C9: a response that cannot be decoded to its end", () => {
  test.each([...PACK.keys()].flatMap((encoding) => Object.keys(ENDS).map((end) => ({ encoding, end }))))(
    "a response ($encoding, $end) is a retryable failure",
    async ({ encoding, end }) => {
      const result = await askBytes((socket) => {
        socket.write(`${head(encoding)}\r\n`);
        socket.write(half(encoding));
        ENDS[end]?.(socket);
      }, SHORT_MS);
      expect(["UPSTREAM_BAD_BODY", "UPSTREAM_TIMEOUT"]).toContain(kindOf(result));
      if (end === "left open") expect(kindOf(result)).toBe("UPSTREAM_TIMEOUT");
    },
  );

  test.each([...PACK.keys()])("a complete response (%s) is read", async (encoding) => {
    const packed = pack(encoding);
    const result = await askBytes((socket) =>
      socket.end(Buffer.concat([Buffer.from(`${head(encoding)}\r\n`), packed])),
    );
    expect(kindOf(result)).toBe("OK");
  });

  test("an error response is classified by its status", async () => {
    for (const [status, kind] of [
      [401, "UNAUTHORIZED"],
      [404, "UPSTREAM_REFUSED"],
      [503, "UPSTREAM_ERROR"],
    ] as const) {
      const result = await askBytes((socket) => {
        socket.write(`${head("br, br").replace("200 OK", `${status} No`)}\r\n`);
        socket.write(half("br, br"));
      });
      expect(kindOf(result)).toBe(kind);
    }
  });
});

describe("C9: a response that is not quite HTTP", () => {
  const json = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
  const answers: Record<string, (socket: Socket) => void> = {
    "nothing, and an end": (socket) => socket.end(),
    "a reset": (socket) => socket.resetAndDestroy(),
    garbage: (socket) => socket.end("\0\x01\x02 what?\r\n\r\n"),
    "another version": (socket) => socket.end("HTTP/9.9 200 OK\r\n\r\n"),
    "an endless line": (socket) => socket.write(`HTTP/1.1 200 ${"x".repeat(200_000)}`),
    "headers without end": (socket) => socket.write(`${json}${"a: b\r\n".repeat(20_000)}`),
    "a header with a NUL": (socket) => socket.end(`${json}x: a\0b\r\n\r\n{}`),
    "two lengths": (socket) => socket.end(`${json}content-length: 2\r\ncontent-length: 3\r\n\r\n{}x`),
    "a negative length": (socket) => socket.end(`${json}content-length: -1\r\n\r\n{}`),
    "a thousand times 103, and no more": (socket) =>
      socket.write("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(1_000)),
    "an unrequested upgrade": (socket) =>
      socket.end("HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\nxx"),
    "a broken chunk": (socket) => socket.end(`${json}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`),
    "a chunk cut short": (socket) => socket.end(`${json}transfer-encoding: chunked\r\n\r\nff\r\n{}`),
    "a trailer that is none": (socket) =>
      socket.end(`${json}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n\0\0: \r\n\r\n`),
    "chunks left open": (socket) => socket.write(`${json}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`),
    "packed headers alone": (socket) => socket.write(`${head("gzip")}\r\n`),
  };
  test.each(Object.keys(answers))(
    "a response (%s) is a failure, and the next response is read",
    async (name) => {
      const result = await askBytes(answers[name] ?? (() => undefined), SHORT_MS);
      expect(["UPSTREAM_UNREACHABLE", "UPSTREAM_BAD_BODY", "UPSTREAM_TIMEOUT", "TLS_ERROR"]).toContain(
        kindOf(result),
      );
      await using server = await startSmallServer((_request, response) => sendJson(response, {}));
      expect(kindOf(await askAt(server.url))).toBe("OK");
    },
  );

  test("a second response after the first never counts as the response to another request", async () => {
    let requests = 0;
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", () => {
        requests += 1;
        const answer = `${json}content-length: 7\r\n\r\n{"a":${requests}}`;
        socket.write(answer + (requests === 1 ? `${json}content-length: 7\r\n\r\n{"a":9}` : ""));
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    expect(await askAt(url)).toEqual({ ok: true, value: { a: 1 } });
    const second = await askAt(url);
    if (second.ok) expect(second.value).toEqual({ a: 2 });
    server.close();
  });
});
