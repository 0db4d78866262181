import type { Result } from "./failure.ts";
import type { Attempt } from "./retry.ts";
import { singleFlight } from "./single-flight.ts";
import type { Time } from "./time.ts";

export type Token = { readonly value: string; readonly expiresInSeconds: number };

export type TokenSource = {
  /** Asks Personio for a token, whatever is held: the only way to know that the pair is still good. */
  signIn(attempt: Attempt): Promise<Result<string>>;
  /** The token in use; signs in when there is none, or when it is near its end. */
  get(attempt: Attempt): Promise<Result<string>>;
  /** A new token in place of the one that was refused. Callers that were refused together share one sign-in. */
  renew(refused: string, attempt: Attempt): Promise<Result<string>>;
};

/** A token is replaced before its end, so that no page is asked for with one that dies on the way. */
const SHARE_OF_LIFE = 0.9;

/** Personio says a day. A wrong or tiny number must not attempt every page into a sign-in, of which it allows 60 a minute. */
const LIFE_SECONDS_MIN = 60;

/** Keeps one token for one pair of credentials. A failed sign-in is not remembered. */
export function createTokenSource(
  signIn: (attempt: Attempt) => Promise<Result<Token>>,
  { now }: Pick<Time, "now">,
): TokenSource {
  let held: { readonly value: string; readonly until: number } | undefined;

  const fetchToken = singleFlight(async (attempt): Promise<Result<string>> => {
    const result = await signIn(attempt);
    if (!result.ok) return result;
    const { value, expiresInSeconds } = result.value;
    held = { value, until: now() + Math.max(expiresInSeconds, LIFE_SECONDS_MIN) * 1_000 * SHARE_OF_LIFE };
    return { ok: true, value };
  });

  const get = async (attempt: Attempt): Promise<Result<string>> =>
    held && now() < held.until ? { ok: true, value: held.value } : fetchToken(attempt);

  return {
    signIn: fetchToken,
    get,
    renew: (refused, attempt) => {
      if (held?.value === refused) held = undefined;
      return get(attempt);
    },
  };
}
