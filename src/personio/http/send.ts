import type { Readable } from "node:stream";
import { Agent, request } from "undici";

/**
 * Not the `fetch` of Node: it unpacks an answer through streams that nobody can listen to, and an answer that is packed twice
 * ends the process with the `error` of one of them. HTTP/1.1 is what Personio documents, and what the limits are tested with.
 */
const agent = new Agent({ allowH2: false });

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Readable };

export type SendOptions = {
  readonly method: "GET" | "POST" | "DELETE";
  readonly headers: Record<string, string>;
  readonly body: string | null;
  readonly signal: AbortSignal;
};

/** Sends one request and resolves with the beginning of its answer. Redirects are answers like any other. */
export async function send(url: URL, options: SendOptions): Promise<Answer> {
  const { statusCode, headers, body } = await request(url, { ...options, dispatcher: agent });
  // Whatever ends the answer while nobody reads it, or after that.
  body.on("error", () => undefined);
  const pairs = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return { status: statusCode, headers: new Headers(pairs), body };
}
