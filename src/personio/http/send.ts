import type { Readable } from "node:stream";
import { Agent, request } from "undici";

/**
 * Not Node's `fetch`: it decodes a response through streams without an error listener, and the `error` of a
 * doubly encoded response ends the process. Personio documents HTTP/1.1, and the tests of the limits use it.
 */
const agent = new Agent({ allowH2: false });

export type HttpResponse = { readonly status: number; readonly headers: Headers; readonly body: Readable };

export type SendOptions = {
  readonly method: "GET" | "POST" | "DELETE";
  readonly headers: Record<string, string>;
  readonly body: string | null;
  readonly signal: AbortSignal;
};

/** Sends one request and resolves when the headers of the response arrive. It does not follow redirects. */
export async function send(url: URL, options: SendOptions): Promise<HttpResponse> {
  const { statusCode, headers, body } = await request(url, { ...options, dispatcher: agent });
  // The body may fail before a reader attaches, or after it has left.
  body.on("error", () => undefined);
  const pairs = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return { status: statusCode, headers: new Headers(pairs), body };
}
