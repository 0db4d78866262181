import { maxHeaderSize, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { HEADERS_OF_UNROUTED } from "./browser-headers.ts";

type Answer = { readonly status: number; readonly code: string; readonly message: string };

const MALFORMED: Answer = { status: 400, code: "BAD_REQUEST", message: "The request is not valid HTTP." };

/** What Node refuses before there is a request, by the codes of its errors. */
const ANSWERS: ReadonlyMap<unknown, Answer> = new Map([
  [
    "HPE_HEADER_OVERFLOW",
    {
      status: 431,
      code: "PAYLOAD_TOO_LARGE",
      message: `The headers are larger than ${maxHeaderSize} bytes. A token may have half of that.`,
    },
  ],
  [
    "ERR_HTTP_REQUEST_TIMEOUT",
    { status: 408, code: "BAD_REQUEST", message: "The request did not arrive in time." },
  ],
]);

/** Answers a body that is not a request in GraphQL's JSON, too, and closes the connection. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const { status, code, message } = ANSWERS.get(error.code) ?? MALFORMED;
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  const headers = {
    ...HEADERS_OF_UNROUTED,
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  if (socket.writable)
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
  socket.destroy(error);
}
