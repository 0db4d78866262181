import { stripInvisible } from "../../people/email-address.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";
import type { TranslatedFields } from "../read/translate.ts";

/** What two records with one address say about the people behind them. */
export type Verdict = "SAME" | "OTHER" | "UNKNOWN";

type Evidence = "agrees" | "conflicts" | "nothing to compare";

/**
 * Whether a record is about the person of another one. Two birth dates decide alone: a name changes with a marriage, and Personio does not
 * carry a personnel number over to a new record. Without them the number or the full name must agree, and neither conflict. Pure.
 */
export function comparePeople(
  record: Pick<Partial<TranslatedFields>, "dateOfBirth" | "employeeId" | "firstName" | "lastName">,
  stored: Pick<PersonRecord, "dateOfBirth" | "employeeId" | "firstName" | "lastName">,
): Verdict {
  const born = compareTexts(record.dateOfBirth, stored.dateOfBirth);
  if (born !== "nothing to compare") return born === "agrees" ? "SAME" : "OTHER";
  const evidence = [
    compareTexts(comparable(record.employeeId), comparable(stored.employeeId)),
    compareTexts(fullName(record), fullName(stored)),
  ];
  const agrees = evidence.includes("agrees");
  if (evidence.includes("conflicts")) return agrees ? "UNKNOWN" : "OTHER";
  return agrees ? "SAME" : "UNKNOWN";
}

const compareTexts = (one: string | null | undefined, other: string | null | undefined): Evidence =>
  !one || !other ? "nothing to compare" : one === other ? "agrees" : "conflicts";

/** What HR types again need not bring the invisible characters of the first time along. */
const comparable = (text: string | null | undefined): string =>
  stripInvisible((text ?? "").replace(/\s+/g, " "))
    .normalize("NFC")
    .trim()
    .toLowerCase()
    .normalize("NFC");

const fullName = ({
  firstName,
  lastName,
}: Partial<Record<"firstName" | "lastName", string | null>>): string =>
  comparable(`${firstName ?? ""} ${lastName ?? ""}`);

/** What Personio appends to an old record's address to free it for the new one: an underscore and five characters. */
export const ALTERATION_LENGTH = 6;

/**
 * Whether an address is another one as Personio alters it for a new record. Where the addition stands is not documented
 * (VERIFY(personio): seen at the very end and before the @), so any place counts.
 */
export function isAlteredEmail(email: string, original: string): boolean {
  if (email.length !== original.length + ALTERATION_LENGTH) return false;
  for (let at = email.indexOf("_"); at !== -1; at = email.indexOf("_", at + 1)) {
    if (email.slice(0, at) + email.slice(at + ALTERATION_LENGTH) === original) return true;
  }
  return false;
}
