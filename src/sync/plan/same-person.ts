import { stripInvisible } from "../../people/email-address.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";
import { composeText } from "../../request/compose-text.ts";
import type { TranslatedFields } from "../read/translate.ts";

/** Whether two records with one address are about one person. */
export type Verdict = "SAME" | "OTHER" | "UNKNOWN";

type Evidence = "agrees" | "conflicts" | "nothing to compare";

/**
 * Whether a record is about the person of another record. Two birth dates decide by themselves: a name
 * changes with a marriage, and Personio does not copy a personnel number to a new record. Without them, the
 * number or the full name must agree, and neither may conflict. Pure.
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

/** When HR types a text again, its invisible characters, blanks and letter case may differ. */
const comparable = (text: string | null | undefined): string =>
  composeText(
    composeText(stripInvisible((text ?? "").replace(/\s+/g, " ")))
      .trim()
      .toLowerCase(),
  );

const fullName = ({
  firstName,
  lastName,
}: Partial<Record<"firstName" | "lastName", string | null>>): string =>
  comparable(`${firstName ?? ""} ${lastName ?? ""}`);

/**
 * Personio alters an old record's address to free it for the new one: it adds an underscore and five
 * characters.
 */
export const ALTERATION_LENGTH = 6;

/**
 * Whether an address is the original one as Personio alters it for a new record. The place of the addition is
 * not documented (VERIFY(personio): seen at the very end and before the @), so any place counts.
 */
export const isAlteredEmail = (email: string, original: string): boolean =>
  email.length === original.length + ALTERATION_LENGTH && originalsOf(email).includes(original);

/** Whether both may be one address that Personio altered twice: a person who moves twice has two of them. */
export function haveOneOriginal(one: string, other: string): boolean {
  const originals = originalsOf(one);
  return one.length === other.length && originalsOf(other).some((email) => originals.includes(email));
}

function originalsOf(email: string): string[] {
  const originals: string[] = [];
  for (let at = email.indexOf("_"); at !== -1; at = email.indexOf("_", at + 1))
    originals.push(email.slice(0, at) + email.slice(at + ALTERATION_LENGTH));
  return originals;
}
