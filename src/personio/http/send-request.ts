import { once } from "node:events";
import { z } from "zod";
import { failureOfEnvelope, failureOfException, failureOfStatus, httpErrorIn } from "./classify-failure.ts";
import { errorMessageIn } from "./error-message.ts";
import { failed, type Result } from "./failure.ts";
import { parseJson } from "./parse-json.ts";
import { ACCEPT_ENCODING, decodeBody, readBody } from "./read-body.ts";
import { readRetryAfter } from "./retry-after.ts";
import { type HttpResponse, send } from "./send.ts";

/**
 * A hundred employees with every preset attribute take about 0.5 MB. This is far more, and still fits into
 * memory. It limits the decoded bytes, so that a small compressed body cannot fill the memory.
 */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

/** The body of an error has a few lines. */
const ERROR_BODY_BYTES_MAX = 64 * 1024;

/** The meaning of these statuses depends on the body. */
const AMBIGUOUS_STATUSES: readonly number[] = [400, 401, 404];

/** If the status is clear, the client does not wait longer for a body. */
const ERROR_BODY_DEADLINE_MS = 5_000;

/** The body of a refusal contains its reason; that of a retryable error does not matter. */
const mayExplain = (status: number): boolean =>
  status >= 400 && status < 500 && ![408, 425, 429].includes(status);

// VERIFY(personio): the names are free text in UPPER_SNAKE_CASE; whether they must be registered is not
// documented.
const CLIENT_HEADERS = {
  "user-agent": "people-subgraph",
  "x-personio-partner-id": "PEOPLE_SUBGRAPH",
  "x-personio-app-id": "PEOPLE_SUBGRAPH",
} as const;

export type PersonioRequest = {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** The path by which Personio counts requests, if it contains ids: `/v2/persons/{id}`. */
  readonly route?: string;
  /**
   * Errors and logs show numbers; of a text they show only that it was there. Neither may be personal,
   * because proxies log it.
   */
  readonly query?: Readonly<Record<string, number | string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Never printed. */
  readonly body?: { readonly json: object } | { readonly form: Readonly<Record<string, string>> };
  /** The body of a success is not read, and the schema gets `undefined`. */
  readonly ignoreBody?: true;
  /** Parses the body of a success; `parseJson` by default, and as strict. */
  readonly parse?: typeof parseJson;
  /** The access right that the request needs, in Personio's words, if it is not the one to employees. */
  readonly needs?: string;
};

export type SendRequestOptions = {
  readonly apiUrl: URL;
  readonly token: string | undefined;
  /** Values that no message may contain, besides the token, in case a response repeats them. */
  readonly secrets?: readonly string[];
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  /** Called with the headers of each response. */
  readonly onHeaders?: (headers: Headers) => void;
};

/** The request, as errors and logs show it. */
export const describeRequest = ({ method, path, query }: PersonioRequest): string =>
  `${method} ${path}${describeQuery(query)}`;

/**
 * Sends one request, once, and reads the whole response: the JSON of a success, or the failure. Rejects with
 * the reason of an aborted `signal`, and for a path that leaves `apiUrl`.
 *
 * The deadline covers everything up to the last byte of the body. Redirects are not followed, so the bearer
 * token goes only to the configured origin.
 */
