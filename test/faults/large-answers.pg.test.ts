import { type ExecutionResult, OperationTypeNode } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import type { Operations } from "../../src/graphql/operation/operations.ts";
import { administrator, createDatabaseOperations } from "../graphql/support/database-operations.ts";
import { countStatements } from "../support/count-statements.ts";
import { eventually } from "../support/eventually.ts";
import { addDepartment, addPerson } from "../support/factories.ts";
import { measureLongestTurn } from "../support/measure-turns.ts";
import { ask, TENANT } from "../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
let operations: Operations;
beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, TENANT, async (manager) => {
    const { id: departmentId } = await addDepartment(manager);
    const { id: supervisorId } = await addPerson(manager, { departmentId });
    for (let added = 0; added < 60; added += 1) await addPerson(manager, { departmentId, supervisorId });
  });
  operations = await createDatabaseOperations(database.dataSource);
});
afterAll(() => database[Symbol.asyncDispose]());

/** Answers as the transports do. */
async function answer(query: string, left?: AbortSignal): Promise<ExecutionResult> {
  const prepared = operations.prepare({ query }, administrator);
  if ("errors" in prepared) throw prepared.errors[0];
  expect(prepared.operation.operation).toBe(OperationTypeNode.QUERY);
  return operations.answers.answer(prepared, administrator, left);
}

const PERSON = "id displayName workEmail position status hireDate supervisor { id displayName }";

/** 50 departments with 61 people and their supervisors: 6,000 objects. */
const LARGE = `{ people(first: 50) { nodes { id department { id people(first: 100) { nodes { ${PERSON} } } } } } }`;

describe("D18: an answer with thousands of objects", () => {
  test("D18: blocks the event loop for at most a quarter of its CPU time", async () => {
    for (let warmUp = 0; warmUp < 3; warmUp += 1) await answer(LARGE);
    expect(await measureLongestTurn(() => answer(LARGE))).toBeLessThan(0.25);
  });

  test("D18: is the same, from the same statements, as without slices", async () => {
    const divided = await countStatements(database.dataSource, () => answer(LARGE));
    const whole = await countStatements(database.dataSource, () => ask(database.dataSource, LARGE));

    expect(divided.result.errors).toBeUndefined();
    expect(JSON.stringify(divided.result)).toBe(JSON.stringify(whole.result));
    expect(divided.statements).toEqual(whole.statements);
  });

  test("D18: ends before its next statement when its client leaves, and leaves no transaction open", async () => {
    const client = new AbortController();
    const { result, statements } = await countStatements(database.dataSource, async () => {
      const writer = database.dataSource.createQueryRunner();
      await writer.startTransaction();
      await writer.query("lock table departments in access exclusive mode");
      const ended = answer(LARGE, client.signal);
      await eventually(async () => (await countSessions("wait_event_type = 'Lock'")) > 0);
      client.abort();
      const known = await ended;
      await writer.rollbackTransaction();
      await writer.release();
      await eventually(async () => (await countSessions("xact_start is not null")) === 0);
      return known;
    });
    const whole = await countStatements(database.dataSource, () => answer(LARGE));

    expect(result.data).toBeUndefined();
    const reads = readsOf(whole.statements);
    const waited = reads.findIndex((text) => /\bdepartments\b/.test(text));
    expect(readsOf(statements)).toEqual(reads.slice(0, waited + 1));
    expect(reads.length).toBeGreaterThan(waited + 1);
  });
});

/** Other sessions of this database. */
async function countSessions(condition: string): Promise<number> {
  const [row] = await database.dataSource.query<[{ count: number }]>(
    `select count(*)::int from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and ${condition}`,
  );
  return row.count;
}

const readsOf = (statements: readonly string[]): string[] =>
  statements.filter(
    (statement) => /^\s*(\/\*.*?\*\/)?\s*select/i.test(statement) && !/pg_stat_/.test(statement),
  );
