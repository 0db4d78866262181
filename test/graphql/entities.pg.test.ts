import { execute, parse } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { buildSubgraph } from "../../src/graphql/build-schema.ts";
import { subgraphResolvers } from "../../src/graphql/resolvers.ts";
import { readSelected } from "../../src/request/look-ahead.ts";
import { countStatements } from "../support/count-statements.ts";
import { addDepartment, addPerson } from "../support/factories.ts";
import { createReadContext, TENANT } from "../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
let people: readonly object[];
let byEmail: object;
let department: object;
beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, TENANT, async (manager) => {
    const { id } = await addDepartment(manager, { name: "Sales" });
    department = { __typename: "Department", id };
    const ada = await addPerson(manager, { departmentId: id, workEmail: "ada@example.com" });
    const bob = await addPerson(manager, { supervisorId: ada.id });
    people = [ada, bob, ada].map((person) => ({ __typename: "Person", id: person.id }));
    byEmail = { __typename: "Person", workEmail: "ada@example.com" };
  });
});
afterAll(() => database[Symbol.asyncDispose]());

async function ask(selection: string, representations: readonly object[], looksAhead: boolean) {
  const { schema } = await buildSubgraph(subgraphResolvers);
  const document = parse(`query ($all: [_Any!]!) { _entities(representations: $all) ${selection} }`);
  const selected = readSelected(schema, document);
  await using request = createReadContext(database.dataSource, { looksAhead, selected });
  const { context: contextValue } = request;
  return await execute({ schema, document, contextValue, variableValues: { all: representations } });
}

const PLAIN = "{ __typename ... on Person { id displayName workEmail position hireDate } }";

test.each([
  ["people by id", PLAIN, () => people, 1],
  ["departments", "{ ... on Department { name } }", () => [department], 1],
  ["no person", PLAIN, () => [], 0],
  ["people by address, too", PLAIN, () => [byEmail, ...people], 2],
  ["two types", `{ ... on Department { name } ${PLAIN.slice(1)}`, () => [department, ...people], 2],
  ["what lies behind people", "{ ... on Person { department { name } } }", () => people, 3],
])(
  "entities take one write where one statement reads all of them: %s",
  async (_, selection, list, writes) => {
    const ahead = await countStatements(database.dataSource, () => ask(selection, list(), true));
    const loaded = await ask(selection, list(), false);
    expect(ahead.result.errors).toBeUndefined();
    expect(ahead.result).toEqual(loaded);
    expect(ahead).toMatchObject({ writes, transactions: Math.min(writes, 1) });
  },
);
