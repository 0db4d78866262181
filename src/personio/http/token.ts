import type { Result } from "./failure.ts";
import type { Attempt } from "./retry.ts";
import { singleFlight } from "./single-flight.ts";
import type { Time } from "./time.ts";

export type Token = { readonly value: string; readonly expiresInSeconds: number };

export type TokenSource = {
  /** Requests a new token, even if one is cached: only that proves that the credential still works. */
  signIn(attempt: Attempt): Promise<Result<string>>;
  /** The cached token; signs in when there is none, or when it is about to expire. */
  get(attempt: Attempt): Promise<Result<string>>;
  /** Replaces a token that Personio refused. Callers with the same refused token share one sign-in. */
  renew(refused: string, attempt: Attempt): Promise<Result<string>>;
};

/** A token is replaced early, so that it does not expire during a request. */
const SHARE_OF_LIFE = 0.9;

/**
 * Personio issues tokens for a day. A wrong or tiny number must not cause a sign-in for every page: Personio
 * allows 60 a minute.
 */
const LIFE_SECONDS_MIN = 60;

/** Caches one token for one credential. It does not cache a failed sign-in. */
export function createTokenSource(
  signIn: (attempt: Attempt) => Promise<Result<Token>>,
  { now }: Pick<Time, "now">,
): TokenSource {
  let cached: { readonly value: string; readonly until: number } | undefined;

  const fetchToken = singleFlight(async (attempt): Promise<Result<string>> => {
    const result = await signIn(attempt);
    if (!result.ok) return result;
    const { value, expiresInSeconds } = result.value;
    cached = { value, until: now() + Math.max(expiresInSeconds, LIFE_SECONDS_MIN) * 1_000 * SHARE_OF_LIFE };
    return { ok: true, value };
  });

  const get = async (attempt: Attempt): Promise<Result<string>> =>
    cached && now() < cached.until ? { ok: true, value: cached.value } : fetchToken(attempt);

  return {
    signIn: fetchToken,
    get,
    renew: (refused, attempt) => {
      if (cached?.value === refused) cached = undefined;
      return get(attempt);
    },
  };
}
