import { BURST_MAX, createTokenBucket, type Rate, type RateLimiter, UNLIMITED } from "./rate-limiter.ts";
import type { Time } from "./time.ts";

/**
 * The rate limits of a client: it takes a place before each request, and updates the limits after each
 * response.
 */
export type RouteLimiters = {
  /** Resolves when a request to this route may go out. */
  take(route: string, signal?: AbortSignal): Promise<void>;
  update(route: string, headers: Headers): void;
};

/** Version 1 has one limit for all routes and announces none. */
export const sharedLimiter = (limiter: RateLimiter): RouteLimiters => ({
  take: (_route, signal) => limiter.take(signal),
  update: () => undefined,
});

/** Leaves room for other programs with the same credential, and for differences between clocks. */
const SHARE_OF_RATE = 0.8;

/** Until the first response: the slowest rate measured on any endpoint of version 2. */
const FIRST_GUESS: AnnouncedRate = { perSecond: 10, burst: BURST_MAX };

/**
 * Version 2 needs a request per person, so a run at a lower rate would take hours and seem to hang. A tenth
 * of the slowest rate measured is an error; if it is not, a 429 ends the run in time.
 */
const PER_SECOND_MIN = 1;

/** An operator who lowers version 1's 300 a minute wants to leave the same share to others here. */
const REQUESTS_PER_MINUTE_V1 = 300;

/**
 * Version 2 has a bucket per endpoint and announces its size in every response. Each route uses 80 % of its
 * last announcement. A `requestsPerMinute` below version 1's 300 lowers all of them in proportion, and `null`
 * lifts them.
 */
export function createAnnouncedLimiters(requestsPerMinute: number | null, time: Time): RouteLimiters {
  const share = requestsPerMinute === null ? null : Math.min(1, requestsPerMinute / REQUESTS_PER_MINUTE_V1);
  const rateOf = (rate: AnnouncedRate): Rate =>
    share === null ? UNLIMITED : keptRate(rate, share * SHARE_OF_RATE);
  const buckets = new Map<string, ReturnType<typeof createTokenBucket>>();

  const bucketOf = (route: string) => {
    const bucket = buckets.get(route) ?? createTokenBucket(rateOf(FIRST_GUESS), time);
    buckets.set(route, bucket);
    return bucket;
  };

  return {
    take: (route, signal) => bucketOf(route).take(signal),
    update: (route, headers) => {
      const rate = readRate(headers);
      if (rate) bucketOf(route).setRate(rateOf(rate));
    },
  };
}

type AnnouncedRate = { readonly perSecond: number; readonly burst: number };

const keptRate = ({ perSecond, burst }: AnnouncedRate, share: number): Rate => ({
  burst: Math.max(1, Math.floor(Math.min(BURST_MAX, burst * share))),
  intervalMs: 1_000 / (perSecond * share),
});

/** `null` when a response announces no usable limit. */
function readRate(headers: Headers): AnnouncedRate | null {
  const read = (name: string): number => Number(headers.get(`x-ratelimit-${name}`) ?? Number.NaN);
  const cost = read("requested-tokens") || 1;
  const perSecond = read("replenish-rate") / cost;
  const burst = read("burst-capacity") / cost || BURST_MAX;
  const isRate = perSecond >= PER_SECOND_MIN && Number.isFinite(perSecond);
  return isRate && burst > 0 ? { perSecond, burst } : null;
}
