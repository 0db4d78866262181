import { followChain } from "./follow-chain.ts";
import {
  hasAlteredAddress,
  type MatchedRecord,
  precedes,
  type RecordCandidate,
  statusOf,
  staysCurrent,
} from "./join-record.ts";
import { findUnordered, latestFirst, withLinked } from "./linked-records.ts";
import { hasLeft } from "./record-chain.ts";
import type { EmailClaim } from "./resolve-email-conflicts.ts";
import { comparePeople, isAlteredEmail } from "./same-person.ts";

export type MatchedRecords = {
  /** By the new record's id: the known person, and what the record means for them. */
  readonly personOf: ReadonlyMap<string, MatchedRecord>;
  /** The ids of records that the plan skips, because it plans their person with another one. */
  readonly replaced: ReadonlySet<string>;
  /** Records that wait, because their person's current record still exists; with the id of that one. */
  readonly waiting: ReadonlyMap<string, string>;
  /**
   * By the id of a current record: the address of the waiting record. The current one keeps it, also if
   * altered.
   */
  readonly awaited: ReadonlyMap<string, string>;
  /**
   * Records that may belong to a person, with the id of that person's record: new people, with a ledger
   * entry.
   */
  readonly ambiguous: ReadonlyMap<string, string>;
};

/**
 * Finds new records of people in the directory. Personio creates a new record for a rehire, for a move
 * between legal entities and after a deletion. So the evidence has to come from the records
 * (`comparePeople`). If several records agree with one person, their days have to show an order
 * (`followChain`). Else none matches, except the record of a coming move. Pure.
 *
 * @param gone ids of records for which Personio returns 404.
 * @param partial whether the read may lack records of these people.
 */
export function matchRecords(
  candidates: readonly RecordCandidate[],
  gone: ReadonlySet<string>,
  { partial }: { readonly partial: boolean } = { partial: false },
): MatchedRecords {
  const agreeing = new Map<string, RecordCandidate>();
  const ambiguous = new Map<string, string>();
  const ofPersons = candidates.filter((candidate) => hasAddressOfPerson(candidate, gone));
  for (const candidate of latestFirst(ofPersons)) {
    const { personioId, fields } = candidate.staged;
    if (agreeing.has(personioId)) continue;
    const verdict = candidate.known ? "SAME" : comparePeople(fields, candidate.stored);
    if (verdict === "SAME") agreeing.set(personioId, candidate);
    if (verdict === "UNKNOWN" && !hasLeft(candidate.staged) && !ambiguous.has(personioId))
      ambiguous.set(personioId, candidate.stored.personioId);
  }
  const all = withLinked(candidates, agreeing);
  for (const personioId of all.keys()) ambiguous.delete(personioId);

  const personOf = new Map<string, MatchedRecord>();
  const waiting = new Map<string, string>();
  const awaited = new Map<string, string>();
  const coming = new Set<string>();
  for (const [currentId, rivals] of Map.groupBy(all.values(), ({ stored }) => stored.personioId)) {
    const { joined, later, waits, rival } = followChain(rivals, gone, { partial });
    if (joined) personOf.set(joined.staged.personioId, { ...joined, unaltered: findUnaltered(rivals) });
    for (const { staged } of later) coming.add(staged.personioId);
    const isReplaced = joined && !staysCurrent(joined);
    if (waits) waiting.set(waits.staged.personioId, isReplaced ? joined.staged.personioId : currentId);
    if (rival?.staged.fields.workEmail) awaited.set(currentId, rival.staged.fields.workEmail);
  }
  for (const { staged, stored } of findUnordered(candidates, all, gone))
    waiting.set(staged.personioId, stored.personioId);
  const replaced = new Set([...coming, ...Array.from(personOf.values(), ({ stored }) => stored.personioId)]);
  return { personOf, replaced, waiting, awaited, ambiguous };
}

function findUnaltered(rivals: readonly RecordCandidate[]): string | null {
  const emails = rivals.flatMap(({ staged }) => staged.fields.workEmail ?? []);
  return emails.find((email) => emails.some((other) => isAlteredEmail(other, email))) ?? null;
}

/**
 * HR may give a current person another address; then a stranger may have the former one. An altered address
 * belongs to a person whose current record is gone, or follows the record.
 */
function hasAddressOfPerson(candidate: RecordCandidate, gone: ReadonlySet<string>): boolean {
  const { staged, stored, current, known } = candidate;
  const wanted = staged.fields.workEmail ?? null;
  const own = current.staged?.fields.workEmail ?? stored.workEmail;
  if (hasAlteredAddress(candidate))
    return known !== null || gone.has(stored.personioId) || precedes(candidate, gone);
  if (known !== null || statusOf(candidate) === "INACTIVE" || own === null || wanted === null) return true;
  return own === wanted || isAlteredEmail(own, wanted);
}

/**
 * The address of the person after this run. Before a move, the address of the current record counts. Personio
 * alters that one to free it for the new record, and the directory keeps the unaltered one.
 */
export function matchedEmail({ kind, staged, stored, current, unaltered }: MatchedRecord): string | null {
  const read = kind === "PRECEDES" || kind === "PRECEDED" ? current.staged : staged;
  const wanted = read?.fields.workEmail ?? stored.workEmail;
  const own = kind === "WILL_MOVE" ? (current.staged?.fields.workEmail ?? stored.workEmail) : wanted;
  if (own === null) return wanted;
  const originals = [unaltered, kind === "WILL_MOVE" ? wanted : null, stored.workEmail];
  return originals.find((email) => email !== null && isAlteredEmail(own, email)) ?? own;
}

/**
 * The same claims by person instead of by record: a person with two records claims one address, and keeps
 * holding it. The claim of either record stands for the person, because an altered address has no rival.
 */
export function claimByPerson(
  claims: readonly EmailClaim[],
  { personOf, replaced, waiting, awaited }: MatchedRecords,
): EmailClaim[] {
  const joinedTo = new Map(Array.from(personOf.values(), (joined) => [joined.stored.personioId, joined]));
  const claimed = new Set<MatchedRecord>();
  return claims.flatMap((claim) => {
    if (waiting.has(claim.personioId)) return [];
    const joined = personOf.get(claim.personioId) ?? joinedTo.get(claim.personioId);
    if (joined) {
      if (claimed.has(joined)) return [];
      claimed.add(joined);
      return [claimOf(joined)];
    }
    if (replaced.has(claim.personioId)) return [];
    const kept = awaited.get(claim.personioId);
    return [kept && claim.wants && isAlteredEmail(claim.wants, kept) ? { ...claim, wants: kept } : claim];
  });
}

const claimOf = (joined: MatchedRecord): EmailClaim => ({
  personioId: joined.staged.personioId,
  wants: matchedEmail(joined),
  holds: joined.stored.status === "INACTIVE" ? null : joined.stored.workEmail,
});
