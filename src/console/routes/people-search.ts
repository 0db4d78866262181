import { type RawSearch, readChoices, readText, withoutEmpty } from "../parts/search-params.ts";

export const STATUSES = ["ACTIVE", "ONBOARDING", "LEAVE", "INACTIVE"] as const;

/** What the address of the list holds. */
export const readPeopleSearch = (raw: RawSearch) =>
  withoutEmpty({ search: readText(raw.search), status: readChoices(raw.status, STATUSES) });
