import { ActionableError } from "../../errors.ts";
import type { Employee, PersonioAccount } from "../../personio/employee.ts";
import { inParallel } from "../../personio/http/in-parallel.ts";
import { asUnreadable } from "../read/as-unreadable.ts";

/**
 * A look-up takes a request, and Personio allows 300 a minute: a run may spend some minutes on them, not an
 * hour.
 */
export const LOOK_UPS_MAX = 1_000;

/**
 * After this many slow failures, the run stops its look-ups: each may take the minute that a page may take.
 */
const SLOW_FAILURES_MAX = 10;

/** A refusal comes at once, another failure only after retries. */
const SLOW_MS = 5_000;

/** Enough to use up Personio's rate limit when an answer takes a second or two. */
const LOOK_UPS_AT_ONCE = 10;

export type LookUpResult = {
  /** The records that exist, except those that an earlier call returned. */
  readonly found: readonly Employee[];
  /** The ids for which Personio returns 404. */
  readonly gone: ReadonlySet<string>;
};

/**
 * The look-ups by id of one run, for all purposes: they share one limit, and no record is looked up twice. A
 * refused or failed look-up proves nothing about its record: it is in neither list, and the next run repeats
 * it.
 */
export type LookUps = {
  /** Null, without a request, if the run would look up more than `LOOK_UPS_MAX` records. */
  readonly lookUp: (ids: readonly string[]) => Promise<LookUpResult | null>;
  /** Why look-ups failed, once per record. */
  readonly failures: () => readonly ActionableError[];
};

export function createLookUps(account: PersonioAccount, signal: AbortSignal): LookUps {
  const answers = new Map<string, "THERE" | "GONE" | ActionableError>();
  const readRecord = createReadRecord(account);
  return {
    lookUp: async (ids) => {
      const fresh = [...new Set(ids)].filter((id) => !answers.has(id));
      if (answers.size + fresh.length > LOOK_UPS_MAX) return null;
      const found: Employee[] = [];
      await inParallel(fresh, { concurrency: LOOK_UPS_AT_ONCE, signal }, async (id, either) => {
        const answer = await readRecord(id, either);
        answers.set(id, answer instanceof ActionableError ? answer : answer ? "THERE" : "GONE");
        if (answer && !(answer instanceof ActionableError)) found.push(answer);
      });
      return { found, gone: new Set(ids.filter((id) => answers.get(id) === "GONE")) };
    },
    failures: () => [...answers.values()].filter((answer) => answer instanceof ActionableError),
  };
}

type ReadRecord = (id: string, signal: AbortSignal) => Promise<Employee | null | ActionableError>;

/**
 * Reads single records until too many have failed slowly; then it returns the last failure without a request.
 */
function createReadRecord(account: PersonioAccount): ReadRecord {
  let slowFailures = 0;
  let givenUp: ActionableError | null = null;
  return async (id, signal) => {
    if (givenUp) return givenUp;
    const startedAt = performance.now();
    const answer = await account.readEmployee(id, { signal }).catch(asUnreadable(signal));
    if (!(answer instanceof ActionableError)) return answer;
    if (performance.now() - startedAt >= SLOW_MS) slowFailures += 1;
    if (slowFailures >= SLOW_FAILURES_MAX || answer.code === "PERSONIO_RATE_LIMITED") givenUp = answer;
    return answer;
  };
}
