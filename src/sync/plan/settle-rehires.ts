import type { PersonRecord } from "../../people/changes/person-record.ts";
import type { TranslatedFields, TranslatedPerson } from "../read/translate.ts";

/** A newcomer who has the work email of somebody who left. */
export type RehireCandidate = {
  readonly staged: TranslatedPerson;
  readonly personId: string;
  readonly stored: PersonRecord;
  /** The last day of the old employment, as Personio says now or as we knew it. */
  readonly terminationDate: string | null;
};

export type Rehires = {
  /** By the newcomer's Personio id: the person who is back. */
  readonly personOf: ReadonlyMap<string, RehireCandidate>;
  /** The Personio ids of old records whose person is back under another one. */
  readonly replaced: ReadonlySet<string>;
  /** Newcomers of whom it cannot be told: new people, with a line in the ledger. */
  readonly ambiguous: ReadonlySet<string>;
};

/**
 * Who of the newcomers is somebody who left and is back. Personio gives a rehire a new record, so the evidence has to come
 * from the records: the address, an employment that began after the old one ended, and something personal that agrees while
 * nothing conflicts. A conflict is another person with a re-used address; nothing to compare is said to be ambiguous. Pure.
 */
export function settleRehires(candidates: readonly RehireCandidate[]): Rehires {
  const personOf = new Map<string, RehireCandidate>();
  const replaced = new Set<string>();
  const ambiguous = new Set<string>();
  for (const candidate of latestFirst(candidates)) {
    const { personioId } = candidate.staged;
    if (personOf.has(personioId) || replaced.has(candidate.stored.personioId)) continue;
    const verdict = compare(candidate);
    if (verdict === "SAME") {
      personOf.set(personioId, candidate);
      replaced.add(candidate.stored.personioId);
    }
    if (verdict === "UNKNOWN") ambiguous.add(personioId);
  }
  for (const personioId of personOf.keys()) ambiguous.delete(personioId);
  return { personOf, replaced, ambiguous };
}

/** Of several leavers who had one address, whoever left last is asked about first. */
const latestFirst = (candidates: readonly RehireCandidate[]): RehireCandidate[] =>
  candidates.toSorted((one, other) => (other.terminationDate ?? "").localeCompare(one.terminationDate ?? ""));

function compare({
  staged: { fields },
  stored,
  terminationDate,
}: RehireCandidate): "SAME" | "OTHER" | "UNKNOWN" {
  const { hireDate } = fields;
  if (hireDate && terminationDate && hireDate <= terminationDate) return "OTHER";
  const evidence = [
    agreement(fields.dateOfBirth, stored.dateOfBirth),
    agreement(fields.employeeId, stored.employeeId),
    agreement(fullName(fields), fullName(stored)),
  ];
  if (evidence.includes("conflicts")) return "OTHER";
  return evidence.includes("agrees") && hireDate && terminationDate ? "SAME" : "UNKNOWN";
}

const agreement = (
  one: string | null | undefined,
  other: string | null,
): "agrees" | "conflicts" | "nothing to compare" =>
  !one || !other ? "nothing to compare" : one === other ? "agrees" : "conflicts";

const fullName = ({
  firstName,
  lastName,
}: Partial<Pick<TranslatedFields, "firstName" | "lastName">>): string =>
  `${firstName ?? ""} ${lastName ?? ""}`.trim().toLowerCase();

/** What Personio appends to a leaver's address to free it for the rehire: an underscore and five characters. */
const ALTERATION_LENGTH = 6;

/**
 * Whether an address is another one as Personio alters it for a rehire. Where the addition stands is not documented
 * (VERIFY(personio): seen at the very end and before the @), so any place is taken.
 */
export function isAlteredEmail(email: string, original: string): boolean {
  if (email.length !== original.length + ALTERATION_LENGTH) return false;
  for (let at = email.indexOf("_"); at !== -1; at = email.indexOf("_", at + 1)) {
    if (email.slice(0, at) + email.slice(at + ALTERATION_LENGTH) === original) return true;
  }
  return false;
}
