import type { DataSource } from "typeorm";
import type { PersonStatus } from "../../access/person-status.ts";
import { inTenant } from "../../database/transaction.ts";
import { ActionableError } from "../../errors.ts";
import type { Employee, PersonioAccount } from "../../personio/employee.ts";
import { inParallel } from "../../personio/listing/in-parallel.ts";
import { comparePeople } from "../plan/same-person.ts";
import type { RecordCandidate } from "../plan/settle-records.ts";
import { listRecordCandidates, listUnreadRecordsOfMoves } from "../plan/side-by-side.repository.ts";
import { type ReadTask, stageEmployees } from "../read/read-snapshot.ts";
import { LOOK_UPS_AT_ONCE, LOOK_UPS_MAX } from "./confirm-departures.ts";

export type LookUpTask = Omit<ReadTask, "pages"> & {
  readonly account: PersonioAccount;
  readonly signal: AbortSignal;
  readonly syncedStatuses: readonly PersonStatus[];
  readonly now: Date;
};

/**
 * Looks up by id what decides about people with two records, where the read did not bring it: the current record of somebody whose address
 * a newcomer has, when the evidence agrees, and the other record of somebody who is going to move. A record that is there is staged like
 * the others; one that Personio answers with 404 is gone. What cannot be read decides nothing, and the next run asks again.
 *
 * @returns the ids of the records that are gone.
 */
export async function lookUpRecords(task: LookUpTask, dataSource: DataSource): Promise<ReadonlySet<string>> {
  const { tenantId, readId, account, signal } = task;
  const ids = await inTenant(dataSource, tenantId, async (manager) => {
    const candidates = await listRecordCandidates(manager, readId, task);
    const ofMoves = await listUnreadRecordsOfMoves(manager, readId, task);
    return [...new Set([...candidates.filter(isAsked).map(({ stored }) => stored.personioId), ...ofMoves])];
  });
  // Of more, none is: a whole company under other ids is for an admin to look at.
  if (ids.length === 0 || ids.length > LOOK_UPS_MAX) return new Set();
  const answers = await inParallel(ids, { atOnce: LOOK_UPS_AT_ONCE, signal }, async (id, either) => ({
    id,
    employee: await account.readEmployee(id, { signal: either }).catch(asUnknown(signal)),
  }));
  const found = answers.flatMap(({ employee }): Employee[] => (employee ? [employee] : []));
  await inTenant(dataSource, tenantId, (manager) => stageEmployees(manager, task, found));
  return new Set(answers.flatMap(({ id, employee }) => (employee === null ? [id] : [])));
}

/** Somebody who has left may return whatever became of the old record. */
const isAsked = ({ staged, stored, current, known }: RecordCandidate): boolean =>
  !current.wasRead &&
  stored.status !== "INACTIVE" &&
  (known !== null || comparePeople(staged.fields, stored) === "SAME");

/** Undefined for a record that Personio refuses or fails to send. A refused credential, and being stopped, end the run. */
const asUnknown =
  (signal: AbortSignal) =>
  (error: unknown): undefined => {
    if (signal.aborted || !(error instanceof ActionableError)) throw error;
    if (error.code === "PERSONIO_CREDENTIALS_INVALID") throw error;
    return undefined;
  };
