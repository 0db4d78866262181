import type { Text } from "./canaries.ts";
import type { Pool } from "./random-operations.ts";

const valuesAt = (texts: readonly Text[], places: RegExp): string[] => [
  ...new Set(texts.filter(({ place }) => places.test(place)).map(({ value }) => value)),
];

const dayFromNow = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Cursors of each list, by which pages of one company are asked of the other. */
export const CURSORS = `{
  people(first: 2) { pageInfo { endCursor } } lifecycleEvents(first: 2) { pageInfo { endCursor } }
  syncRuns(first: 1) { pageInfo { endCursor } } skippedEmployees(first: 1) { pageInfo { endCursor } }
  idpOnlyUsers(first: 1) { pageInfo { endCursor } } peopleWithoutUser(first: 1) { pageInfo { endCursor } }
  orgIssues(first: 1) { pageInfo { endCursor } }
  upcomingLifecycleEvents(from: "${dayFromNow(0)}", to: "${dayFromNow(90)}", first: 2) { pageInfo { endCursor } }
}`;

/** What a company has, for arguments. Cursors are by their list. */
export type Belongings = {
  readonly texts: readonly Text[];
  readonly cursors: Readonly<Record<string, string>>;
};

const ID_PLACES =
  /^(people|departments|offices|legal_entities|sync_runs|service_tokens|scim_tokens|idp_users)\.id$/;

/** Where the ids of an argument come from, by `field.argument` or by the argument. */
const KINDS_OF_IDS: Readonly<Record<string, RegExp>> = {
  "approveSyncRun.id": /^sync_runs\.id$/,
  "department.id": /^departments\.id$/,
  departmentId: /^departments\.id$/,
  departmentIds: /^departments\.id$/,
  "legalEntity.id": /^legal_entities\.id$/,
  legalEntityIds: /^legal_entities\.id$/,
  "office.id": /^offices\.id$/,
  officeId: /^offices\.id$/,
  officeIds: /^offices\.id$/,
  "person.id": /^people\.id$/,
  "PeopleFilter.ids": /^people\.id$/,
  personId: /^people\.id$/,
  personIds: /^people\.id$/,
  personioId: /^(people|skipped_employees)\.personio_id$/,
  personioIds: /^people\.personio_id$/,
  "rejectSyncRun.id": /^sync_runs\.id$/,
  "revokeScimToken.id": /^scim_tokens\.id$/,
  "revokeServiceToken.id": /^service_tokens\.id$/,
  rootId: /^people\.id$/,
  subject: /^console_sessions\.subject$/,
  "supervisor.id": /^people\.id$/,
  supervisorId: /^people\.id$/,
  syncedLegalEntityIds: /^legal_entities\.id$/,
  "syncRun.id": /^sync_runs\.id$/,
  "syncRunProgress.id": /^sync_runs\.id$/,
};

/**
 * Values for every argument of the schema, and wrong ones. An argument that takes ids of people gets one of
 * the own company, one of the other, and one of anything else equally often.
 */
export function createPool(own: Belongings, other: Belongings): Pool {
  const texts = [...own.texts, ...other.texts];
  const ids = [...valuesAt(texts, ID_PLACES), ...valuesAt(texts, /personio_id$/), "no id"];
  const emails = valuesAt(texts, /work_email$|^idp_users\.email$/);
  const words = valuesAt(texts, /^(people\.(first_name|last_name|position)|indexed_words\.word)$/);
  const days = valuesAt(texts, /^people\.(hire_date|date_of_birth|termination_date)$/);
  const ofKind = (places: RegExp): string[] =>
    equally(valuesAt(own.texts, places), valuesAt(other.texts, places), ids);
  return {
    ...Object.fromEntries(Object.entries(KINDS_OF_IDS).map(([name, places]) => [name, ofKind(places)])),
    ...cursorsOf(own.cursors, other.cursors),
    ID: ids,
    String: [...words, ...valuesAt(texts, /\.name$/), ""],
    EmailAddress: [...emails, "stranger@example.com"],
    LocalDate: [...days, dayFromNow(0)],
    DateTime: [new Date(Date.now() + 86_400_000).toISOString()],
    Int: [0, 1, 2, 5],
    Float: [0.5, 20],
    Boolean: [true, false],
    JSON: [null],
    first: [1, 2, 5, 20, 100],
    scopes: ["people:read", "people:hr", "people:sensitive", "people:admin", "people:none"],
    offsetDays: [0, 0, -7, -14],
    from: [dayFromNow(-20), dayFromNow(0)],
    to: [dayFromNow(1), dayFromNow(60), dayFromNow(300)],
    timeZone: ["Europe/Berlin", ""],
    representations: representationsOf(ofKind, emails),
  };
}

/** Each list of values as often as each other one. */
function equally(...lists: readonly (readonly string[])[]): string[] {
  const filled = lists.filter((list) => list.length > 0);
  const length = Math.max(...filled.map((list) => list.length));
  return filled.flatMap((list) => Array.from({ length }, (_, place) => list[place % list.length] ?? ""));
}

/** A cursor of the list itself, from each company, as often as one of any list. */
function cursorsOf(own: Belongings["cursors"], other: Belongings["cursors"]): Pool {
  const all = [...Object.values(own), ...Object.values(other), "no cursor"];
  const ofLists = Object.entries(own).map(
    ([list, cursor]) => [`${list}.after`, equally([cursor], [other[list] ?? cursor], all)] as const,
  );
  return { ...Object.fromEntries(ofLists), after: all };
}

const ENTITIES: Readonly<Record<string, RegExp>> = {
  Person: /^people\.id$/,
  Supervisor: /^people\.id$/,
  Department: /^departments\.id$/,
  Office: /^offices\.id$/,
  LegalEntity: /^legal_entities\.id$/,
};

const representationsOf = (
  ofKind: (places: RegExp) => readonly string[],
  emails: readonly string[],
): unknown[] => [
  ...Object.entries(ENTITIES).flatMap(([__typename, places]) =>
    ofKind(places).map((id) => ({ __typename, id })),
  ),
  ...emails.map((workEmail) => ({ __typename: "Person", workEmail })),
];
