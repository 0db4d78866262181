import { getNamedType, isObjectType } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { createCursors } from "../../../src/request/cursors.ts";
import { countStatements } from "../../support/count-statements.ts";
import { addDepartment, addLegalEntity, addOffice, addPerson } from "../../support/factories.ts";
import { ask, schema, TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, TENANT, async (manager) => {
    const department = await addDepartment(manager, { name: "Sales" });
    const office = await addOffice(manager, { name: "Bonn" });
    const legalEntity = await addLegalEntity(manager, { name: "Acme GmbH" });
    const top = await addPerson(manager, { firstName: "Ada", lastName: "Zuse" });
    const middle = await addPerson(manager, { supervisorId: top.id, departmentId: department.id });
    for (let index = 0; index < 6; index += 1)
      await addPerson(manager, {
        supervisorId: index % 2 ? middle.id : null,
        departmentId: index % 3 ? department.id : null,
        officeId: index % 2 ? office.id : null,
        legalEntityId: index > 3 ? legalEntity.id : null,
      });
  });
});
afterAll(() => database[Symbol.asyncDispose]());

const ALL = `id lastName department { id personioId name } legalEntity { id personioId name }
  office { id personioId name timeZone isTimeZoneGuessed }
  supervisor { id displayName workEmail position }`;

/** A query that reaches objects of each type in all ways, and selects one field of them. */
const WAYS_TO: Readonly<Record<string, (field: string) => string>> = {
  Person: (
    field,
  ) => `{ people { nodes { ${field} } } hired: people(orderBy: { field: HIRE_DATE, direction: ASC })
    { nodes { ${field} supervisor { person { ${field} } } } } }`,
  Supervisor: (field) => `{ people { nodes { supervisor { ${field} } reportingChain { ${field} } } } }`,
  Department: (field) => `{ people { nodes { department { ${field} } } } }`,
  Office: (field) => `{ people { nodes { office { ${field} } } } }`,
  LegalEntity: (field) => `{ people { nodes { legalEntity { ${field} } } } }`,
};

/** The fields of a type, each with a selection if it needs one. */
function fieldsOf(name: string): string[] {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`no type ${name}`);
  return Object.values(type.getFields()).map((field) =>
    isObjectType(getNamedType(field.type)) ? `${field.name} { __typename }` : field.name,
  );
}

/** The answer with look-ahead, and with loaders only. */
const askBoth = async (query: string, variables: Record<string, unknown> = {}) => ({
  ahead: await ask(database.dataSource, query, { variables, looksAhead: true }),
  loaded: await ask(database.dataSource, query, { variables, looksAhead: false }),
});

