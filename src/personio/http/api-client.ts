import type { z } from "zod";
import type { ActionableError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import type { ObserveCall } from "../../metrics/observe-calls.ts";
import { failureOfSchema } from "./classify-failure.ts";
import { errorOf, type FailureDetails, failed, type Result, valueOrThrow } from "./failure.ts";
import { createPageLimits } from "./page-limits.ts";
import { type Attempt, type CallOptions, retry } from "./retry.ts";
import type { RouteLimiters } from "./route-limiters.ts";
import { describe, type PersonioRequest, sendRequest } from "./send-request.ts";
import type { SignIn } from "./sign-in.ts";
import type { Time } from "./time.ts";
import { createTokenSource, type Token, type TokenSource } from "./token.ts";

/** A client to one version of Personio's API, for one pair of credentials. */
export type ApiClient = {
  /** Resolves when Personio gives a token for the pair. */
  signIn(options: CallOptions): Promise<void>;
  /**
   * What `answer` makes of the JSON that Personio sends, or the failure that ended the call. Rejects with the reason of
   * `signal` and nothing else.
   */
  request<Value>(
    request: PersonioRequest,
    schema: z.ZodType<Value>,
    options: CallOptions,
  ): Promise<Result<Value>>;
  /**
   * The error of a list that is given up although each of its answers looked right. It is counted like a request that failed, for
   * whoever watches the requests would see none.
   */
  listError(asked: string, details: FailureDetails): ActionableError;
  /** How many records a page of this route may have at the moment, where `wanted` are asked for. */
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
 * One call to Personio, as patient as its caller.
 *
 *     token ──▶ attempt ──▶ sendRequest ──▶ parsed answer
 *       ▲     (limiter)      │
 *       │◀─── 401, once ────┤
 *       │                   ▼ failure
 *       └── wait ◀── worth another try? ── no ──▶ the failure
 *
 * What goes wrong is a `Failure` until the caller decides about it, and only here is anything sent twice: what only reads or
 * deletes, for then a second time is harmless, and what Personio has turned away at the door. An answer that comes from a
 * setting (a redirect, a login page, a missing right) is final at once: asking again for a minute does not change it, and
 * hides the reason for that long.
 *
 * A 401 can mean two things, because Personio answers it for a token that has ended and, here and there, for a right
 * that was never given. So it is met with one new token. If there is none to be had, the pair is wrong or revoked; if
 * the new one is refused too, the pair is right and the access is missing.
 *
 * Secrets and answers stay inside. Errors and logs get the method, the path, a status, words of our own, and of a refusal Personio's
 * sentence (`errorMessageIn`).
 */
// VERIFY(personio): 401 for a missing right was seen on v2 only; what an ended token is answered is not documented.
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { limiters, log, time } = options;
  const secrets = secretsOf(options.signIn.request);

  const send = async <Value>(
    request: PersonioRequest,
    schema: z.ZodType<Value>,
    { token, ...attempt }: Attempt & { token?: string },
  ): Promise<Result<Value>> => {
    const { route = request.path, needs } = request;
    await limiters.take(route, attempt.signal);
    const sentAt = time.now();
    const onHeaders = (headers: Headers) => limiters.update(route, headers);
    const result = await withMetrics(options.observeCall, `${request.method} ${route}`, async () => {
      const { apiUrl } = options;
      const response = await sendRequest(request, { apiUrl, token, secrets, onHeaders, ...attempt });
      return response.ok ? parsed(response.value, schema, request) : response;
    });
    log.debug(
      { asked: describe(request), ok: result.ok, ms: Math.round(time.now() - sentAt) },
      "personio request done",
    );
    return result.ok ? result : { ok: false, failure: { ...result.failure, needs } };
  };

  const signIn = async (attempt: Attempt): Promise<Result<Token>> => {
    const { request, answer, explain } = options.signIn;
    const result = await send(request, answer, attempt);
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

/** Everything that is sent to sign in: an answer might repeat it. */
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
    : failed(describe(request), failureOfSchema(result.error));
}

/** Lets somebody count and time one request, also one that its caller gave up. Without `observeCall` nobody does. */
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
