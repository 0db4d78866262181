import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_TENANT_ID } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { eventually } from "../support/eventually.ts";
import { addDepartment, addPerson } from "../support/factories.ts";
import { countWaiting } from "../support/locks.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ sandbox: { people: 10 } });
});
afterAll(() => app[Symbol.asyncDispose]());

type Counts = { people: { totalCount: number }; departments: { headcount: number }[] };

test("an answer MUST show one snapshot of the directory, although a transaction commits between two of its reads", async () => {
  const { dataSource } = app.app.database;
  const query = "{ people { totalCount } departments { headcount } }";
  let answer: Promise<Counts> | undefined;

  await inTenant(dataSource, DEFAULT_TENANT_ID, async (manager) => {
    // The second read of the answer waits for this table until we commit; the first read is done by then.
    await manager.query("lock table departments in access exclusive mode");
    answer = app.get<Counts>(query);
    await eventually(async () => (await countWaiting(dataSource, "departments")) > 0);
    const { id } = await addDepartment(manager);
    await addPerson(manager, { departmentId: id });
  });

  expect(await answer).toEqual({ people: { totalCount: 0 }, departments: [] });
  expect(await app.get<Counts>(query)).toEqual({
    people: { totalCount: 1 },
    departments: [{ headcount: 1 }],
  });
});
