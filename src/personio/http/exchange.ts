import { z } from "zod";
import { faultOfError, faultOfStatus } from "./classify-fault.ts";
import { failed, type Outcome } from "./fault.ts";
import { parseJson } from "./parse-json.ts";
import { readRetryAfter } from "./retry-after.ts";

/**
 * A hundred employees with every preset attribute are about 0.5 MB. Far above it, and still small enough to hold: the
 * limit counts unpacked bytes, so that a small compressed body cannot fill the memory.
 */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

// VERIFY(personio): the names are free text in UPPER_SNAKE_CASE; whether they must be registered is not documented.
const WHO_WE_ARE = {
  "x-personio-partner-id": "PEOPLE_SUBGRAPH",
  "x-personio-app-id": "PEOPLE_SUBGRAPH",
} as const;

export type PersonioRequest = {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Numbers only: a query is printed in errors and logs, and proxies keep it, so nothing personal may stand in it. */
  readonly query?: Readonly<Record<string, number>>;
  /** Sent as JSON, never printed. */
  readonly body?: Readonly<Record<string, string>>;
};

export type ExchangeOptions = {
  readonly apiUrl: URL;
  readonly token: string | undefined;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
};

/** The request in the words of errors and logs. */
export const describe = ({ method, path, query }: PersonioRequest): string =>
  `${method} ${path}${queryOf(query)}`;

/**
 * Sends one request, once, and reads its answer to the end: the JSON of a success, or the fault. Rejects with the
 * reason of an aborted `signal`, and for a path that leads away from `apiUrl`.
 *
 * The deadline covers everything up to the last byte of the body. Redirects are not followed, so the bearer token goes
 * to the configured origin and nowhere else.
 */
export async function exchange(
  request: PersonioRequest,
  options: ExchangeOptions,
): Promise<Outcome<unknown>> {
  const { apiUrl, token, deadlineMs, signal } = options;
  const asked = describe(request);
  const url = urlOf(request, apiUrl);
  const deadline = AbortSignal.timeout(deadlineMs);
  let answering = false;
  try {
    const response = await fetch(url, {
      method: request.method,
      headers: headersOf(request, token),
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      ...(request.body && { body: JSON.stringify(request.body) }),
    });
    answering = true;
    return await readAnswer(response, asked);
  } catch (error) {
    signal?.throwIfAborted();
    return failed(asked, faultOfError(error, { answering, deadlineMs, late: deadline.aborted }));
  }
}

function urlOf({ path, query }: PersonioRequest, apiUrl: URL): URL {
  const url = new URL(`${apiUrl.pathname.replace(/\/$/, "")}${path}${queryOf(query)}`, apiUrl);
  // Our paths are constants, but a page link that comes with an answer (API v2) is not, and `//elsewhere/` is a host.
  if (url.origin !== apiUrl.origin)
    throw new RangeError("A request would have left the configured Personio API.");
  return url;
}

function queryOf(query: PersonioRequest["query"]): string {
  const pairs = Object.entries(query ?? {}).map(([name, value]) => `${name}=${value}`);
  return pairs.length > 0 ? `?${pairs.join("&")}` : "";
}

const headersOf = ({ body }: PersonioRequest, token: string | undefined): Record<string, string> => ({
  accept: "application/json",
  ...WHO_WE_ARE,
  ...(token && { authorization: `Bearer ${token}` }),
  ...(body && { "content-type": "application/json" }),
});

async function readAnswer(response: Response, asked: string): Promise<Outcome<unknown>> {
  const { status, headers } = response;
  if (!response.ok) {
    await response.body?.cancel();
    // An HTTP date is in Personio's time; its own clock comes with the answer, ours may differ.
    const now = Date.parse(headers.get("date") ?? "") || Date.now();
    return failed(asked, faultOfStatus(status), readRetryAfter(headers.get("retry-after"), now));
  }
  if (!/^application\/([\w.-]+\+)?json\b/i.test(headers.get("content-type") ?? "")) {
    await response.body?.cancel();
    return failed(asked, {
      kind: "UPSTREAM_BAD_CONTENT_TYPE",
      found: `${status} with ${typeOf(headers)}, not JSON`,
    });
  }
  const text = await readText(response);
  if (text === null) {
    return failed(asked, {
      kind: "UPSTREAM_TOO_LARGE",
      found: `${status} with more than ${BODY_BYTES_MAX} bytes`,
    });
  }
  return successOf(parseJson(text), { asked, found: `${status} with ${text.length} characters` });
}

/** The type without its parameters, and nothing that is not a plain type. */
const typeOf = (headers: Headers): string =>
  /^[a-z]+\/[a-z0-9.+-]{1,40}/.exec(headers.get("content-type")?.toLowerCase() ?? "")?.[0] ??
  "no content type";

/** `null` when the body is larger than we are willing to hold. Throws when it breaks off or is not UTF-8. */
async function readText(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
}

/** Personio's way to refuse, which also comes with the status 200. */
const refusal = z.object({ success: z.literal(false) });

function successOf(body: unknown, { asked, found }: { asked: string; found: string }): Outcome<unknown> {
  if (body === undefined)
    return failed(asked, { kind: "UPSTREAM_BAD_BODY", found: `${found}, not whole JSON` });
  if (!refusal.safeParse(body).success) return { ok: true, value: body };
  return failed(asked, { kind: "UPSTREAM_ERROR", found: `${found}, success: false` });
}
