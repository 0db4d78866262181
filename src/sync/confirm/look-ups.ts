import { ActionableError } from "../../errors.ts";
import type { Employee, PersonioAccount } from "../../personio/employee.ts";
import { inParallel } from "../../personio/http/in-parallel.ts";
import { asUnreadable } from "../read/as-unreadable.ts";

/** A look-up takes a request, and Personio allows 300 a minute: a run may take some minutes for them, and not an hour. */
export const LOOK_UPS_MAX = 1_000;

/** So many look-ups that fail slowly end the asking: each may take the minute that a page may take. */
const SLOW_FAILURES_MAX = 10;

/** A refusal comes at once, and a failure after retries. */
const SLOW_MS = 5_000;

/** Enough to go at Personio's pace when an answer takes a second or two. */
const LOOK_UPS_AT_ONCE = 10;

export type LookUpResult = {
  /** The records that are there, except those that an earlier call found. */
  readonly found: readonly Employee[];
  /** The ids that Personio answers with 404. */
  readonly gone: ReadonlySet<string>;
};

/**
 * The look-ups by id of one run, whatever it needs them for: they share a budget, and no record is asked for twice. A look-up that is
 * refused or fails says nothing about the record: it is in neither list, and the next run asks again.
 */
export type LookUps = {
  /** Null, without a request, where the run would ask for more than `LOOK_UPS_MAX` records. */
  readonly ask: (ids: readonly string[]) => Promise<LookUpResult | null>;
  /** Why the look-ups came to nothing, once for each such record. */
  readonly failures: () => readonly ActionableError[];
};

export function createLookUps(account: PersonioAccount, signal: AbortSignal): LookUps {
  const answers = new Map<string, "THERE" | "GONE" | ActionableError>();
  const askFor = createAsking(account);
  return {
    ask: async (ids) => {
      const fresh = [...new Set(ids)].filter((id) => !answers.has(id));
      if (answers.size + fresh.length > LOOK_UPS_MAX) return null;
      const found: Employee[] = [];
      await inParallel(fresh, { atOnce: LOOK_UPS_AT_ONCE, signal }, async (id, either) => {
        const answer = await askFor(id, either);
        answers.set(id, answer instanceof ActionableError ? answer : answer ? "THERE" : "GONE");
        if (answer && !(answer instanceof ActionableError)) found.push(answer);
      });
      return { found, gone: new Set(ids.filter((id) => answers.get(id) === "GONE")) };
    },
    failures: () => [...answers.values()].filter((answer) => answer instanceof ActionableError),
  };
}

type Asking = (id: string, signal: AbortSignal) => Promise<Employee | null | ActionableError>;

/** Asks for one record after another, until too many answers have taken their time and come to nothing. */
function createAsking(account: PersonioAccount): Asking {
  let slowFailures = 0;
  let givenUp: ActionableError | null = null;
  return async (id, signal) => {
    if (givenUp) return givenUp;
    const askedAt = performance.now();
    const answer = await account.readEmployee(id, { signal }).catch(asUnreadable(signal));
    if (!(answer instanceof ActionableError)) return answer;
    if (performance.now() - askedAt >= SLOW_MS) slowFailures += 1;
    if (slowFailures >= SLOW_FAILURES_MAX || answer.code === "PERSONIO_RATE_LIMITED") givenUp = answer;
    return answer;
  };
}
