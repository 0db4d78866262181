import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Logger } from "../../log.ts";
import type { ObserveCall } from "../../metrics/observe-calls.ts";
import type { ApiVersion, Credentials } from "../employee.ts";
import { type Budgets, createAnnouncedBudgets, oneBudget } from "./budgets.ts";
import { createPersonioHttp, type PersonioHttp } from "./personio-http.ts";
import { createRateBudget } from "./rate-budget.ts";
import { signInV1, signInV2 } from "./sign-in.ts";
import type { Time } from "./time.ts";

/** Tokens and budgets are kept for this many pairs; for one that was pushed out, a token is asked for again. */
const ACCOUNTS_KEPT = 1_000;

/** A token for one version is not documented to be good for the other, so each version has a line with its own. */
export type Lines = Readonly<Record<ApiVersion, PersonioHttp>>;

export type LinesOptions = {
  readonly apiUrl: URL;
  readonly requestsPerMinute: number | null;
  readonly log: Logger;
  readonly time: Time;
  readonly observeCall?: ObserveCall | undefined;
};

/** Gives the lines of a pair: always the same ones for it, and the same budgets for its client id. */
export function createLines(options: LinesOptions): (credentials: Credentials) => Lines {
  const { requestsPerMinute, time } = options;
  const budgets = new LRUCache<string, Readonly<Record<ApiVersion, Budgets>>>({ max: ACCOUNTS_KEPT });
  const lines = new LRUCache<string, Lines>({ max: ACCOUNTS_KEPT });

  const budgetsOf = (clientId: string) =>
    remembered(budgets, clientId, () => ({
      V1: oneBudget(createRateBudget(requestsPerMinute, time)),
      V2: createAnnouncedBudgets(requestsPerMinute, time),
    }));

  return (credentials) => {
    const { V1, V2 } = budgetsOf(credentials.clientId);
    return remembered(lines, fingerprint(credentials), () => ({
      V1: createPersonioHttp({ ...options, signIn: signInV1(credentials), budgets: V1 }),
      V2: createPersonioHttp({ ...options, signIn: signInV2(credentials), budgets: V2 }),
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

/** Tells pairs apart without keeping the secret as a key. */
const fingerprint = ({ clientId, clientSecret }: Credentials): string =>
  createHash("sha256")
    .update(JSON.stringify([clientId, clientSecret]))
    .digest("base64");
