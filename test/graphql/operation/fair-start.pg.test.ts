import type { ExecutionResult } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { createFairStart, OPERATIONS_PER_TURN } from "../../../src/graphql/operation/fair-start.ts";
import type { Operations } from "../../../src/graphql/operation/operations.ts";
import { createTenantTurns, type TakeTurn } from "../../../src/graphql/tenant-turns.ts";
import { countStatements } from "../../support/count-statements.ts";
import { addDepartment } from "../../support/factories.ts";
import { TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { administrator, createDatabaseOperations } from "../support/database-operations.ts";

const TOGETHER = 50;

/** The turns of the event loop in which so many calls of `work` resolve. */
async function turnsOf(work: (index: number) => Promise<unknown>): Promise<number[]> {
  let turn = 0;
  let isOver = false;
  const count = (): void => {
    turn += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const all = Array.from({ length: TOGETHER }, (_, index) => work(index).then(() => turn));
  const turns = await Promise.all(all);
  isOver = true;
  return turns;
}

/** The most of them in one turn. */
const mostIn = (turns: readonly number[]): number =>
  Math.max(...[...Map.groupBy(turns, (turn) => turn).values()].map(({ length }) => length));

describe("the fair start of operations", () => {
  test("each turn of the event loop continues few operations", async () => {
    const waitForStart = createFairStart();
    await waitForStart("other");

    expect(mostIn(await turnsOf(() => waitForStart("a")))).toBe(OPERATIONS_PER_TURN);
  });

  test("no operation waits while its tenant is alone", async () => {
    let now = 0;
    const waitForStart = createFairStart(() => now);
    await waitForStart("other");
    now = 1_001;

    expect(new Set(await turnsOf(() => waitForStart("a"))).size).toBe(1);
  });

  test("the first operation continues at once, also after others", async () => {
    const waitForStart = createFairStart();
    await waitForStart("other");
    await turnsOf(() => waitForStart("a"));
    await new Promise(setImmediate);
    const events: string[] = [];
    const started = waitForStart("a").then(() => events.push("operation"));
    setImmediate(() => events.push("turn"));
    await started;

    expect(events).toEqual(["operation"]);
  });

  test("an operation waits for at most one of each other tenant", async () => {
    const waitForStart = createFairStart();
    const order: string[] = [];
    await waitForStart("other");
    const together = [...Array.from({ length: TOGETHER }, () => "a"), "b", "c"];
    await Promise.all(together.map((tenantId) => waitForStart(tenantId).then(() => order.push(tenantId))));

    expect(order.slice(0, 5)).toEqual(["a", "a", "b", "c", "a"]);
  });
});

describe("D18: operations of one company", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await inTenant(database.dataSource, TENANT, (manager) => addDepartment(manager));
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const open = (takeTurn?: TakeTurn): Promise<Operations> =>
    createDatabaseOperations(database.dataSource, { keptBytes: 1_000_000, takeTurn });
  /** Another company is active, because operations of one that is alone do not wait. */
  const besideAnother = async (
    { limitRate }: Operations,
    work: () => Promise<unknown>,
  ): Promise<number[]> => {
    const other = { ...administrator, tenantId: "other" };
    await limitRate(other);
    const timer = setInterval(() => void limitRate(other), 50);
    const turns = await turnsOf(work);
    clearInterval(timer);
    return turns;
  };
  const answer = async ({ prepare, answers }: Operations): Promise<ExecutionResult> => {
    const prepared = prepare({ query: "{ departments { name } }" }, administrator);
    if ("errors" in prepared) throw prepared.errors[0];
    return answers.answer(prepared, administrator);
  };

  test("D18: those that arrive together begin in several turns of the loop", async () => {
    const operations = await open();
    const turns = await besideAnother(operations, () => operations.limitRate(administrator));

    expect(mostIn(turns)).toBeLessThanOrEqual(OPERATIONS_PER_TURN);
  });

  test("D18: those that get their kept answers together continue in several turns", async () => {
    const operations = await open();
    await answer(operations);
    const { result: turns, statements } = await countStatements(database.dataSource, () =>
      besideAnother(operations, () => answer(operations)),
    );

    // Apart from the version: each is a hit.
    expect(statements).toEqual([]);
    expect(mostIn(turns)).toBeLessThanOrEqual(OPERATIONS_PER_TURN);
  });

  test("D18: those that get no turn together are refused in several turns", async () => {
    const operations = await open(createTenantTurns({ turnsMax: 0, waitingPerTenant: 0 }));
    const messages: unknown[] = [];
    const turns = await besideAnother(operations, async () => {
      const { errors } = await answer(operations);
      messages.push(errors?.[0]?.message);
    });

    expect(new Set(messages)).toEqual(
      new Set(["Your company has too many operations running and waiting here."]),
    );
    expect(mostIn(turns)).toBeLessThanOrEqual(OPERATIONS_PER_TURN);
  });
});
