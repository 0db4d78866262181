import { type Queries, queryPlannedOnce } from "../database/queries.ts";
import type { DepartmentRow, LegalEntityRow, OfficeRow } from "../org/org.repository.ts";
import type { Selected } from "../request/look-ahead.ts";
import type { Person } from "./person.ts";
import { STORED_COLUMNS, selectColumns } from "./person-columns.ts";

/** Columns that the graph does not serve. */
const INTERNAL = [
  "preferredName",
  "nextPersonioId",
  "continuesOn",
  "endedOn",
  "supervisorPersonioId",
  "customAttributes",
  "searchWords",
  "sourceHash",
  "sortedPosition",
  "storedAt",
] as const satisfies readonly (keyof Person)[];

/** The served columns of a person, as plain data. */
export type PersonRow = Omit<Person, "tenantId" | (typeof INTERNAL)[number]>;

/** A person in the role of supervisor: what a supervisor's own fields need. */
export type SupervisorRow = Pick<PersonRow, "id" | "displayName" | "workEmail" | "position" | "supervisorId">;

/**
 * Relations that the statement of a person may have joined. Undefined if it did not: then a loader reads
 * them.
 */
export type JoinedRelations = {
  readonly department?: DepartmentRow | null;
  readonly office?: OfficeRow | null;
  readonly legalEntity?: LegalEntityRow | null;
  readonly supervisor?: SupervisorRow | null;
};

const SERVED_COLUMNS = STORED_COLUMNS.filter(({ field }) => !INTERNAL.some((internal) => internal === field));

/** The columns of a `PersonRow`, from the table alias `p`. */
export const PERSON_COLUMNS = selectColumns("p", SERVED_COLUMNS);

/** What identifies a person, and places the person in a list. */
const ALWAYS_READ: readonly (keyof PersonRow)[] = ["id", "lastName", "firstName"];

/** What fields with a resolver read of the row of a person or supervisor. Unlisted ones may read it all. */
const READ_BY_RESOLVERS: Readonly<Record<string, readonly (keyof PersonRow)[]>> = {
  __typename: [],
  birthday: ["dateOfBirth"],
  customAttributes: [],
  department: ["departmentId"],
  directReportCount: [],
  directReports: [],
  isPreHire: [],
  legalEntity: ["legalEntityId"],
  office: ["officeId"],
  person: [],
  reportCount: [],
  reportingChain: ["supervisorId"],
  supervisor: ["supervisorId"],
};

const COLUMNS = new Map(SERVED_COLUMNS.map((column) => [column.field as string, column]));
const known = new WeakMap<Selected, string>();

/**
 * The columns that a document needs of each person: those of the fields that it selects. Half of the time of
 * a page is spent on columns, in Postgres and here. A row without a column that a resolver reads would be a
 * wrong answer, so a test compares all fields with those of whole rows.
 */
export function personColumns(selected: Selected | null): string {
  if (!selected) return PERSON_COLUMNS;
  const columns = known.get(selected) ?? columnsOf(selected);
  known.set(selected, columns);
  return columns;
}

/** Whether the row of a person has all fields that a document selects of people. */
export const isInPersonRow = (field: string): boolean =>
  COLUMNS.has(field) || field === "birthday" || field === "__typename";

function columnsOf(selected: Selected): string {
  const fields = ["Person", "Supervisor"].flatMap((type) => [...(selected.get(type) ?? [])]);
  const needed = new Set<string>(ALWAYS_READ);
  for (const field of fields) {
    const read = COLUMNS.has(field) ? [field] : READ_BY_RESOLVERS[field];
    if (!read) return PERSON_COLUMNS;
    for (const column of read) needed.add(column);
  }
  return selectColumns(
    "p",
    SERVED_COLUMNS.filter(({ field }) => needed.has(field)),
  );
}

export const findPeopleByIds = (
  manager: Queries,
  ids: readonly string[],
  columns = PERSON_COLUMNS,
): Promise<PersonRow[]> =>
  queryPlannedOnce(
    manager,
    `/* people.findPeopleByIds */ select ${columns} from people p where p.id = any($1::uuid[])`,
    [ids],
  );

/** A person, with the requested address; it may be a former one. */
export type PersonByEmail = PersonRow & { readonly requestedEmail: string };