describe("look-ahead", () => {
  test("a page with its departments, offices, legal entities and supervisors is one statement", async () => {
    const { result, statements } = await countStatements(database.dataSource, () =>
      ask(database.dataSource, `{ people { nodes { ${ALL} } } }`, { looksAhead: true }),
    );
    expect(result.errors).toBeUndefined();
    expect(result.data.people.nodes).toHaveLength(8);
    expect(statements).toHaveLength(1);
  });

  test.each([
    ["nodes", `{ people { nodes { ${ALL} } } }`],
    ["edges", `{ people(first: 3) { edges { cursor node { ${ALL} } } pageInfo { hasNextPage } } }`],
    ["names downwards", `{ people(orderBy: { field: NAME, direction: DESC }) { nodes { ${ALL} } } }`],
    ["another order", `{ people(orderBy: { field: OFFICE, direction: ASC }) { nodes { ${ALL} } } }`],
    ["a filter", `{ people(filter: { search: "z" }) { nodes { ${ALL} } } }`],
    [
      "fragments",
      `{ people { ...Page } } fragment Page on PersonConnection { edges { node { ... on Person { ...One } } } }
       fragment One on Person { ${ALL} }`,
    ],
    [
      "aliases",
      `{ first: people(first: 2) { nodes { unit: department { name } } } people { nodes { office { name } } } }`,
    ],
    [
      "two selections of one field",
      "{ people { nodes { id } } people { edges { node { office { name } } } } }",
    ],
    ["skipped fields", "{ people { nodes { id department @skip(if: true) { name } } } }"],
    [
      "what lies behind a supervisor",
      `{ people { nodes { supervisor { person { status hireDate department { name } } supervisor { id }
         directReportCount reportCount directReports { nodes { id } } } } } }`,
    ],
    [
      "fields of several statements",
      "{ people { nodes { reportingChain { id } department { headcount } office { name } } } }",
    ],
  ])("the answer is the same with only loaders: %s", async (_, query) => {
    const { ahead, loaded } = await askBoth(query);
    expect(ahead.errors).toBeUndefined();
    expect(withoutCursors(ahead)).toEqual(withoutCursors(loaded));
  });

  test.each(
    Object.entries(WAYS_TO).flatMap(([type, way]) =>
      fieldsOf(type).map((field) => [`${type}.${field}`, way(field)]),
    ),
  )("the answer has all that a field needs when no other field is selected: %s", async (_, query) => {
    const { ahead, loaded } = await askBoth(query);
    expect(ahead.errors).toBeUndefined();
    expect(ahead).toEqual(loaded);
  });

  test("statements read only the columns that the document selects, of people and of what is beside them", async () => {
    const { statements } = await countStatements(database.dataSource, () =>
      ask(
        database.dataSource,
        "{ people { nodes { status office { name } reportingChain { position } } } }",
        {
          looksAhead: true,
        },
      ),
    );
    const read = statements.join("\n");
    for (const column of ["p.status", "p.office_id", "p.position", "p.supervisor_id", '"office.name"'])
      expect(read).toContain(column);
    for (const column of ["p.hire_date", "p.work_email", "p.department_id", '"office.timeZone"'])
      expect(read).not.toContain(column);
  });

  test.each([
    [
      "a page with what it joins",
      `{ people { edges { node { ${ALL} birthday } } pageInfo { endCursor } } }`,
      1,
    ],
    ["a page whose total is counted", `{ people { totalCount nodes { id } } }`, 3],
    ["two pages", `{ first: people { nodes { id } } people { nodes { id } } }`, 2],
    ["a page in a fragment", `{ ...Page } fragment Page on Query { people { nodes { id } } }`, 2],
    ["a page with another field", `{ people { nodes { id isPreHire } } }`, 3],
    [
      "a page behind a supervisor",
      `{ people { nodes { supervisor { directReports { nodes { id } } } } } }`,
      3,
    ],
    ["a page with a filter", `{ people(filter: { search: "z" }) { nodes { id } } }`, 4],
  ])("the snapshot ends with its only read, if it is known to be: %s", async (_, query, writes) => {
    const counted = await countStatements(database.dataSource, () =>
      ask(database.dataSource, query, { looksAhead: true }),
    );
    expect(counted.result.errors).toBeUndefined();
    expect(counted).toMatchObject({ writes, transactions: 1 });
  });

  test("a page that fails ends its transaction, and the next request gets its own", async () => {
    const query = "query ($after: String) { people(after: $after) { nodes { id } } }";
    const cursors = createCursors({ keys: [Buffer.alloc(32, "test key")], tenantId: TENANT });
    const after = cursors.encode("people/NAME/ASC", ["Zuse", "Ada", "no id"]);
    const failed = await ask(database.dataSource, query, { looksAhead: true, variables: { after } });
    expect(failed.errors?.[0]?.message).toContain("invalid input syntax");
    const open = await database.dataSource.query(
      "select state from pg_stat_activity where datname = current_database() and state like 'idle in%'",
    );
    expect(open).toEqual([]);
    const { ahead, loaded } = await askBoth("{ people { nodes { id } } }");
    expect(ahead).toEqual(loaded);
  });

  test("the next page is the same with only loaders", async () => {
    const page = `query ($after: String) { people(first: 3, after: $after) { nodes { ${ALL} } pageInfo { endCursor } } }`;
    const first = await ask(database.dataSource, page, { looksAhead: true });
    const { ahead, loaded } = await askBoth(page, { after: first.data.people.pageInfo.endCursor });
    expect(ahead.data.people.nodes).toHaveLength(3);
    expect(ahead.data.people.nodes).toEqual(loaded.data.people.nodes);
  });

  test("a company has only rows of its own beside its people", async () => {
    const answer = await ask(database.dataSource, `{ people { nodes { ${ALL} } } }`, {
      tenantId: "globex",
      looksAhead: true,
    });
    expect(answer.data.people.nodes).toEqual([]);
  });
});

/** Cursors are sealed with a random value. */
const withoutCursors = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer, (name, value: unknown) => (name === "cursor" ? "sealed" : value)));
