import type { PersonRecord } from "../../people/changes/person-record.ts";
import type { TranslatedFields, TranslatedPerson } from "../read/translate.ts";
import type { EmailClaim } from "./settle-emails.ts";

/** Somebody who has the work email of somebody who left: a newcomer, or an heir of the address who is here by now. */
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
  /** Of whom it cannot be told, with the Personio id of who left: new people, with a line in the ledger. */
  readonly ambiguous: ReadonlyMap<string, string>;
};

/**
 * Who of the newcomers is somebody who left and is back. Personio gives a rehire a new record, so the evidence has to come
 * from the records: the address, an employment that began after the old one ended, and something personal that agrees while
 * nothing conflicts. A conflict is another person with a re-used address; nothing to compare is said to be ambiguous. Of two
 * newcomers who both agree neither is guessed. Pure.
 */
export function settleRehires(candidates: readonly RehireCandidate[]): Rehires {
  const agreeing = new Map<string, RehireCandidate>();
  const ambiguous = new Map<string, string>();
  for (const candidate of latestFirst(candidates)) {
    const { personioId } = candidate.staged;
    const leaverId = candidate.stored.personioId;
    if (agreeing.has(personioId)) continue;
    const verdict = compare(candidate);
    if (verdict === "SAME") agreeing.set(personioId, candidate);
    if (verdict === "UNKNOWN" && !ambiguous.has(personioId)) ambiguous.set(personioId, leaverId);
  }
  for (const personioId of agreeing.keys()) ambiguous.delete(personioId);
  const personOf = new Map<string, RehireCandidate>();
  const byLeaver = Map.groupBy(agreeing.values(), ({ stored }) => stored.personioId);
  for (const [successor, ...others] of byLeaver.values())
    if (successor && others.length === 0) personOf.set(successor.staged.personioId, successor);
  const replaced = new Set(Array.from(personOf.values(), ({ stored }) => stored.personioId));
  return { personOf, replaced, ambiguous };
}

/**
 * The same claims, where somebody who left and is back since the last read holds under the new record what they held under the
 * old one: they never were out of the directory, and whoever took the address meanwhile comes second.
 */
export const inheritAddresses = (claims: readonly EmailClaim[], { personOf }: Rehires): EmailClaim[] =>
  claims.map((claim) => {
    const stored = personOf.get(claim.personioId)?.stored;
    return stored && stored.status !== "INACTIVE" ? { ...claim, holds: stored.workEmail } : claim;
  });

/** Of several leavers who had one address, whoever left last is asked about first; always in the same order. */
const latestFirst = (candidates: readonly RehireCandidate[]): RehireCandidate[] =>
  candidates.toSorted(
    (one, other) =>
      (other.terminationDate ?? "").localeCompare(one.terminationDate ?? "") ||
      one.stored.personioId.localeCompare(other.stored.personioId),
  );

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
export const ALTERATION_LENGTH = 6;

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
