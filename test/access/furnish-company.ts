import type { DataSource } from "typeorm";
import { STORED_COLUMNS } from "../../src/people/person-columns.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { anEvent, emit } from "../lifecycle/support/log-of-events.ts";
import { createSend, ENTERPRISE } from "../scim/support.ts";
import { eventually } from "../support/eventually.ts";
import { type TestApp, untilEnded } from "../support/test-app.ts";
import { GUARDED_FIELDS, GUARDED_KINDS } from "./guarded-fields.ts";

export type Company = {
  readonly tenantId: string;
  readonly credentials: Sandbox["credentials"];
  readonly timeZone: string;
};

type Furnishing = {
  /** The superuser's. */
  readonly dataSource: DataSource;
  /** Asks as an administrator of the company. */
  readonly ask: TestApp["get"];
  /** The address of the service. */
  readonly url: string;
};

/**
 * Connects and syncs the company, and gives it something of everything that the graph serves.
 *
 * @returns a token of its identity provider.
 */
export async function furnishCompany(company: Company, furnishing: Furnishing): Promise<string> {
  const { dataSource, ask, url } = furnishing;
  const { tenantId, timeZone } = company;
  await ask(CONNECT, company.credentials);
  await untilEnded(ask);
  await makeOutdated(dataSource, tenantId, 0);
  await ask("mutation { syncPersonio { id } }");
  await untilEnded(ask);
  const { people, offices, departments } = await ask<Directory>(DIRECTORY);
  const [person] = people.nodes;
  const { createScimToken } = await ask<{ createScimToken: { token: string } }>(SETTINGS, {
    person: person?.id,
    office: offices[0]?.id,
    department: departments[0]?.id,
    name: `Payroll robot of ${tenantId}`,
    expiresAt: new Date(Date.now() + 86_400_000),
    timeZone,
  });
  await addIdentityProvider(dataSource, tenantId);
  await provisionPeople(createSend(url, createScimToken.token), tenantId, people.nodes);
  await ask(RAISE);
  await fillGuardedColumns(dataSource, tenantId);
  await addIdpUsers(dataSource, tenantId);
  await emitDatedEvents(dataSource, company, 0);
  await makeOutdated(dataSource, tenantId, 3);
  await ask("mutation { planSyncPersonio { id } }");
  const held = await untilEnded(ask);
  if (held.status !== "HELD") throw new Error(`A held run was expected, and it is ${held.status}.`);
  await nameSkippedEmployees(dataSource, tenantId);
  return createScimToken.token;
}

/** The sandbox has the same unreadable people in each company. */
const nameSkippedEmployees = (dataSource: DataSource, tenantId: string): Promise<unknown> =>
  dataSource.query(
    "update skipped_employees set name = 'Skipped ' || personio_id || ' of ' || tenant_id where tenant_id = $1",
    [tenantId],
  );

/** Connects the company again, up to the review: only then is there a preview. */
export async function reviewCompany({ credentials }: Company, ask: TestApp["get"]): Promise<void> {
  await ask("mutation { disconnectPersonio { id } }");
  await ask(REVIEW, credentials);
  type State = { readonly personioIntegration: { readonly preview: { readonly ready: boolean } | null } };
  await eventually(async () => {
    const { personioIntegration } = await ask<State>("{ personioIntegration { preview { ready } } }");
    return personioIntegration.preview?.ready === true;
  });
}

type Directory = {
  readonly people: { readonly nodes: readonly { readonly id: string; readonly workEmail: string }[] };
  readonly offices: readonly { readonly id: string }[];
  readonly departments: readonly { readonly id: string }[];
};
const DIRECTORY = `{
  people(first: 20, filter: { statuses: [ACTIVE] }) { nodes { id workEmail } } offices { id } departments { id }
}`;

const REVIEW = `mutation ($clientId: String!, $clientSecret: String!) {
  connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id }
}`;

const CONNECT = `mutation ($clientId: String!, $clientSecret: String!) {
  connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id }
  finishPersonioSetup { id }
}`;

/** The settings of `RAISED_FIELDS`. */
const RAISE = `mutation {
  setPeopleField(name: "employeeId", sensitivity: HR) { name }
  costCenter: setPeopleField(name: "costCenter", sensitivity: SENSITIVE) { name }
  about: setPeopleField(name: "customAttributes.dynamic_402194", sensitivity: HR) { name }
}`;

const SETTINGS = `mutation (
  $person: ID!, $office: ID!, $department: ID!, $name: String!, $expiresAt: DateTime!, $timeZone: String!
) {
  setPeopleSettings(settings: { timeZone: $timeZone, leaverGuardPeople: 3 }) { timeZone }
  setFallbackApprover(personId: $person) { timeZone }
  ofDepartment: setFallbackApprover(personId: $person, departmentId: $department) { timeZone }
  setOfficeTimeZone(officeId: $office, timeZone: "Atlantic/Azores") { id }
  setLifecycleOffsets(kind: HIRE_DATE, offsetDays: [-14]) { timeZone }
  setLifecycleOffsets2: setLifecycleOffsets(kind: TERMINATION_DATE, offsetDays: [-7]) { timeZone }
  createServiceToken(name: $name, scopes: ["people:read"], expiresAt: $expiresAt) { token }
  createScimToken { token }
  createPersonioWebhook { url }
}`;

