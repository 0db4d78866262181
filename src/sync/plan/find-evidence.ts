import type { EntityManager } from "typeorm";
import { planForMany } from "../../database/plan-for-many.ts";
import type { PeopleSettings } from "../../tenant/people-settings.ts";
import type { Snapshot } from "../read/snapshot.ts";
import { listAddressesOfExcluded, listContestedEmailClaims } from "./comparison.repository.ts";
import type { Evidence } from "./decide-person.ts";
import type { RecordCandidate } from "./join-record.ts";
import type { alignOrgIds, OrgMatch } from "./match-org.ts";
import { claimByPerson, matchRecords } from "./match-records.ts";
import { pairNewcomers } from "./pair-newcomers.ts";
import { listNewcomerPairs, listRecordCandidates } from "./record-candidates.repository.ts";
import { resolveEmailConflicts } from "./resolve-email-conflicts.ts";

/** What a plan compares with the directory. */
export type PlanTask = {
  readonly settings: PeopleSettings;
  readonly snapshot: Snapshot;
  /** How the ids of departments, offices and legal entities move with the plan. */
  readonly orgMatch: OrgMatch;
  /**
   * Whether only people count whose record this read contains. The directory may be of another account, and a
   * preview is about the one that it reads.
   */
  readonly onlyRead?: boolean;
};

type Align = ReturnType<typeof alignOrgIds>;

/** Reads what decides beside the two records of a person: other records, addresses, known ends. */
export async function findEvidence(
  manager: EntityManager,
  { settings, snapshot, onlyRead = false }: PlanTask,
  align: Align,
): Promise<Evidence> {
  const { readId, gone, now, facts } = snapshot;
  const forMany = <Result>(work: () => Promise<Result>) => planForMany(manager, facts.peopleRead, work);
  const candidates = (
    await forMany(() => listRecordCandidates(manager, readId, { ...settings, now }))
  ).filter(({ current }) => !onlyRead || current.wasRead);
  const records = matchRecords(candidates.map(alignCandidate(align)), gone, facts);
  const { partial } = facts;
  const claims = await forMany(() =>
    listContestedEmailClaims(manager, readId, { ...settings, onlyRead, partial }),
  );
  const rivalOf = resolveEmailConflicts(claimByPerson(claims, records));
  const keptAddresses = snapshot.rules.exclusions
    ? await forMany(() => listAddressesOfExcluded(manager, readId))
    : new Map();
  const pairs = await forMany(() => listNewcomerPairs(manager, readId, { ...settings, now, partial }));
  return { rivalOf, records: pairNewcomers(pairs, records, rivalOf), keptAddresses, gone };
}

const alignCandidate =
  (align: Align) =>
  (candidate: RecordCandidate): RecordCandidate => ({
    ...align(candidate),
    current: { ...candidate.current, ...align({ staged: candidate.current.staged, stored: null }) },
  });
