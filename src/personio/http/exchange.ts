import { once } from "node:events";
import { z } from "zod";
import { faultOfError, faultOfRefusal, faultOfStatus, problemIn } from "./classify-fault.ts";
import { failed, type Outcome } from "./fault.ts";
import { parseJson } from "./parse-json.ts";
import { readRetryAfter } from "./retry-after.ts";
import { sentenceIn } from "./sentence.ts";

/**
 * A hundred employees with every preset attribute are about 0.5 MB. Far above it, and still small enough to hold: the
 * limit counts unpacked bytes, so that a small compressed body cannot fill the memory.
 */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

/** An error's body is a few lines. */
const PROBLEM_BYTES_MAX = 64 * 1024;

/** The statuses that mean different things by what their body says. */
const AMBIGUOUS_STATUSES: readonly number[] = [400, 401, 404];

/** Where the status says enough, a body that does not come at once is done without. */
const PROBLEM_DEADLINE_MS = 5_000;

/** A refusal says in its body what it is about; an answer that asks for another attempt says nothing that matters. */
const mayExplain = (status: number): boolean =>
  status >= 400 && status < 500 && ![408, 425, 429].includes(status);

// VERIFY(personio): the names are free text in UPPER_SNAKE_CASE; whether they must be registered is not documented.
const WHO_WE_ARE = {
  "x-personio-partner-id": "PEOPLE_SUBGRAPH",
  "x-personio-app-id": "PEOPLE_SUBGRAPH",
} as const;

export type PersonioRequest = {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** The path as Personio counts requests by it, where ids stand in it: `/v2/persons/{id}`. */
  readonly route?: string;
  /**
   * A number is printed in errors and logs; of a text, only that it was there. Nothing personal may stand in either, for
   * proxies keep it.
   */
  readonly query?: Readonly<Record<string, number | string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Never printed. */
  readonly body?: { readonly json: object } | { readonly form: Readonly<Record<string, string>> };
  /** Nothing is read of a success, and `answer` gets `undefined`. */
  readonly answerless?: true;
  /** The access right that it takes, in Personio's words, where it is not the one to employees. */
  readonly needs?: string;
};

export type ExchangeOptions = {
  readonly apiUrl: URL;
  readonly token: string | undefined;
  /** What must never be printed, besides the token, should an answer repeat it. */
  readonly secrets?: readonly string[];
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  /** Told of the headers of whatever answer comes. */
  readonly onHeaders?: (headers: Headers) => void;
};

/** The request in the words of errors and logs. */
export const describe = ({ method, path, query }: PersonioRequest): string =>
  `${method} ${path}${printed(query)}`;

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
      ...(request.body && { body: bodyOf(request.body) }),
    });
    answering = true;
    options.onHeaders?.(response.headers);
    const secrets = [...(options.secrets ?? []), ...(token ? [token] : [])];
    return await readAnswer(response, { asked, answerless: request.answerless, secrets });
  } catch (error) {
    signal?.throwIfAborted();
    return failed(asked, faultOfError(error, { answering, deadlineMs, late: deadline.aborted }));
  }
}

function urlOf({ path, query }: PersonioRequest, apiUrl: URL): URL {
  const url = new URL(`${apiUrl.pathname.replace(/\/$/, "")}${path}${queryOf(query)}`, apiUrl);
  // Our paths hold ids that come from outside, and `//elsewhere/` is a host.
  if (url.origin !== apiUrl.origin)
    throw new RangeError("A request would have left the configured Personio API.");
  return url;
}

function queryOf(query: PersonioRequest["query"] = {}): string {
  const pairs = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return pairs.size > 0 ? `?${pairs}` : "";
}

