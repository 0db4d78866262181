import type { z } from "zod";
import type { ActionableError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import type { ObserveCall } from "../../metrics/observe-calls.ts";
import { failureOfSchema } from "./classify-failure.ts";
import { errorOf, type FailureDetails, failed, type Result, valueOrThrow } from "./failure.ts";
import { createPageLimits } from "./page-limits.ts";
import { type Attempt, type CallOptions, retry } from "./retry.ts";
import type { RouteLimiters } from "./route-limiters.ts";
import { describeRequest, type PersonioRequest, sendRequest } from "./send-request.ts";
import type { SignIn } from "./sign-in.ts";
import type { Time } from "./time.ts";
import { createTokenSource, type Token, type TokenSource } from "./token.ts";

/** A client for one version of Personio's API and one credential. */
export type ApiClient = {
  /** Resolves when Personio issues a token for the credential. */
  signIn(options: CallOptions): Promise<void>;
  /**
   * The response, parsed by `schema`, or the failure that ended the call. Rejects only with the reason of
   * `signal`.
   */
  request<Value>(
    request: PersonioRequest,
    schema: z.ZodType<Value>,
    options: CallOptions,
  ): Promise<Result<Value>>;
  /**
   * The error of a list that is given up although each of its responses looked right. It counts as a failed
   * request, because the metrics would show none otherwise.
   */
  listError(asked: string, details: FailureDetails): ActionableError;
  /** How many records a page of this route may have at present, when `wanted` are requested. */
  limitOf(route: string, wanted: number): number;
};

export type ApiClientOptions = {
  readonly apiUrl: URL;
  readonly signIn: SignIn;
  readonly limiters: RouteLimiters;
  readonly log: Logger;
  readonly time: Time;
  readonly observeCall?: ObserveCall | undefined;
};

/**
 * One call to Personio, with retries.
 *
 *     token ──▶ attempt ──▶ sendRequest ──▶ parsed response
 *       ▲   (rate limit)     │
 *       │◀─── 401, once ─────┤
 *       │                    ▼ failure
 *       └── wait ◀── worth a retry? ── no ──▶ the failure
 *
 * A failure stays a `Failure` until the caller decides. Only this client sends a request twice. It does so if
 * the request only reads or deletes, where repeating is harmless, or if Personio rejected it by its rate
 * limit. A failure caused by a setting (a redirect, a login page, a missing right) is final at once. A minute
 * of retries does not change it, and hides the reason for that long.
 *
 * A 401 can mean two things: Personio sends it for an expired token and, at some endpoints, for a right that
 * was never granted. So the client tries once with a new token. If Personio issues none, the credential is
 * wrong or revoked. If Personio refuses the new token too, the credential is right and the access is missing.
 *
 * Secrets and responses stay inside. Errors and logs contain the method, the path, a status, our own words
 * and, of a refusal, Personio's message (`errorMessageIn`).
 */
// VERIFY(personio): 401 for a missing right was seen on v2 only; the status for an expired token is not
// documented.
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { log, time } = options;
  const send = createSend(options);
  const signIn = async (attempt: Attempt): Promise<Result<Token>> => {
    const { request, schema, explain } = options.signIn;
    const result = await send(request, schema, attempt);
    return result.ok ? result : { ok: false, failure: explain(result.failure) };
  };
  const tokens = createTokenSource(signIn, time);
  const limits = createPageLimits(time);

  const requestWithRetry: ApiClient["request"] = async (request, schema, call) => {
    const limited = limits.apply(request);
    const sendWithToken = withToken(tokens, (token, attempt) => send(limited, schema, { token, ...attempt }));
    const idempotent = request.method !== "POST";
    const result = await retry(sendWithToken, call, { log, time, idempotent });
    if (result.ok || !limits.lower(limited, result.failure)) return result;
    log.warn({ asked: result.failure.asked }, "personio page limit lowered");
    return requestWithRetry(request, schema, call);
  };

  return {
    signIn: async (call) => {
      valueOrThrow(await retry(tokens.signIn, call, options));
    },
    request: requestWithRetry,
    limitOf: limits.of,
    listError: (asked, details) => {
      options.observeCall?.(asked)(details.kind);
      return errorOf({ asked, ...details });
    },
  };
}

/** Sends a request once, when the rate limit allows it, and parses the response. */
function createSend({ apiUrl, signIn, limiters, log, time, observeCall }: ApiClientOptions) {
  const secrets = secretsOf(signIn.request);
  return async <Value>(
    request: PersonioRequest,
    schema: z.ZodType<Value>,
    { token, ...attempt }: Attempt & { token?: string },
  ): Promise<Result<Value>> => {
    const { route = request.path, needs } = request;
    await limiters.take(route, attempt.signal);
    const sentAt = time.now();
    const onHeaders = (headers: Headers) => limiters.update(route, headers);
    const result = await withMetrics(observeCall, `${request.method} ${route}`, async () => {
      const response = await sendRequest(request, { apiUrl, token, secrets, onHeaders, ...attempt });
      return response.ok ? parsed(response.value, schema, request) : response;
    });
    log.debug(
      { asked: describeRequest(request), ok: result.ok, ms: Math.round(time.now() - sentAt) },
      "personio request done",
    );
    return result.ok ? result : { ok: false, failure: { ...result.failure, needs } };
  };
}

/** Everything that a sign-in sends: a response might repeat it. */
const secretsOf = ({ body }: PersonioRequest): string[] =>
  Object.values(body ? ("json" in body ? body.json : body.form) : {}).filter(
    (value) => typeof value === "string",
  );

/** Adds the token to each attempt of one call, and renews it at most once in all of them. */
function withToken<Value>(
  tokens: TokenSource,
  send: (token: string, attempt: Attempt) => Promise<Result<Value>>,
): (attempt: Attempt) => Promise<Result<Value>> {
  let mayRenew = true;
  return async (attempt) => {
    const token = await tokens.get(attempt);
    if (!token.ok) return token;
    const result = await send(token.value, attempt);
    if (result.ok || result.failure.kind !== "UNAUTHORIZED" || !mayRenew) return result;

    mayRenew = false;
    const another = await tokens.renew(token.value, attempt);
    return another.ok ? send(another.value, attempt) : another;
  };
}

function parsed<Value>(body: unknown, schema: z.ZodType<Value>, request: PersonioRequest): Result<Value> {
  const result = schema.safeParse(body);
  return result.success
    ? { ok: true, value: result.data }
    : failed(describeRequest(request), failureOfSchema(result.error));
}

/** Counts and times one request, also one that its caller aborted. */
export async function withMetrics<Value>(
  observeCall: ObserveCall | undefined,
  endpoint: string,
  send: () => Promise<Result<Value>>,
): Promise<Result<Value>> {
  const ended = observeCall?.(endpoint);
  let status = "ABORTED";
  try {
    const result = await send();
    status = result.ok ? "ok" : String(result.failure.status ?? result.failure.kind);
    return result;
  } finally {
    ended?.(status);
  }
}
