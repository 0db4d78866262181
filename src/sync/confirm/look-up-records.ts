import type { EntityManager } from "typeorm";
import { planForMany } from "../../database/plan-for-many.ts";
import { inTenant } from "../../database/transaction.ts";
import type { RecordCandidate } from "../plan/join-record.ts";
import { listRecordCandidates, listUnreadRecordsOfMoves } from "../plan/record-candidates.repository.ts";
import { comparePeople } from "../plan/same-person.ts";
import { stageEmployees } from "../read/read-snapshot.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { ReadContext } from "../run-context.ts";

/**
 * Looks up by id the records that decide about people with two records, if the read lacks them. These are the
 * current record of a person whose address a newcomer has, if the evidence agrees, and the other record of a
 * coming move. A record that exists is staged like the others; a 404 means that it is gone. A failed look-up
 * decides nothing, and the next run repeats it.
 *
 * @returns the snapshot, with the ids of the records that are gone.
 */
export async function lookUpRecords(context: ReadContext, snapshot: Snapshot): Promise<Snapshot> {
  const { tenantId, settings, deps } = context;
  const { readId, facts, now } = snapshot;
  const listMoves = (manager: EntityManager): Promise<string[]> =>
    listUnreadRecordsOfMoves(manager, readId, facts);
  const ids = await inTenant(deps.dataSource, tenantId, async (manager) => {
    const candidates = await planForMany(manager, facts.peopleRead, () =>
      listRecordCandidates(manager, readId, { syncedStatuses: settings.syncedStatuses, now }),
    );
    const ofMoves = await listMoves(manager);
    return [...candidates.filter(needsLookUp).map(({ stored }) => stored.personioId), ...ofMoves];
  });
  const looked = await stageLookedUp(context, snapshot, ids);
  if (!facts.partial || looked.gone.size === ids.length) return looked;
  // A current record that was found may have a coming one, which no webhook has named either.
  return stageLookedUp(context, looked, await inTenant(deps.dataSource, tenantId, listMoves));
}

async function stageLookedUp(
  { tenantId, lookUps, deps }: ReadContext,
  snapshot: Snapshot,
  ids: readonly string[],
): Promise<Snapshot> {
  // If there are too many, the run looks up none: an admin has to review a company whose ids have all
  // changed.
  const lookedUp = ids.length > 0 ? await lookUps.lookUp([...new Set(ids)]) : null;
  if (!lookedUp) return snapshot;
  await inTenant(deps.dataSource, tenantId, (manager) => stageEmployees(manager, snapshot, lookedUp.found));
  return { ...snapshot, gone: new Set([...snapshot.gone, ...lookedUp.gone]) };
}

/** A leaver may return whether or not the old record exists, so it needs no look-up. */
const needsLookUp = ({ staged, stored, current, known }: RecordCandidate): boolean =>
  !current.wasRead &&
  stored.status !== "INACTIVE" &&
  (known !== null || comparePeople(staged.fields, stored) === "SAME");
