import { inTenant } from "../../database/transaction.ts";
import { listRecordCandidates, listUnreadRecordsOfMoves } from "../plan/comparison.repository.ts";
import type { RecordCandidate } from "../plan/match-records.ts";
import { comparePeople } from "../plan/same-person.ts";
import { stageEmployees } from "../read/read-snapshot.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { ReadContext } from "../run-context.ts";

/**
 * Looks up by id what decides about people with two records, where the read did not bring it: the current record of somebody whose address
 * a newcomer has, when the evidence agrees, and the other record of somebody who is going to move. A record that is there is staged like
 * the others; one that Personio answers with 404 is gone. What cannot be read decides nothing, and the next run asks again.
 *
 * @returns the snapshot, with the ids of the records that are gone.
 */
export async function lookUpRecords(
  { tenantId, settings, lookUps, deps }: ReadContext,
  snapshot: Snapshot,
): Promise<Snapshot> {
  const ids = await inTenant(deps.dataSource, tenantId, async (manager) => {
    const candidates = await listRecordCandidates(manager, snapshot.readId, {
      syncedStatuses: settings.syncedStatuses,
      now: snapshot.now,
    });
    const ofMoves = await listUnreadRecordsOfMoves(manager, snapshot.readId, snapshot.facts);
    return [...new Set([...candidates.filter(isAsked).map(({ stored }) => stored.personioId), ...ofMoves])];
  });
  // Of too many, none is: a whole company under other ids is for an admin to look at.
  const lookedUp = ids.length > 0 ? await lookUps.ask(ids) : null;
  if (!lookedUp) return snapshot;
  await inTenant(deps.dataSource, tenantId, (manager) => stageEmployees(manager, snapshot, lookedUp.found));
  return { ...snapshot, gone: lookedUp.gone };
}

/** Somebody who has left may return whatever became of the old record. */
const isAsked = ({ staged, stored, current, known }: RecordCandidate): boolean =>
  !current.wasRead &&
  stored.status !== "INACTIVE" &&
  (known !== null || comparePeople(staged.fields, stored) === "SAME");
