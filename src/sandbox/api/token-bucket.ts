/**
 * Version 2's limits: every endpoint has its own bucket, and every response contains its remaining tokens.
 */
export type TokenBucket = {
  /** Tokens added per second. */
  readonly replenishRate: number;
  readonly burstCapacity: number;
  take(nowMs: number): Taken;
};

export type Taken = { readonly isAdmitted: boolean; readonly remaining: number };

/** Buckets by endpoint, without ids. */
export type TokenBuckets = { bucketOf(endpoint: string): TokenBucket };

const MINUTE = 60_000;
const SECOND = 1_000;

/** Announced when there is no limit. */
const GENEROUS = 100_000;
/** VERIFY(personio): seen live for persons; assumed for all others, which have no documented limit. */
const REPLENISH_RATE = 30;
const BURST_CAPACITY = 100;

/** `POST /v2/auth/token`: 150 a minute; one more, and it is one a second for a minute. */
const AUTHENTICATIONS_PER_MINUTE = 150;

export const AUTHENTICATION_ENDPOINT = "POST /v2/auth/token";

/** undefined: Personio's limits. null: no limit. */
export function createTokenBuckets(requestsPerMinute: number | null | undefined): TokenBuckets {
  const buckets = new Map<string, TokenBucket>();
  return {
    bucketOf(endpoint) {
      const bucket = buckets.get(endpoint) ?? createBucket(endpoint, requestsPerMinute);
      buckets.set(endpoint, bucket);
      return bucket;
    },
  };
}

function createBucket(endpoint: string, requestsPerMinute: number | null | undefined): TokenBucket {
  if (requestsPerMinute === null) return unlimitedBucket;
  if (endpoint === AUTHENTICATION_ENDPOINT) return authenticationBucket();
  if (requestsPerMinute === undefined) return tokenBucket(REPLENISH_RATE, BURST_CAPACITY);
  const perSecond = requestsPerMinute / 60;
  return tokenBucket(perSecond, Math.max(1, Math.ceil((perSecond * BURST_CAPACITY) / REPLENISH_RATE)));
}

const unlimitedBucket: TokenBucket = {
  replenishRate: GENEROUS,
  burstCapacity: GENEROUS,
  take: () => ({ isAdmitted: true, remaining: GENEROUS - 1 }),
};

/** A refused request takes no token. */
export function tokenBucket(replenishRate: number, burstCapacity: number): TokenBucket {
  let tokens = burstCapacity;
  let filledAt = Number.NEGATIVE_INFINITY;
  return {
    replenishRate,
    burstCapacity,
    take(nowMs) {
      tokens = Math.min(burstCapacity, tokens + ((nowMs - filledAt) / SECOND) * replenishRate);
      filledAt = nowMs;
      const isAdmitted = tokens >= 1;
      if (isAdmitted) tokens -= 1;
      return { isAdmitted, remaining: Math.floor(tokens) };
    },
  };
}

export function authenticationBucket(): TokenBucket {
  const burstCapacity = AUTHENTICATIONS_PER_MINUTE;
  let admitted: number[] = [];
  let slowUntil = Number.NEGATIVE_INFINITY;

  const isFree = (nowMs: number): boolean => {
    if (nowMs < slowUntil) return nowMs - (admitted.at(-1) ?? Number.NEGATIVE_INFINITY) >= SECOND;
    if (admitted.length < burstCapacity) return true;
    slowUntil = nowMs + MINUTE;
    return false;
  };
  return {
    replenishRate: 1,
    burstCapacity,
    take(nowMs) {
      admitted = admitted.filter((at) => at > nowMs - MINUTE);
      const isAdmitted = isFree(nowMs);
      if (isAdmitted) admitted.push(nowMs);
      return { isAdmitted, remaining: Math.max(0, burstCapacity - admitted.length) };
    },
  };
}
