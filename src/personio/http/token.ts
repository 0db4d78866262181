import type { Outcome } from "./fault.ts";
import type { Turn } from "./persist.ts";
import { singleFlight } from "./single-flight.ts";
import type { Time } from "./time.ts";

export type Token = { readonly value: string; readonly expiresInSeconds: number };

export type TokenSource = {
  /** Asks Personio for a token, whatever is held: the only way to know that the pair is still good. */
  signIn(turn: Turn): Promise<Outcome<string>>;
  /** The token in use; signs in when there is none, or when it is near its end. */
  get(turn: Turn): Promise<Outcome<string>>;
  /** A new token in place of the one that was refused. Callers that were refused together share one sign-in. */
  renew(refused: string, turn: Turn): Promise<Outcome<string>>;
};

/** A token is replaced before its end, so that no page is asked for with one that dies on the way. */
const SHARE_OF_LIFE = 0.9;

/** Personio says a day. A wrong or tiny number must not turn every page into a sign-in, of which it allows 60 a minute. */
const LIFE_SECONDS_MIN = 60;

/** Keeps one token for one pair of credentials. A failed sign-in is not remembered. */
export function createTokenSource(
  signIn: (turn: Turn) => Promise<Outcome<Token>>,
  { now }: Pick<Time, "now">,
): TokenSource {
  let held: { readonly value: string; readonly until: number } | undefined;

  const fetchToken = singleFlight(async (turn): Promise<Outcome<string>> => {
    const outcome = await signIn(turn);
    if (!outcome.ok) return outcome;
    const { value, expiresInSeconds } = outcome.value;
    held = { value, until: now() + Math.max(expiresInSeconds, LIFE_SECONDS_MIN) * 1_000 * SHARE_OF_LIFE };
    return { ok: true, value };
  });

  const get = async (turn: Turn): Promise<Outcome<string>> =>
    held && now() < held.until ? { ok: true, value: held.value } : fetchToken(turn);

  return {
    signIn: fetchToken,
    get,
    renew: (refused, turn) => {
      if (held?.value === refused) held = undefined;
      return get(turn);
    },
  };
}