/**
 * The person who has each address now; else the leaver who had it last; else the person who had it before
 * getting the current one. Addresses are normalized; `emails` is the placeholder of their array.
 */
export const findEmailOwnersSql = (emails: string): string => `
  select distinct on ("requestedEmail") * from (
    select p.work_email as "requestedEmail", null::timestamptz as until, ${PERSON_COLUMNS}
    from people p where p.work_email = any(${emails}::text[])
    union all
    select f.email, f.until, ${PERSON_COLUMNS}
    from former_emails f join people p on p.id = f.person_id where f.email = any(${emails}::text[])
  ) held
  order by "requestedEmail", until is not null, status = 'INACTIVE', until desc,
    "terminationDate" desc nulls last, "hireDate" desc nulls last, id`;

/**
 * The owners of these Personio records. A person owns the current record, the next one of a move (unless
 * `withMoves` is false), and the former ones. `personioIds` is the SQL of an array, such as its placeholder.
 */
export const findRecordOwnersSql = (personioIds: string, { withMoves = true } = {}): string => `
  select r.id from people r where r.personio_id = any(${personioIds}::text[])
  ${withMoves ? `union all select n.id from people n where n.next_personio_id = any(${personioIds}::text[])` : ""}
  union all
  select f.person_id from former_employments f where f.personio_id = any(${personioIds}::text[])`;

/** Our id of the person who owns the record: see `findRecordOwnersSql`. */
export async function findRecordOwner(manager: Queries, personioId: string): Promise<string | null> {
  const rows: { id: string }[] = await manager.query(
    `/* people.findRecordOwner */ ${findRecordOwnersSql("array[$1]")} limit 1`,
    [personioId],
  );
  return rows[0]?.id ?? null;
}

/** The ids of a person's records in Personio: the current one, and the next one of a move. */
export async function findRecordIds(manager: Queries, personId: string): Promise<string[]> {
  const rows: { personioId: string }[] = await manager.query(
    `/* people.findRecordIds */
    select record.id as "personioId" from people p, unnest(array[p.personio_id, p.next_personio_id]) as record (id)
    where p.id = $1 and record.id is not null`,
    [personId],
  );
  return rows.map((row) => row.personioId);
}

/** See `findEmailOwnersSql`. */
export const findPeopleByEmails = (manager: Queries, emails: readonly string[]): Promise<PersonByEmail[]> =>
  queryPlannedOnce(manager, `/* people.findPeopleByEmails */ ${findEmailOwnersSql("$1")}`, [emails]);

/**
 * The zone in which the days of the person `p` begin, in SQL: the office's, set or guessed, else the
 * company's, else UTC.
 */
export const PERSON_TIME_ZONE = `coalesce(
    (select coalesce(o.time_zone, o.guessed_time_zone) from offices o where o.id = p.office_id),
    (select t.time_zone from tenants t),
    'UTC')`;

/** The calendar day at the person's workplace at the instant `now`, in SQL. */
const todaySql = (now: string): string => `(${now} at time zone ${PERSON_TIME_ZONE})::date`;

/**
 * True for people who have not started: the status is ONBOARDING, or the hire date is in the future. Never
 * true for a leaver, such as a person whose offer was withdrawn. `now` is the SQL of an instant.
 */
export const isPreHireSql = (now: string): string =>
  `(p.status <> 'INACTIVE' and (p.status = 'ONBOARDING' or p.hire_date > ${todaySql(now)})) is true`;

/**
 * True for people who have left: the status is INACTIVE, or the last day is over and HR has not updated the
 * status. A last day before the hire date belongs to an earlier employment. A person who moves between legal
 * entities has not left.
 */
export const hasLeftSql = (now: string): string =>
  `(p.status = 'INACTIVE'
    or p.next_personio_id is null and p.termination_date < ${todaySql(now)} and p.hire_date > p.termination_date is not true) is true`;

/** The pre-hires among these people. */
export const findPreHires = (
  manager: Queries,
  ids: readonly string[],
  now: Date,
): Promise<{ id: string }[]> =>
  queryPlannedOnce(
    manager,
    `/* people.findPreHires */
    select p.id from people p where p.id = any($1::uuid[]) and ${isPreHireSql("$2::timestamptz")}`,
    [ids, now],
  );
