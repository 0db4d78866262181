import type { Logger } from "../../log.ts";
import { type Failure, isRetryable, type Result } from "./failure.ts";
import { type RetryPolicy, waitBeforeRetry } from "./retry-after.ts";
import type { Time } from "./time.ts";

/** What one attempt may use: the caller's signal, and the time limit of one request. */
export type Attempt = { readonly signal: AbortSignal | undefined; readonly deadlineMs: number };

export type CallOptions = {
  readonly signal: AbortSignal | undefined;
  readonly retryPolicy: RetryPolicy;
};

export type RetryOptions = {
  readonly log: Logger;
  readonly time: Time;
  /** Whether a repetition is harmless. If not, only a request that the rate limit rejected is sent again. */
  readonly idempotent?: boolean;
};

/**
 * Repeats a request while the failure is retryable and the policy allows it; the final failure reports the
 * attempts. Rejects with the reason of `signal` as soon as that is aborted.
 */
export async function retry<Value>(
  send: (attempt: Attempt) => Promise<Result<Value>>,
  { signal, retryPolicy }: CallOptions,
  { log, time, idempotent = true }: RetryOptions,
): Promise<Result<Value>> {
  const startedAt = time.now();
  let waitedMs = 0;
  for (let attempts = 1; ; attempts += 1) {
    const result = await send({ signal, deadlineMs: retryPolicy.deadlineMs });
    if (result.ok) return result;

    const { failure } = result;
    const elapsedMs = time.now() - startedAt;
    const isWorthRetry = isRetryable(failure) && (idempotent || failure.kind === "RATE_LIMITED");
    const waitMs = isWorthRetry
      ? waitBeforeRetry(failure, { attempts, elapsedMs, waitedMs, retryPolicy, random: time.random })
      : null;
    if (waitMs === null) {
      const found = failure.found + historyOf(failure, { attempts, elapsedMs });
      return { ok: false, failure: { ...failure, found } };
    }

    const { asked, kind, found } = failure;
    log.warn({ asked, fault: kind, found, attempts, waitMs: Math.round(waitMs) }, "personio request retried");
    if (failure.retryAfterMs !== undefined) waitedMs += waitMs;
    await time.wait(waitMs, signal);
  }
}

function historyOf(
  { retryAfterMs }: Failure,
  { attempts, elapsedMs }: { attempts: number; elapsedMs: number },
) {
  const tried = attempts > 1 ? `, after ${attempts} attempts in ${inSeconds(elapsedMs)}` : "";
  const asked =
    retryAfterMs === undefined ? "" : `; Personio asked us to retry after ${inSeconds(retryAfterMs)}`;
  return tried + asked;
}

const inSeconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
