import { request } from "undici";
import type { Webhook } from "./webhook.ts";

/** Personio stays on the internet; the sandbox never leaves the machine that it runs on. */
export const isLoopback = ({ hostname }: URL): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);

export type Posting = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

/**
 * Posts once and gives the status; null where none came in time, or from a host that is not this machine. Not by Node's `fetch`, which unpacks an
 * answer through streams that have no listener: an answer that is packed twice would end the process.
 */
export async function post({ url, headers, body, timeoutMs, signal }: Posting): Promise<number | null> {
  if (!isLoopback(new URL(url))) return null;
  try {
    const answer = await request(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), signal]),
    });
    answer.body.on("error", () => undefined).destroy();
    return answer.statusCode;
  } catch {
    // Refused, reset or too late: to the sender that is all the same.
    return null;
  }
}

/** All that shows a receiver who sends: there is no signature. */
export function authenticationOf({ auth_type: type, token, custom_headers: custom }: Webhook) {
  if (type === "CUSTOM") return custom ?? {};
  return type === "TOKEN" && token !== undefined ? { authorization: token } : {};
}

export const isAcknowledged = (status: number | null): boolean =>
  status !== null && status >= 200 && status < 300;

/** Silence and the server's own failures may pass; a refusal, a redirect and "not implemented" will not. */
export const isWorthRetrying = (status: number | null): boolean =>
  status === null || (status >= 500 && status !== 501);
