import { request } from "undici";
import type { Webhook } from "./webhook.ts";

/** Personio calls addresses on the internet; the sandbox only calls its own machine. */
export const isLoopback = ({ hostname }: URL): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);

export type PostOptions = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

/**
 * Posts once. @returns the status, or null for no answer in time or a host that is not loopback. It does not
 * use Node's `fetch`. That unpacks a compressed body through streams without an error listener, and a doubly
 * compressed body would end the process.
 */
export async function post({ url, headers, body, timeoutMs, signal }: PostOptions): Promise<number | null> {
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
    // Refused, reset or too late: the sender treats them alike.
    return null;
  }
}

/** The only authentication of the sender to a receiver: there is no signature. */
export function authenticationOf({ auth_type: type, token, custom_headers: custom }: Webhook) {
  if (type === "CUSTOM") return custom ?? {};
  return type === "TOKEN" && token !== undefined ? { authorization: token } : {};
}

export const isAcknowledged = (status: number | null): boolean =>
  status !== null && status >= 200 && status < 300;

/** No answer and server errors may be transient; a refusal, a redirect and "not implemented" are final. */
export const isWorthRetrying = (status: number | null): boolean =>
  status === null || (status >= 500 && status !== 501);
