import type { ExecutionResult } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Viewer } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { ActionableError } from "../../src/errors.ts";
import type { Operations } from "../../src/graphql/operation/operations.ts";
import { addPerson } from "../support/factories.ts";
import { TENANT } from "../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { administrator, createDatabaseOperations } from "./support/database-operations.ts";

const reader: Viewer = { ...administrator, scopes: new Set(["people:read"]) };

let database: TestDatabase;
let operations: Operations;
let person: object;
beforeAll(async () => {
  database = await createTestDatabase();
  const { id } = await inTenant(database.dataSource, TENANT, (manager) => addPerson(manager));
  person = { __typename: "Person", id };
  operations = await createDatabaseOperations(database.dataSource);
});
afterAll(() => database[Symbol.asyncDispose]());

/** Asks for entities, once for each of the names. */
async function ask(selection: string, all: readonly object[], names: readonly string[] = ["a"]) {
  const fields = names.map((name) => `${name}: _entities(representations: $all) ${selection}`);
  const query = `query ($all: [_Any!]!) { ${fields.join(" ")} }`;
  const prepared = operations.prepare({ query, variables: { all } }, reader);
  if ("errors" in prepared) throw prepared.errors[0];
  return operations.answers.answer(prepared, reader);
}

const forbidden = (count: number): string =>
  `{ ... on Person { ${Array.from({ length: count }, (_, index) => `a${index}: birthday`).join(" ")} } }`;

const codesOf = ({ errors = [] }: ExecutionResult): string[] =>
  errors.map(({ originalError }) => (originalError instanceof ActionableError ? originalError.code : ""));

describe("D20: the errors of an answer", () => {
  test("10,000 fields that the viewer may not see are answered, each with its error", async () => {
    const result = await ask(forbidden(5), Array(2_000).fill(person));

    expect(result.data?.a).toHaveLength(2_000);
    expect(codesOf(result)).toEqual(Array(10_000).fill("FORBIDDEN"));
  });

  test("of wrong representations, only the first hundred errors quote another type each", async () => {
    const all = Array.from({ length: 1_000 }, (_, index) => ({ __typename: `Type${index}` }));
    const { errors = [] } = await ask("{ __typename }", all);

    expect(errors).toHaveLength(1_000);
    expect(errors[99]?.message).toMatch(/this one has no entity type "Type99"\.$/);
    expect(errors[100]?.message).toMatch(/this one has no entity type\.$/);
  });

  test("more than 10,000 such fields end the operation with one error", async () => {
    const result = await ask(forbidden(20), Array(10_000).fill(person));

    expect(result.data).toBeUndefined();
    expect(codesOf(result)).toEqual(["LIMIT_COST"]);
  });

  test.each([
    ["of an unknown type", { __typename: "Nothing" }],
    ["without a key", { __typename: "Person" }],
  ])(
    "more than 10,000 representations %s, by aliases, end the operation with one error",
    async (_, wrong) => {
      const all = Array(5_001).fill(wrong);

      expect(codesOf(await ask("{ __typename }", all.slice(1), ["a", "b"]))).toHaveLength(10_000);
      expect(codesOf(await ask("{ __typename }", all, ["a", "b"]))).toEqual(["LIMIT_COST"]);
    },
  );
});
