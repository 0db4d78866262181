import type { EntityManager } from "typeorm";
import { planForMany } from "../../database/plan-for-many.ts";
import { findSupervisorCycles } from "../../people/reporting/find-supervisor-cycles.ts";
import { listEndlessSupervisorLinks } from "../../people/write/supervisor-links.repository.ts";
import { ambiguousRehire, type PlannedSkip, subjectOf } from "../plan/explain-skip.ts";
import { matchRecords } from "../plan/match-records.ts";
import { insertPlannedSkips } from "../plan/plan.repository.ts";
import { hasCauseless, insertUnsyncedSupervisors, keepEntries } from "./ledger.repository.ts";
import { listRehireCandidates } from "./rehire-candidates.repository.ts";

const SUPERVISOR_NOT_SYNCED = {
  reason: "SUPERVISOR_NOT_SYNCED",
  field: "supervisor",
  cause: { kind: "SUPERVISOR_NOT_SYNCED" },
  message: "The supervisor in Personio is not in the directory, so the person has no supervisor here.",
  help:
    "Find out why the supervisor is missing (a supervisor that Personio lists has a ledger row of their " +
    "own), or choose another supervisor in Personio. The link is restored when the supervisor is synced.",
} as const;

const SUPERVISOR_CYCLE = {
  reason: "SUPERVISOR_CYCLE",
  field: "supervisor",
  cause: { kind: "SUPERVISOR_CYCLE" },
  message:
    "The reporting line leads back to the person. The directory cuts reporting lines where they repeat.",
  help: "In Personio, correct the supervisor of one of the people in the cycle.",
} as const;

/** The reasons of entries that walk the whole company. */
const WALKED = [SUPERVISOR_CYCLE.reason, "AMBIGUOUS_REHIRE"] as const;

/**
 * Plans the ledger entries that need the whole company, which the plan cannot see person by person. These are
 * supervisors who are not in the directory, reporting lines that lead back to their start, and ambiguous
 * rehires. The last two walk the whole company. So a run without changes keeps the present entries, unless an
 * earlier version wrote one.
 */
export async function planCompanyEntries(
  manager: EntityManager,
  { readId, peopleRead }: { readonly readId: string; readonly peopleRead: number },
  { isChanged }: { readonly isChanged: boolean },
): Promise<void> {
  await insertUnsyncedSupervisors(manager, readId, SUPERVISOR_NOT_SYNCED);
  if (!isChanged && !(await hasCauseless(manager, WALKED)))
    return planForMany(manager, peopleRead, () => keepEntries(manager, readId, WALKED));
  const rehires = await planForMany(manager, peopleRead, () => findAmbiguousRehires(manager));
  await insertPlannedSkips(manager, readId, rehires);
  await insertPlannedSkips(manager, readId, await findCycles(manager));
}

const NONE_GONE: ReadonlySet<string> = new Set();

/**
 * The people who may be the leaver whose address they have. The ledger checks after the plan is applied, so
 * new values of either profile count.
 */
async function findAmbiguousRehires(manager: EntityManager): Promise<PlannedSkip[]> {
  const candidates = await listRehireCandidates(manager);
  const { ambiguous } = matchRecords(candidates, NONE_GONE);
  return candidates.flatMap(({ staged, stored: { personioId: leaverId } }) =>
    ambiguous.get(staged.personioId) === leaverId ? ambiguousRehire(subjectOf(staged), leaverId) : [],
  );
}

async function findCycles(manager: EntityManager): Promise<PlannedSkip[]> {
  const inCycles = findSupervisorCycles(await listEndlessSupervisorLinks(manager));
  return inCycles.flatMap(({ personioId, displayName, workEmail, hasLeft }) =>
    hasLeft ? [] : { ...SUPERVISOR_CYCLE, personioId, workEmail, name: displayName, hasLeft },
  );
}
