import { hash } from "node:crypto";
import type { DataSource, EntityManager } from "typeorm";
import { inTenant } from "../../database/transaction.ts";
import { ActionableError } from "../../errors.ts";
import type { PersonioAccount } from "../../personio/employee.ts";
import { inParallel } from "../../personio/listing/in-parallel.ts";
import type { PlanSummary } from "../plan/tally.ts";
import { digestMissed, listMissed, type Missed, removePlanItems } from "./departures.repository.ts";

/** A look-up takes a request, and Personio allows 300 a minute: a run may take some minutes for them, and not an hour. */
export const LOOK_UPS_MAX = 1_000;

/** So many look-ups that fail slowly end the asking: each may take the minute that a page may take. */
const SLOW_FAILURES_MAX = 10;

/** A refusal comes at once, and a failure after retries. */
const SLOW_MS = 5_000;

/** Enough to go at Personio's pace when an answer takes a second or two. */
const LOOK_UPS_AT_ONCE = 10;

export type DeparturesTask = {
  readonly tenantId: string;
  readonly readId: string;
  readonly account: PersonioAccount;
  readonly signal: AbortSignal;
  /** Whether an admin will see, or has approved, what is left of a plan: approving takes out who is missed for the first time as well. */
  readonly isShown: (plan: PlanSummary) => boolean;
};

/**
 * Before somebody becomes a leaver because the list misses them, their record is asked for by its id: whoever has one has not left,
 * whatever the list said, and is taken out of the plan. What is left is what an admin sees, and what its fingerprint says.
 * Whose look-up is refused or fails stays as well, and the next run asks again: one odd answer keeps nobody else's change out.
 *
 * Of more people than can be asked for nobody is, and the plan says how many.
 */
export async function confirmDepartures(
  planned: PlanSummary,
  task: DeparturesTask,
  dataSource: DataSource,
): Promise<PlanSummary> {
  if (planned.left + planned.firstAbsences === 0) return planned;
  const within: Within = (work) => inTenant(dataSource, task.tenantId, work);
  const leavers = await lookUp(task, { change: "LEAVE", lookUpsMax: LOOK_UPS_MAX }, within);
  const plan = {
    ...planned,
    left: planned.left - leavers.stillThere,
    unchanged: planned.unchanged + leavers.stillThere,
    unconfirmed: leavers.unconfirmed,
    waiting: leavers.waiting,
  };
  if (!task.isShown(plan)) return plan;
  const lookUpsMax = LOOK_UPS_MAX - leavers.lookUps;
  const absences = await lookUp(task, { change: "ABSENT", lookUpsMax }, within);
  const missed = await within((manager) => digestMissed(manager, task.readId));
  return {
    ...plan,
    firstAbsences: plan.firstAbsences - absences.stillThere,
    unconfirmed: plan.unconfirmed + absences.unconfirmed,
    waiting: [...leavers.waiting, ...absences.waiting],
    fingerprint: missed ? hash("sha256", plan.fingerprint + missed) : plan.fingerprint,
  };
}

type Within = <Result>(work: (manager: EntityManager) => Promise<Result>) => Promise<Result>;
type LookedUp = {
  readonly lookUps: number;
  readonly stillThere: number;
  readonly unconfirmed: number;
  readonly waiting: readonly ActionableError[];
};

/** Those whom the list misses for the first time (`ABSENT`), or those whom that makes leavers now (`LEAVE`). */
async function lookUp(
  { readId, account, signal }: DeparturesTask,
  { change, lookUpsMax }: { readonly change: Missed; readonly lookUpsMax: number },
  within: Within,
): Promise<LookedUp> {
  const { count, personioIds } = await within((manager) =>
    listMissed(manager, readId, { change, limit: lookUpsMax }),
  );
  if (count > lookUpsMax) return { lookUps: 0, stillThere: 0, unconfirmed: count, waiting: [] };
  const { staying, waiting } = await findStaying(account, personioIds, signal);
  if (staying.length > 0) await within((manager) => removePlanItems(manager, readId, staying));
  return { lookUps: count, stillThere: staying.length, unconfirmed: 0, waiting };
}

type Staying = {
  /** People who have a record, and people of whom that is not known. */
  readonly staying: readonly string[];
  /** Why it is not known, once for each of the second. */
  readonly waiting: readonly ActionableError[];
};

async function findStaying(
  account: PersonioAccount,
  personioIds: readonly string[],
  signal: AbortSignal,
): Promise<Staying> {
  const askFor = createAsking(account);
  const answers = await inParallel(personioIds, { atOnce: LOOK_UPS_AT_ONCE, signal }, askFor);
  return {
    staying: personioIds.filter((_id, index) => answers[index] !== "GONE"),
    waiting: answers.filter((answer) => answer instanceof ActionableError),
  };
}

type Answer = "GONE" | "THERE" | ActionableError;

/** Asks for one record after another, until too many answers have taken their time and come to nothing. */
function createAsking(account: PersonioAccount): (id: string, signal: AbortSignal) => Promise<Answer> {
  let slowFailures = 0;
  let givenUp: ActionableError | null = null;
  return async (id, signal) => {
    if (givenUp) return givenUp;
    const askedAt = performance.now();
    const answer = await account.readEmployee(id, { signal }).then(
      (employee): Answer => (employee === null ? "GONE" : "THERE"),
      (error: unknown) => {
        if (signal.aborted || !isUnanswered(error)) throw error;
        return error;
      },
    );
    if (!(answer instanceof ActionableError)) return answer;
    if (performance.now() - askedAt >= SLOW_MS) slowFailures += 1;
    if (slowFailures >= SLOW_FAILURES_MAX || answer.code === "PERSONIO_RATE_LIMITED") givenUp = answer;
    return answer;
  };
}

/** A refused pair is about nobody's record: the run is over. */
const isUnanswered = (error: unknown): error is ActionableError =>
  error instanceof ActionableError && error.code !== "PERSONIO_CREDENTIALS_INVALID";
