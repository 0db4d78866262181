import { HR_SCOPE, type Scope, SENSITIVE_SCOPE } from "../../src/access/viewer.ts";

/**
 * The design's list of what needs a scope beside `people:read`. It is written twice on purpose: if the tests
 * read the rules of the service, a rule that is lost would take its canaries along.
 */
export const GUARDED_FIELDS: ReadonlyMap<string, Scope> = new Map<string, Scope>([
  ["birthday", HR_SCOPE],
  ["contractEndDate", HR_SCOPE],
  ["dateOfBirth", SENSITIVE_SCOPE],
  ["probationEndDate", HR_SCOPE],
  ["terminationDate", HR_SCOPE],
  // Columns that the graph does not serve, but whose names and values plans or events could show.
  ["continuesOn", HR_SCOPE],
  ["endedOn", HR_SCOPE],
  ["nextPersonioId", HR_SCOPE],
]);

/** The kinds of events that need `people:hr`. */
export const GUARDED_KINDS = ["BIRTHDAY", "CONTRACT_END_DATE", "PROBATION_END", "TERMINATION_DATE"] as const;

/** What both companies protect beyond the schema. */
export const RAISED_FIELDS: ReadonlyMap<string, Scope> = new Map<string, Scope>([
  ["employeeId", HR_SCOPE],
  ["costCenter", SENSITIVE_SCOPE],
  ["customAttributes.dynamic_402194", HR_SCOPE],
]);
