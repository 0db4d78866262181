import { searchWords } from "../search/search-words.ts";
import type { PersonWrite } from "./person-changes.repository.ts";
import { type PersonRecord, shownNameOf } from "./person-record.ts";

/** Our columns that do not follow from the record. */
type OwnColumns = Pick<
  PersonWrite,
  "id" | "departmentId" | "officeId" | "legalEntityId" | "supervisorId" | "sourceHash" | "continuation"
>;

/** A record with the columns that the service adds: a search finds every name that it shows. Pure. */
export const personWrite = (record: PersonRecord, own: OwnColumns): PersonWrite => ({
  ...record,
  ...own,
  displayName: shownNameOf(record),
  searchWords: searchWords(
    record.firstName,
    record.lastName,
    record.preferredName,
    record.workEmail,
    record.position,
    record.displayName ?? null,
  ),
});
