import { BURST_MAX, createTokenBucket, type Rate, type RateLimiter, UNLIMITED } from "./rate-limiter.ts";
import type { Time } from "./time.ts";

/** What a client keeps to: leave is asked before each request, and each answer is heard. */
export type RouteLimiters = {
  /** Resolves when a request to this route may go out. */
  take(route: string, signal?: AbortSignal): Promise<void>;
  update(route: string, headers: Headers): void;
};

/** Version 1 counts everything together and announces nothing. */
export const sharedLimiter = (limiter: RateLimiter): RouteLimiters => ({
  take: (_route, signal) => limiter.take(signal),
  update: () => undefined,
});

/** Room for the other programs that use the credential, and for clocks that do not agree. */
const SHARE_OF_RATE = 0.8;

/** Until the first answer: the slowest endpoint of version 2 that was ever measured. */
const FIRST_GUESS: AnnouncedRate = { perSecond: 10, burst: BURST_MAX };

/** Whoever lowers version 1's 300 a minute wants to leave that much more to others here too. */
const REQUESTS_PER_MINUTE_V1 = 300;

/**
 * Version 2 has a bucket for each of its endpoints and announces its size with every answer. So each route goes at 80 % of
 * what it announced last; `requestsPerMinute` below version 1's 300 takes all of them down in proportion, and `null` lifts
 * them.
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

/** `null` when an answer announces nothing that can be kept to. */
function readRate(headers: Headers): AnnouncedRate | null {
  const read = (name: string): number => Number(headers.get(`x-ratelimit-${name}`) ?? Number.NaN);
  const cost = read("requested-tokens") || 1;
  const perSecond = read("replenish-rate") / cost;
  const burst = read("burst-capacity") / cost || BURST_MAX;
  return perSecond > 0 && Number.isFinite(perSecond) && burst > 0 ? { perSecond, burst } : null;
}
