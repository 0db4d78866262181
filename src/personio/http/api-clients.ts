import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Logger } from "../../log.ts";
import type { ObserveCall } from "../../metrics/observe-calls.ts";
import type { ApiVersion, Credentials } from "../employee.ts";
import { type ApiClient, createApiClient } from "./api-client.ts";
import { createRateLimiter } from "./rate-limiter.ts";
import { createAnnouncedLimiters, type RouteLimiters, sharedLimiter } from "./route-limiters.ts";
import { signInV1, signInV2 } from "./sign-in.ts";
import type { Time } from "./time.ts";

/** How many tokens and rate limiters are kept. A credential beyond them signs in again. */
const ACCOUNTS_KEPT = 1_000;

/** One client per version, because a token of one version is not documented to work for the other. */
export type ApiClients = Readonly<Record<ApiVersion, ApiClient>>;

export type ApiClientsOptions = {
  readonly apiUrl: URL;
  readonly requestsPerMinute: number | null;
  readonly log: Logger;
  readonly time: Time;
  readonly observeCall?: ObserveCall | undefined;
};

/**
 * Returns the clients of a credential: one pair per credential, and one set of rate limiters per client id.
 */
export function createApiClients(options: ApiClientsOptions): (credentials: Credentials) => ApiClients {
  const { requestsPerMinute, time } = options;
  const limiters = new LRUCache<string, Readonly<Record<ApiVersion, RouteLimiters>>>({ max: ACCOUNTS_KEPT });
  const clients = new LRUCache<string, ApiClients>({ max: ACCOUNTS_KEPT });

  const limitersFor = (clientId: string) =>
    remembered(limiters, clientId, () => ({
      V1: sharedLimiter(createRateLimiter(requestsPerMinute, time)),
      V2: createAnnouncedLimiters(requestsPerMinute, time),
    }));

  return (credentials) => {
    const { V1, V2 } = limitersFor(credentials.clientId);
    return remembered(clients, fingerprint(credentials), () => ({
      V1: createApiClient({ ...options, signIn: signInV1(credentials), limiters: V1 }),
      V2: createApiClient({ ...options, signIn: signInV2(credentials), limiters: V2 }),
    }));
  };
}

function remembered<Value extends object>(
  cache: LRUCache<string, Value>,
  key: string,
  create: () => Value,
): Value {
  const value = cache.get(key) ?? create();
  cache.set(key, value);
  return value;
}

/** Identifies a credential without keeping the secret as a key. */
const fingerprint = ({ clientId, clientSecret }: Credentials): string =>
  createHash("sha256")
    .update(JSON.stringify([clientId, clientSecret]))
    .digest("base64");
