import type { z } from "zod";
import type { ActionableError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import type { ObserveCall } from "../../metrics/observe-calls.ts";
import type { Budgets } from "./budgets.ts";
import { faultOfShape } from "./classify-fault.ts";
import { describe, exchange, type PersonioRequest } from "./exchange.ts";
import { errorOf, type Finding, failed, type Outcome, valueOrThrow } from "./fault.ts";
import { createPageLimits } from "./page-limits.ts";
import { type CallOptions, persist, type Turn } from "./persist.ts";
import type { SignIn } from "./sign-in.ts";
import type { Time } from "./time.ts";
import { createTokenSource, type Token, type TokenSource } from "./token.ts";

/** A line to one version of Personio's API, for one pair of credentials. */
export type PersonioHttp = {
  /** Resolves when Personio gives a token for the pair. */
  signIn(options: CallOptions): Promise<void>;
  /**
   * What `answer` makes of the JSON that Personio sends, or the fault that ended the call. Rejects with the reason of
   * `signal` and nothing else.
   */
  ask<Value>(
    request: PersonioRequest,
    answer: z.ZodType<Value>,
    options: CallOptions,
  ): Promise<Outcome<Value>>;
  /**
   * The error of a list that is given up although each of its answers looked right. It is counted like a request that failed, for
   * whoever watches the requests would see none.
   */
  giveUp(asked: string, finding: Finding): ActionableError;
  /** How many records a page of this route may have at the moment, where `wanted` are asked for. */
  limitOf(route: string, wanted: number): number;
};

export type PersonioHttpOptions = {
  readonly apiUrl: URL;
  readonly signIn: SignIn;
  readonly budgets: Budgets;
  readonly log: Logger;
  readonly time: Time;
  readonly observeCall?: ObserveCall | undefined;
};

/**
 * One call to Personio, as patient as its caller.
 *
 *     token ──▶ turn ──▶ exchange ──▶ parsed answer
 *       ▲     (budget)      │
 *       │◀─── 401, once ────┤
 *       │                   ▼ fault
 *       └── wait ◀── worth another try? ── no ──▶ the fault
 *
 * What goes wrong is a `Fault` until the caller decides about it, and only here is anything sent twice: what only reads or
 * deletes, for then a second time is harmless, and what Personio has turned away at the door. An answer that comes from a
 * setting (a redirect, a login page, a missing right) is final at once: asking again for a minute does not change it, and
 * hides the reason for that long.
 *
 * A 401 can mean two things, because Personio answers it for a token that has ended and, here and there, for a right
 * that was never given. So it is met with one new token. If there is none to be had, the pair is wrong or revoked; if
 * the new one is refused too, the pair is right and the access is missing.
 *
 * Secrets and answers stay inside. Errors and logs get the method, the path, a status, words of our own, and of a refusal Personio's
 * sentence (`sentenceIn`).
 */
// VERIFY(personio): 401 for a missing right was seen on v2 only; what an ended token is answered is not documented.
export function createPersonioHttp(options: PersonioHttpOptions): PersonioHttp {
  const { budgets, log, time } = options;
  const secrets = secretsOf(options.signIn.request);

  const send = async <Value>(
    request: PersonioRequest,
    answer: z.ZodType<Value>,
    { token, ...turn }: Turn & { token?: string },
  ): Promise<Outcome<Value>> => {
    const { route = request.path, needs } = request;
    await budgets.take(route, turn.signal);
    const sentAt = time.now();
    const onHeaders = (headers: Headers) => budgets.hear(route, headers);
    const outcome = await observed(options.observeCall, `${request.method} ${route}`, async () => {
      const { apiUrl } = options;
      const answered = await exchange(request, { apiUrl, token, secrets, onHeaders, ...turn });
      return answered.ok ? parsed(answered.value, answer, request) : answered;
    });
    log.debug(
      { asked: describe(request), ok: outcome.ok, ms: Math.round(time.now() - sentAt) },
      "personio request done",
    );
    return outcome.ok ? outcome : { ok: false, fault: { ...outcome.fault, needs } };
  };

  const signIn = async (turn: Turn): Promise<Outcome<Token>> => {
    const { request, answer, explain } = options.signIn;
    const outcome = await send(request, answer, turn);
    return outcome.ok ? outcome : { ok: false, fault: explain(outcome.fault) };
  };

  const tokens = createTokenSource(signIn, time);
  const limits = createPageLimits(time);

  const ask: PersonioHttp["ask"] = async (request, answer, call) => {
    const limited = limits.apply(request);
    const sendWithToken = withToken(tokens, (token, turn) => send(limited, answer, { token, ...turn }));
    const repeatable = request.method !== "POST";
    const outcome = await persist(sendWithToken, call, { log, time, repeatable });
    if (outcome.ok || !limits.lower(limited, outcome.fault)) return outcome;
    log.warn({ asked: outcome.fault.asked }, "personio page limit lowered");
    return ask(request, answer, call);
  };

  return {
    signIn: async (call) => {
      valueOrThrow(await persist(tokens.signIn, call, options));
    },
    ask,
    limitOf: limits.of,
    giveUp: (asked, finding) => {
      options.observeCall?.(asked)(finding.kind);
      return errorOf({ asked, ...finding });
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
  attempt: (token: string, turn: Turn) => Promise<Outcome<Value>>,
): (turn: Turn) => Promise<Outcome<Value>> {
  let mayRenew = true;
  return async (turn) => {
    const token = await tokens.get(turn);
    if (!token.ok) return token;
    const outcome = await attempt(token.value, turn);
    if (outcome.ok || outcome.fault.kind !== "UNAUTHORIZED" || !mayRenew) return outcome;

    mayRenew = false;
    const another = await tokens.renew(token.value, turn);
    return another.ok ? attempt(another.value, turn) : another;
  };
}

function parsed<Value>(body: unknown, answer: z.ZodType<Value>, request: PersonioRequest): Outcome<Value> {
  const result = answer.safeParse(body);
  return result.success
    ? { ok: true, value: result.data }
    : failed(describe(request), faultOfShape(result.error));
}

/** Lets somebody count and time one request, also one that its caller gave up. Without `observeCall` nobody does. */
export async function observed<Value>(
  observeCall: ObserveCall | undefined,
  endpoint: string,
  send: () => Promise<Outcome<Value>>,
): Promise<Outcome<Value>> {
  const ended = observeCall?.(endpoint);
  let status = "ABORTED";
  try {
    const outcome = await send();
    status = outcome.ok ? "ok" : String(outcome.fault.status ?? outcome.fault.kind);
    return outcome;
  } finally {
    ended?.(status);
  }
}
