import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import type { Logger } from "../../log.ts";
import { keysUnavailable, Refusal } from "../refusal.ts";
import { KeySetError } from "./key-set.ts";

/** Between two attempts to load keys, however many tokens name keys that do not exist (E9). */
export const COOL_DOWN_MS = 30_000;

/** How old keys may become. A withdrawn key is unusable after it, and the minute of verified tokens. */
export const REFRESH_MS = 600_000;

export type IssuerKeysOptions = {
  readonly load: () => Promise<JSONWebKeySet>;
  /** Keys of the first load, if the start waits for it. */
  readonly loaded?: JSONWebKeySet;
  readonly refreshMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly log: Logger;
};

export type IssuerKeys = {
  /** Finds the key of a token. */
  readonly getKey: JWTVerifyGetKey;
  /** Loads the keys again, unless an attempt is too recent. It never rejects. */
  renew(): Promise<void>;
};

/**
 * The keys of an issuer. They are kept while the issuer is down, and renewed beside the requests that use
 * them. A request waits for the issuer only if its key is unknown, and at most once.
 *
 * (`createRemoteJWKSet` of jose has no pause after a failed fetch, and lets requests wait for a slow issuer
 * although it has keys.)
 */
export function createIssuerKeys({ load, loaded, refreshMs, now, log }: IssuerKeysOptions): IssuerKeys {
  let known = loaded && createLocalJWKSet(loaded);
  let attemptedAt = loaded ? now() : Number.NEGATIVE_INFINITY;
  let loadedAt = attemptedAt;
  let pending: Promise<void> | undefined;

  const attempt = async (): Promise<void> => {
    try {
      known = createLocalJWKSet(await load());
      loadedAt = now();
    } catch (error) {
      const reason = error instanceof KeySetError ? error.message : "failed";
      log.warn({ reason, known: known !== undefined }, "issuer keys could not be loaded");
    }
  };
  /** The load under way, or a new one if the last attempt is long enough ago. */
  const reload = (): Promise<void> | undefined => {
    if (pending === undefined && now() - attemptedAt >= COOL_DOWN_MS) {
      attemptedAt = now();
      pending = attempt().finally(() => {
        pending = undefined;
      });
    }
    return pending;
  };
  // The first request then waits less, or not at all.
  if (!known) void reload();

  const getKey: JWTVerifyGetKey = async (header, token) => {
    if (known && now() - loadedAt >= refreshMs) void reload();
    if (!known) await reload();
    const find = known;
    if (!find) throw keysUnavailable();
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    await reload();
    const renewed = known;
    if (!renewed || renewed === find) throw new Refusal("unknown-key");
    return renewed(header, token);
  };
  return { getKey, renew: async () => reload() };
}
