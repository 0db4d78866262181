import type { ExecutionResult } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Viewer } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { stringifyAnswer } from "../../src/graphql/transports/stringify-in-pieces.ts";
import { addPerson } from "../support/factories.ts";
import { TENANT } from "../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { administrator, createDatabaseOperations } from "./support/database-operations.ts";

const LONG = "Keeper of long titles ".repeat(10_000);

let database: TestDatabase;
let id: string;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ id } = await inTenant(database.dataSource, TENANT, (manager) => addPerson(manager, { position: LONG })));
});
afterAll(() => database[Symbol.asyncDispose]());

/** The text that a transport sends for one person, asked for as often as given. */
async function ask(times: number, keptBytes: number): Promise<ExecutionResult> {
  const operations = await createDatabaseOperations(database.dataSource, { keptBytes });
  const query = "query ($all: [_Any!]!) { _entities(representations: $all) { ... on Person { position } } }";
  const all = Array.from({ length: times }, () => ({ __typename: "Person", id }));
  const viewer: Viewer = administrator;
  const prepared = operations.prepare({ query, variables: { all } }, viewer);
  if ("errors" in prepared) throw prepared.errors[0];
  const { data, errors } = await operations.answers.answer(prepared, viewer);
  if (errors) return { errors };
  return JSON.parse(await stringifyAnswer({ data }, operations.graph.requests.rest, operations.formatError));
}

test.each([
  ["that the service keeps", 1_000_000],
  ["that the service does not keep", 0],
])(
  "D20: an answer %s, of one long text many times, is refused instead of taking a gigabyte",
  async (_, keptBytes) => {
    expect((await ask(10, keptBytes)).data).toEqual({
      _entities: Array.from({ length: 10 }, () => ({ position: LONG })),
    });
    const { errors = [], data } = await ask(3_000, keptBytes);

    expect(data).toBeUndefined();
    expect(errors.map(({ message }) => message)).toEqual(["The answer is larger than 64 MiB."]);
  },
);