export async function sendRequest(
  request: PersonioRequest,
  options: SendRequestOptions,
): Promise<Result<unknown>> {
  const { apiUrl, token, deadlineMs, signal } = options;
  const asked = describeRequest(request);
  const url = urlOf(request, apiUrl);
  const deadline = AbortSignal.timeout(deadlineMs);
  let responding = false;
  try {
    const response = await send(url, {
      method: request.method,
      headers: headersOf(request, token),
      body: request.body ? bodyOf(request.body) : null,
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    responding = true;
    options.onHeaders?.(response.headers);
    const secrets = [...(options.secrets ?? []), ...(token ? [token] : [])];
    return await readResponse(response, { ...request, asked, secrets });
  } catch (error) {
    signal?.throwIfAborted();
    return failed(asked, failureOfException(error, { responding, deadlineMs, late: deadline.aborted }));
  }
}

function urlOf({ path, query }: PersonioRequest, apiUrl: URL): URL {
  const url = new URL(`${apiUrl.pathname.replace(/\/$/, "")}${path}${queryOf(query)}`, apiUrl);
  // Our paths contain ids from outside, and `//elsewhere/` is a host.
  if (url.origin !== apiUrl.origin)
    throw new RangeError("The request would leave the configured Personio API.");
  return url;
}

function queryOf(query: PersonioRequest["query"] = {}): string {
  const pairs = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return pairs.size > 0 ? `?${pairs}` : "";
}

function describeQuery(query: PersonioRequest["query"] = {}): string {
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
  "accept-encoding": ACCEPT_ENCODING,
  ...CLIENT_HEADERS,
  ...headers,
  ...(token && { authorization: `Bearer ${token}` }),
  ...(body && { "content-type": "json" in body ? "application/json" : "application/x-www-form-urlencoded" }),
});

const bodyOf = (body: NonNullable<PersonioRequest["body"]>): string =>
  "json" in body ? JSON.stringify(body.json) : new URLSearchParams(body.form).toString();

type ResponseOptions = Pick<PersonioRequest, "ignoreBody" | "parse"> & {
  readonly asked: string;
  readonly secrets: readonly string[];
};

async function readResponse(
  response: HttpResponse,
  { asked, ignoreBody, secrets, parse = parseJson }: ResponseOptions,
): Promise<Result<unknown>> {
  const { status, headers } = response;
  if (status < 200 || status > 299) {
    const body = await readErrorBody(response);
    // An HTTP date is in Personio's time, and `date` is Personio's clock; ours may differ.
    const now = Date.parse(headers.get("date") ?? "") || Date.now();
    const details = failureOfStatus(status, httpErrorIn(body, status), errorMessageIn(body, secrets));
    return failed(asked, details, readRetryAfter(headers.get("retry-after"), now));
  }
  if (ignoreBody) {
    response.body.destroy();
    return { ok: true, value: undefined };
  }
  if (!/^application\/([\w.-]+\+)?json\b/i.test(headers.get("content-type") ?? "")) {
    response.body.destroy();
    return failed(asked, {
      kind: "UPSTREAM_BAD_CONTENT_TYPE",
      found: `${status} with ${typeOf(headers)}, not JSON`,
    });
  }
  const decoded = decodeBody(response.body, headers.get("content-encoding"));
  if (!decoded) {
    response.body.destroy();
    return failed(asked, {
      kind: "UPSTREAM_BAD_ENCODING",
      found: `${status} with a content-encoding that we did not accept`,
    });
  }
  const bytes = await readBody(decoded, BODY_BYTES_MAX);
  if (bytes === null) {
    const found = `${status} with more than ${BODY_BYTES_MAX} bytes`;
    return failed(asked, { kind: "UPSTREAM_TOO_LARGE", found });
  }
  return successOf(parse(bytes), { asked, found: `${status} with ${bytes.length} bytes`, secrets });
}

/** The JSON of an error response; `undefined` if it has none, or takes too long. */
async function readErrorBody({ status, headers, body }: HttpResponse): Promise<unknown> {
  const decoded = mayExplain(status) ? decodeBody(body, headers.get("content-encoding")) : null;
  if (!decoded) {
    body.destroy();
    return undefined;
  }
  const reading = readBody(decoded, ERROR_BODY_BYTES_MAX);
  const bytes = AMBIGUOUS_STATUSES.includes(status) ? await reading : await readInTime(reading);
  body.destroy();
  return bytes === null ? undefined : parseJson(bytes);
}

async function readInTime(reading: Promise<Uint8Array | null>): Promise<Uint8Array | null> {
  const late = AbortSignal.timeout(ERROR_BODY_DEADLINE_MS);
  return Promise.race([reading.catch(() => null), once(late, "abort").then(() => null)]);
}

/** The media type without parameters, if it is a plain one. */
const typeOf = (headers: Headers): string =>
  /^[a-z]+\/[a-z0-9.+-]{1,40}/.exec(headers.get("content-type")?.toLowerCase() ?? "")?.[0] ??
  "no content type";

/**
 * Personio's form of a refusal. It also comes with the status 200; then its code, at either place, counts as
 * the status.
 */
const refusalBody = z
  .object({
    success: z.literal(false),
    code: z.unknown().optional(),
    error: z.object({ code: z.unknown().optional() }).catch({}),
  })
  .transform(({ code, error }) => Number(error.code ?? code ?? 0));

type SuccessOptions = { readonly asked: string; readonly found: string; readonly secrets: readonly string[] };

function successOf(body: unknown, { asked, found, secrets }: SuccessOptions): Result<unknown> {
  if (body === undefined)
    return failed(asked, { kind: "UPSTREAM_BAD_BODY", found: `${found}, not complete JSON in UTF-8` });
  const refusal = refusalBody.safeParse(body);
  if (!refusal.success) return { ok: true, value: body };
  const details = failureOfEnvelope(refusal.data, errorMessageIn(body, secrets));
  return failed(asked, { ...details, found: `${found}, ${details.found}` });
}
