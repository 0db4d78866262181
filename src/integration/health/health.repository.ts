import type { EntityManager } from "typeorm";
import { type PersonioProblem, parametersToStore } from "../personio-problem.ts";
import type { Rights } from "../rights.ts";
import type { JudgedFailure } from "./judge-failure.ts";

/**
 * A run succeeded: the directory is as current as the start of its read, and every earlier problem is solved.
 */
export async function recordSuccess(
  manager: EntityManager,
  row: Rights & { readonly readAt: Date; readonly endedAt: Date },
): Promise<void> {
  await manager.query(
    `/* integration.recordSuccess */
    update integrations set status = 'CONNECTED', last_succeeded_at = $4, attributes = $2, refusals = $3,
      failures_in_a_row = 0, last_attempt_at = $1, not_before = null, problem_code = null, problem_message = null, problem_help = null
    where status in ('CONNECTED', 'BROKEN')`,
    [row.endedAt, JSON.stringify(row.attributes), JSON.stringify(row.missingRights), row.readAt],
  );
}

/**
 * A run of a few people succeeded: Personio answers, so nothing is broken. The directory as a whole is no
 * more current, and the problem of a held run stays.
 */
export async function recordContact(
  manager: EntityManager,
  row: Rights & { readonly endedAt: Date },
): Promise<void> {
  await manager.query(
    `/* integration.recordContact */
    update integrations set status = 'CONNECTED', attributes = $2, refusals = $3, failures_in_a_row = 0, last_attempt_at = $1,
      not_before = null,
      problem_code = case when status = 'CONNECTED' then problem_code end,
      problem_message = case when status = 'CONNECTED' then problem_message end,
      problem_help = case when status = 'CONNECTED' then problem_help end
    where status in ('CONNECTED', 'BROKEN')`,
    [row.endedAt, JSON.stringify(row.attributes), JSON.stringify(row.missingRights)],
  );
}

/** A run was held: Personio answered, so nothing is broken, but an admin must review the plan. */
export async function recordHold(
  manager: EntityManager,
  row: { readonly heldAt: Date; readonly problem: PersonioProblem },
): Promise<void> {
  const { code, message, help } = row.problem;
  await manager.query(
    `/* integration.recordHold */
    update integrations set status = 'CONNECTED', failures_in_a_row = 0, last_attempt_at = $1, not_before = null,
      problem_code = $2, problem_message = $3, problem_help = $4, problem_parameters = $5
    where status in ('CONNECTED', 'BROKEN')`,
    [row.heldAt, code, message, help, parametersToStore(row.problem)],
  );
}

/**
 * A run failed: the latest failure becomes the problem. An integration that is not connected keeps its
 * problem.
 */
export async function recordFailure(
  manager: EntityManager,
  judged: JudgedFailure,
  problem: PersonioProblem,
): Promise<void> {
  await manager.query(
    `/* integration.recordFailure */
    update integrations set status = $1, failures_in_a_row = $2, last_attempt_at = $3,
      problem_code = $4, problem_message = $5, problem_help = $6, problem_parameters = $7
    where status in ('CONNECTED', 'BROKEN')`,
    [
      judged.status,
      judged.failuresInARow,
      judged.lastAttemptAt,
      problem.code,
      problem.message,
      problem.help,
      parametersToStore(problem),
    ],
  );
}

/**
 * Stores the time that Personio requested for the next request, for any kind of run. Errors without such a
 * time do not change it.
 */
export async function recordNotBefore(manager: EntityManager, notBefore: Date): Promise<void> {
  await manager.query(
    `/* integration.recordNotBefore */
    update integrations set not_before = $1 where status in ('CONNECTED', 'BROKEN')`,
    [notBefore],
  );
}