/** Accounts of people who work there, with other values than those of HR. */
async function provisionPeople(
  send: ReturnType<typeof createSend>,
  tenantId: string,
  people: Directory["people"]["nodes"],
): Promise<void> {
  for (const [place, { workEmail }] of people.slice(5, 10).entries()) {
    const { status, text } = await send("POST", "/Users", {
      userName: `login ${place} of ${tenantId}`,
      emails: [{ type: "work", value: workEmail }],
      title: `Title ${place} at ${tenantId}`,
      [ENTERPRISE]: { employeeNumber: `Number ${place} at ${tenantId}` },
    });
    if (status !== 201) throw new Error(text);
  }
}

/** Users of the identity provider with values of their own, and a group with all of them. */
async function addIdentityProvider(dataSource: DataSource, tenantId: string): Promise<void> {
  await dataSource.query(
    `insert into idp_users (tenant_id, id, user_name, user_name_key, external_id, email, active, resource, offered, version,
       created_at, modified_at)
     select tenant_id, gen_random_uuid(), login, login, 'external ' || login, login, true, jsonb_build_object('userName', login,
       'nickName', 'nick ' || login), '{}', 1, now(), now()
     from (select $1::text as tenant_id, 'idp' || n || '@' || $1 || '.example' as login from generate_series(1, 5) n) users`,
    [tenantId],
  );
  await dataSource.query(
    `with staff as (
       insert into idp_groups (tenant_id, id, display_name, display_name_key, resource, version, created_at, modified_at)
       values ($1, gen_random_uuid(), 'Staff of ' || $1, 'staff of ' || $1, '{}', 1, now(), now()) returning id)
     insert into idp_group_members select $1, staff.id, u.id from staff, idp_users u where u.tenant_id = $1`,
    [tenantId],
  );
}

/** Three people whose next sync finds changes. */
const makeOutdated = (dataSource: DataSource, tenantId: string, offset: number): Promise<unknown> =>
  dataSource.query(
    `update people set position = 'Formerly ' || first_name || ' in ' || tenant_id, source_hash = null
     where tenant_id = $1 and id in (
       select id from people where tenant_id = $1 and status = 'ACTIVE' order by id offset $2 limit 3)`,
    [tenantId, offset],
  );

/**
 * Accounts of the identity provider: of a current person, of a skipped record, and two that HR does not
 * know.
 */
const addIdpUsers = (dataSource: DataSource, tenantId: string): Promise<unknown> =>
  dataSource.query(
    `with emails as (
       (select work_email as email from people where tenant_id = $1 and status = 'ACTIVE' order by id limit 1)
       union all (select work_email from skipped_employees where tenant_id = $1 and work_email is not null limit 1)
       union all select 'contractor@partner-of-' || $1 || '.example' union all select null
     )
     insert into idp_users (tenant_id, id, user_name, user_name_key, email, active, resource, offered, version, created_at, modified_at)
     select $1, gen_random_uuid(), 'Account ' || place || ' of ' || $1, 'account ' || place || ' of ' || $1, email, true, '{}', '{}', 1, now(), now()
     from (select email, row_number() over () as place from emails) numbered`,
    [tenantId],
  );

/**
 * A value of its own in every guarded column of every person. The days
 * are far away, so that none is the anniversary or the forecast of an open one.
 */
async function fillGuardedColumns(dataSource: DataSource, tenantId: string): Promise<void> {
  const values = STORED_COLUMNS.filter(({ field }) => GUARDED_FIELDS.has(field)).map(
    ({ column, type }, index) =>
      type === "date"
        ? `${column} = date '2090-01-01' + ${index * 400} + place::int`
        : `${column} = '${column} ' || tenant_id || place`,
  );
  await dataSource.query(
    `update people set ${values.join(", ")}
     from (select tenant_id as tenant, id as person, row_number() over (order by tenant_id = $1, id) as place from people) placed
     where tenant_id = $1 and tenant = $1 and id = person`,
    [tenantId],
  );
}

/** Events of real people, with the values of their guarded columns. Each round is about others. */
export async function emitDatedEvents(
  dataSource: DataSource,
  { tenantId }: Company,
  round: number,
): Promise<void> {
  const rows: { id: string; personio_id: string; occurs_on: string }[] = await dataSource.query(
    `select id, personio_id, termination_date::text as occurs_on from people where tenant_id = $1 order by id
     limit 8 offset $2`,
    [tenantId, round * 8],
  );
  const dated = rows.map(({ id, personio_id, occurs_on }, index) =>
    anEvent({
      kind: GUARDED_KINDS[index % GUARDED_KINDS.length] ?? "BIRTHDAY",
      personId: id,
      personioId: personio_id,
      occursOn: occurs_on,
      changedFields: null,
      content: null,
    }),
  );
  const [first] = rows;
  const changed = [["terminationDate"], ["team", "dateOfBirth", "birthday"]].map((changedFields) =>
    anEvent({
      ...(first && { personId: first.id }),
      occursOn: today(),
      changedFields,
      content: changedFields.join(),
    }),
  );
  const anniversary = anEvent({
    kind: "WORK_ANNIVERSARY",
    ...(first && { personId: first.id }),
    occursOn: today(),
    years: 7,
    changedFields: null,
    content: null,
  });
  await emit(dataSource, [...dated, ...changed, anniversary], tenantId);
  const [{ id: supersedes }] = await dataSource.query(
    "select id from lifecycle_events where tenant_id = $1 and years = 7 order by seq desc limit 1",
    [tenantId],
  );
  await emit(dataSource, [{ ...anniversary, change: "CANCELLED", supersedes, years: null }], tenantId);
}

export const today = (): string => new Date().toISOString().slice(0, "YYYY-MM-DD".length);
