import type { PersonStatus } from "../../tenant/person-status.ts";
import type { EmploymentType } from "../person.ts";

/**
 * What a sync says about one person, in our words: every stored field that comes from the HR system, nothing that
 * we add ourselves (our id, links resolved to our ids, search words). Calendar days are `YYYY-MM-DD`.
 */
export type PersonRecord = {
  readonly personioId: string;
  /** Null only for a leaver whose address somebody else has. */
  readonly workEmail: string | null;
  readonly employeeId: string | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly preferredName: string | null;
  readonly position: string | null;
  readonly departmentPersonioId: string | null;
  readonly subCompany: string | null;
  readonly legalEntityPersonioId: string | null;
  readonly officePersonioId: string | null;
  readonly status: PersonStatus;
  readonly employmentType: EmploymentType | null;
  readonly hireDate: string | null;
  readonly originalHireDate: string | null;
  /** The record with which the person goes on once its first day comes: a move between legal entities. */
  readonly nextPersonioId: string | null;
  /** The first day of a record with which the person goes on, or went on. */
  readonly continuesOn: string | null;
  /** The last day that HR took away from the record after the person had left. */
  readonly endedOn: string | null;
  readonly probationEndDate: string | null;
  readonly contractEndDate: string | null;
  readonly terminationDate: string | null;
  readonly dateOfBirth: string | null;
  readonly supervisorPersonioId: string | null;
  readonly customAttributes: Readonly<Record<string, CustomAttributeValue>>;
};

/**
 * How a person goes on under another record of Personio. `ANEW`: HR deleted the record and made it anew, so it is the same employment.
 * `MOVE`: an employment in another legal entity follows without a gap. A rehire is neither.
 */
export type GoesOn = "ANEW" | "MOVE";

/** Text, a number, a day as `YYYY-MM-DD`, or the tags of a TAGS attribute; empty is null. */
export type CustomAttributeValue = string | number | boolean | readonly string[] | null;

const CUSTOM = "customAttributes.";

/** How a custom attribute is named beside the fields of a record. */
export const customAttributeField = (key: string): string => CUSTOM + key;

/** Its key, where the name is one of a custom attribute. */
export const customKeyOf = (field: string): string | null =>
  field.startsWith(CUSTOM) ? field.slice(CUSTOM.length) : null;

/** The name somebody goes by: the preferred one where there is one, else first and last, else the address, else the record's id. */
export const displayNameOf = (
  person: Pick<PersonRecord, "personioId" | "preferredName" | "firstName" | "lastName" | "workEmail">,
): string =>
  person.preferredName ??
  (`${person.firstName} ${person.lastName}`.trim() || (person.workEmail ?? person.personioId));
