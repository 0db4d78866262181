import type { EntityManager } from "typeorm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { readCondition } from "../../src/scim/filter/condition.ts";
import { parseFilter } from "../../src/scim/filter/parse-filter.ts";
import { listGroups } from "../../src/scim/groups/group.repository.ts";
import { GROUPS } from "../../src/scim/schema/group-schema.ts";
import { USERS } from "../../src/scim/schema/user-schema.ts";
import { listUsers } from "../../src/scim/users/user.repository.ts";
import { ensureTenant } from "../../src/tenant/tenant.repository.ts";
import { explain, rowsRead, scansOf } from "../support/explain.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

const TENANT = "acme";
/** Enough for Postgres to prefer an index wherever it may use one. */
const ROWS = 3_000;

let database: TestDatabase;
const bound = <Result>(work: (manager: EntityManager) => Promise<Result>) =>
  inTenant(database.dataSource, TENANT, work);

beforeAll(async () => {
  database = await createTestDatabase();
  await bound(ensureTenant);
  await database.dataSource.query(`
    insert into idp_users (tenant_id, id, user_name, user_name_key, external_id, display_name_key, active, resource, offered, version,
      created_at, modified_at)
    select '${TENANT}', gen_random_uuid(), n, 'user' || n || '@x.example', 'e' || n, 'user ' || n, true, '{}', '{}', 1, now(), now()
    from generate_series(1, ${ROWS}) n;
    insert into idp_user_emails select tenant_id, id, 1, user_name_key, 'work' from idp_users;
    insert into idp_groups (tenant_id, id, display_name, display_name_key, external_id, resource, version, created_at, modified_at)
    select '${TENANT}', gen_random_uuid(), n, 'group ' || n, 'e' || n, '{}', 1, now(), now() from generate_series(1, ${ROWS}) n;
    insert into idp_group_members select g.tenant_id, g.id, u.id from idp_groups g join idp_users u on u.external_id = g.external_id;
    analyze idp_users, idp_user_emails, idp_groups, idp_group_members`);
});
afterAll(() => database[Symbol.asyncDispose]());

const TABLES = ["idp_users", "idp_user_emails", "idp_groups", "idp_group_members"];
/** The row that is found, and those that lead to it. */
const ROWS_READ_MAX = 10;

const count = async (manager: EntityManager, filter: string, kind: typeof USERS): Promise<number> => {
  const condition = readCondition(kind, parseFilter(filter));
  const page = { startIndex: 1, count: 0 };
  return (await (kind === USERS ? listUsers(manager, condition, page) : listGroups(manager, condition, page)))
    .total;
};

test.each<[filter: string, kind: typeof USERS]>([
  ['userName eq "USER70@x.example"', USERS],
  ['externalId eq "e70"', USERS],
  ['displayName eq "user 70"', USERS],
  ['emails.value eq "user70@x.example"', USERS],
  ['emails[type eq "work"].value eq "user70@x.example"', USERS],
  ['userName eq "user70@x.example" and displayName co "user"', USERS],
  ['displayName eq "group 70"', GROUPS],
  ['externalId eq "e70"', GROUPS],
])("in a large company, %s reads only what it finds", async (filter, kind) => {
  expect(await bound((manager) => count(manager, filter, kind))).toBe(1);
  const plan = await bound((manager) => explain(manager, (explaining) => count(explaining, filter, kind)));
  const rows = scansOf(plan, TABLES).map(rowsRead);
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.reduce((sum, one) => sum + one, 0)).toBeLessThan(ROWS_READ_MAX);
});

test("every operator works with every attribute, and under not", () =>
  bound(async (manager) => {
    const attributes: [typeof USERS, string[]][] = [
      [USERS, ["id", "userName", "externalId", "displayName", "emails.value", "manager"]],
      [GROUPS, ["id", "displayName", "externalId", "members.value"]],
    ];
    for (const [kind, names] of attributes)
      for (const name of names) {
        const [list, sub] = name.split(".");
        for (const op of ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr"]) {
          const operand = op === "pr" ? "" : ' "7"';
          const forms = [`${name} ${op}${operand}`, ...(sub ? [`${list}[${sub} ${op}${operand}]`] : [])];
          for (const form of forms) {
            const matching = await count(manager, form, kind);
            const others = await count(manager, `not (${form})`, kind);
            expect(matching + others, form).toBe(ROWS);
          }
        }
      }
  }));

test("the groups of a user are found by an index", async () => {
  const [user] = await database.dataSource.query("select id from idp_users where external_id = 'e70'");
  const filter = `members eq "${user.id}"`;
  expect(await bound((manager) => count(manager, filter, GROUPS))).toBe(1);
  const plan = await bound((manager) => explain(manager, (explaining) => count(explaining, filter, GROUPS)));
  expect(
    scansOf(plan, TABLES)
      .map(rowsRead)
      .reduce((sum, one) => sum + one, 0),
  ).toBeLessThan(ROWS_READ_MAX);
});