function printed(query: PersonioRequest["query"] = {}): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${name}=${typeof value === "number" ? value : "…"}`,
  );
  return pairs.length > 0 ? `?${pairs.join("&")}` : "";
}

const headersOf = (
  { body, headers }: PersonioRequest,
  token: string | undefined,
): Record<string, string> => ({
  accept: "application/json",
  ...WHO_WE_ARE,
  ...headers,
  ...(token && { authorization: `Bearer ${token}` }),
  // Of a form, `fetch` says so itself.
  ...(body && "json" in body && { "content-type": "application/json" }),
});

const bodyOf = (body: NonNullable<PersonioRequest["body"]>): string | URLSearchParams =>
  "json" in body ? JSON.stringify(body.json) : new URLSearchParams(body.form);

type AnswerOptions = {
  readonly asked: string;
  readonly answerless: true | undefined;
  readonly secrets: readonly string[];
};

async function readAnswer(
  response: Response,
  { asked, answerless, secrets }: AnswerOptions,
): Promise<Outcome<unknown>> {
  const { status, headers } = response;
  if (!response.ok) {
    const body = await readProblem(response);
    // An HTTP date is in Personio's time; its own clock comes with the answer, ours may differ.
    const now = Date.parse(headers.get("date") ?? "") || Date.now();
    const finding = faultOfStatus(status, problemIn(body, status), sentenceIn(body, secrets));
    return failed(asked, finding, readRetryAfter(headers.get("retry-after"), now));
  }
  if (answerless) {
    await response.body?.cancel();
    return { ok: true, value: undefined };
  }
  if (!/^application\/([\w.-]+\+)?json\b/i.test(headers.get("content-type") ?? "")) {
    await response.body?.cancel();
    return failed(asked, {
      kind: "UPSTREAM_BAD_CONTENT_TYPE",
      found: `${status} with ${typeOf(headers)}, not JSON`,
    });
  }
  const body = await readBody(response, BODY_BYTES_MAX);
  if (body === null) {
    return failed(asked, {
      kind: "UPSTREAM_TOO_LARGE",
      found: `${status} with more than ${BODY_BYTES_MAX} bytes`,
    });
  }
  return successOf(parseJson(body), { asked, found: `${status} with ${body.length} bytes`, secrets });
}

/** The JSON of an error; `undefined` where it has none, or takes its time. */
async function readProblem(response: Response): Promise<unknown> {
  if (!mayExplain(response.status)) {
    await response.body?.cancel();
    return undefined;
  }
  if (AMBIGUOUS_STATUSES.includes(response.status)) {
    const body = await readBody(response, PROBLEM_BYTES_MAX);
    return body === null ? undefined : parseJson(body);
  }
  const late = AbortSignal.timeout(PROBLEM_DEADLINE_MS);
  const body = await Promise.race([
    readBody(response, PROBLEM_BYTES_MAX).catch(() => null),
    once(late, "abort").then(() => null),
  ]);
  // Locked by whoever still reads it, it ends with the deadline of the request.
  if (body === null) return undefined;
  return parseJson(body);
}

/** The type without its parameters, and nothing that is not a plain type. */
const typeOf = (headers: Headers): string =>
  /^[a-z]+\/[a-z0-9.+-]{1,40}/.exec(headers.get("content-type")?.toLowerCase() ?? "")?.[0] ??
  "no content type";

/** `null` when the body is larger than we are willing to hold. Throws when it breaks off. */
async function readBody(response: Response, bytesMax: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Personio's way to refuse, which also comes with the status 200; then the code stands for the status. */
const refusal = z.object({
  success: z.literal(false),
  error: z.object({ code: z.unknown() }).catch({ code: 0 }),
});

type SuccessOptions = { readonly asked: string; readonly found: string; readonly secrets: readonly string[] };

function successOf(body: unknown, { asked, found, secrets }: SuccessOptions): Outcome<unknown> {
  if (body === undefined)
    return failed(asked, { kind: "UPSTREAM_BAD_BODY", found: `${found}, not whole JSON in UTF-8` });
  const refused = refusal.safeParse(body);
  if (!refused.success) return { ok: true, value: body };
  const finding = faultOfRefusal(Number(refused.data.error.code), sentenceIn(body, secrets));
  return failed(asked, { ...finding, found: `${found}, ${finding.found}` });
}
