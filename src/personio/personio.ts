import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Logger } from "../log.ts";
import type { Credentials, Personio, PersonioAccount } from "./employee.ts";
import { createRateBudget, type RateBudget } from "./http/rate-budget.ts";
import type { Patience } from "./http/retry-after.ts";
import { realTime, type Time } from "./http/time.ts";
import { attributesAnswer } from "./parse-attributes.ts";
import { employeesAnswer } from "./parse-employees.ts";
import { createPersonioHttp, type PersonioHttp } from "./personio-http.ts";
import { PAGE_SIZE, readEmployees } from "./read-employees.ts";

/** Tokens and budgets are kept for this many pairs; for one that was pushed out, a token is asked for again. */
const ACCOUNTS_KEPT = 1_000;

/**
 * For a sync: a page may fail for a minute, and a wait that Personio names is kept up to a quarter of an hour. A request
 * has a minute for everything, which a slow page of a hundred never needs and a dripping one never meets.
 */
const PATIENT: Patience = { failingMs: 60_000, askedMs: 15 * 60_000, deadlineMs: 60_000 };

/** For a mutation: gateways give up after 30 seconds. */
const INTERACTIVE: Patience = { failingMs: 8_000, askedMs: 5_000, deadlineMs: 15_000 };

export type PersonioOptions = {
  /** Where Personio is. Every request goes to this origin. */
  readonly apiUrl: string;
  /** Per client id. `null` lifts this limit and the 15 a second, for a sandbox on the same machine. */
  readonly requestsPerMinute: number | null;
  readonly log: Logger;
  /** Overrides how long things may take, for tests that cannot wait a minute. */
  readonly patience?: Partial<Patience>;
  readonly time?: Time;
};

/** Personio's API, version 1. Building it asks nothing; see `PersonioAccount` for what can be asked. */
export function createPersonio({
  apiUrl,
  requestsPerMinute,
  log,
  patience,
  time = realTime,
}: PersonioOptions): Personio {
  const address = new URL(apiUrl);
  const budgets = new LRUCache<string, RateBudget>({ max: ACCOUNTS_KEPT });
  const lines = new LRUCache<string, PersonioHttp>({ max: ACCOUNTS_KEPT });

  const lineFor = (credentials: Credentials): PersonioHttp => {
    const budget = remembered(budgets, credentials.clientId, () => createRateBudget(requestsPerMinute, time));
    return remembered(lines, fingerprint(credentials), () =>
      createPersonioHttp({ apiUrl: address, credentials, budget, log, time }),
    );
  };

  return {
    openAccount: (credentials, { interactive = false } = {}) =>
      createAccount(lineFor(credentials), { ...(interactive ? INTERACTIVE : PATIENT), ...patience }),
  };
}

const createAccount = (line: PersonioHttp, patience: Patience): PersonioAccount => ({
  authenticate: ({ signal } = {}) => line.signIn({ signal, patience }),

  readAttributes: ({ signal } = {}) =>
    line.get({ method: "GET", path: "/v1/company/employees/attributes" }, attributesAnswer, {
      signal,
      patience,
    }),

  readEmployees: ({ signal, prefetch = true } = {}) =>
    readEmployees(
      (offset, pageSignal) =>
        line.get(
          { method: "GET", path: "/v1/company/employees", query: { limit: PAGE_SIZE, offset } },
          employeesAnswer,
          { signal: pageSignal, patience },
        ),
      { signal, prefetch },
    ),
});

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
