import { setTimeout as wait } from "node:timers/promises";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administratorOfDefault, DEFAULT_TENANT_ID } from "../../src/access/viewer.ts";
import { openDataSource } from "../../src/database/data-source.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { createRequests, type Requests } from "../../src/graphql/context.ts";
import { findDepartments } from "../../src/org/org.repository.ts";
import { eventually } from "../support/eventually.ts";
import { addDepartment } from "../support/factories.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { NO_SERVICES } from "./support/stub-resolvers.ts";

let database: TestDatabase;
let requests: Requests;
beforeAll(async () => {
  database = await createTestDatabase();
  requests = createRequests({
    dataSource: database.dataSource,
    services: NO_SERVICES,
    cursorKeys: [Buffer.alloc(32, 1)],
    log: pino({ level: "silent" }),
  });
});
afterAll(() => database[Symbol.asyncDispose]());

const addElsewhere = () =>
  inTenant(database.dataSource, DEFAULT_TENANT_ID, (manager) => addDepartment(manager));
const countDepartments = async ({ context }: ReturnType<Requests["open"]>) =>
  (await context.read(findDepartments)).length;

/** Counts the other connections of this database that are in a transaction. */
async function countTransactions(): Promise<number> {
  const [row] = await database.dataSource.query<[{ count: number }]>(
    `select count(*)::int from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null`,
  );
  return row.count;
}

describe("a request", () => {
  test("a request reads one snapshot of the directory, even while others commit", async () => {
    const request = requests.open(administratorOfDefault);
    const before = await countDepartments(request);
    await addElsewhere();

    expect(await countDepartments(request)).toBe(before);
    request.close();

    const next = requests.open(administratorOfDefault);
    expect(await countDepartments(next)).toBe(before + 1);
    next.close();
  });

  test("a request reads its own writes, through its loaders too", async () => {
    const request = requests.open(administratorOfDefault);
    const before = await countDepartments(request);
    const { loaders } = request.context;
    const { id } = await request.context.write((manager) => addDepartment(manager, { name: "Written" }));

    expect(await countDepartments(request)).toBe(before + 1);
    expect(request.context.loaders).not.toBe(loaders);
    expect(await request.context.loaders.departmentById.load(id)).toMatchObject({ name: "Written" });
    request.close();
  });

  test("D18: a request that reads and then writes never holds two connections", async () => {
    const log = pino({ level: "silent" });
    const dataSource = await openDataSource({ url: database.url, entities: [], poolSize: 1, log });
    const cursorKeys = [Buffer.alloc(32, 1)];
    const request = createRequests({ dataSource, services: NO_SERVICES, cursorKeys, log }).open(
      administratorOfDefault,
    );
    await countDepartments(request);

    // Else the write waits for a second connection, which this pool never has.
    expect(await request.context.write((manager) => manager.query("select 1 as one"))).toEqual([{ one: 1 }]);
    await countDepartments(request);
    request.close();
    await dataSource.destroy();
  });

  test("a request's write stays committed after the request is closed", async () => {
    const request = requests.open(administratorOfDefault);
    await request.context.write((manager) => addDepartment(manager, { name: "Kept" }));
    request.close();

    const names = await inTenant(database.dataSource, DEFAULT_TENANT_ID, findDepartments);
    expect(names).toContainEqual(expect.objectContaining({ name: "Kept" }));
  });

  test("a request takes a connection with its first read, and releases it when it is closed", async () => {
    // Closing does not wait: the request of the previous test may still hold its connection.
    await eventually(async () => (await countTransactions()) === 0);
    const request = requests.open(administratorOfDefault);
    expect(await countTransactions()).toBe(0);

    await countDepartments(request);
    expect(await countTransactions()).toBe(1);

    request.close();
    await eventually(async () => (await countTransactions()) === 0);
  });

  test("a closed request refuses to read", async () => {
    await eventually(async () => (await countTransactions()) === 0);
    const request = requests.open(administratorOfDefault);
    request.close();

    await expect(countDepartments(request)).rejects.toThrow("over");
    expect(await countTransactions()).toBe(0);
  });

  test("a request can be closed repeatedly, and while it reads", async () => {
    const request = requests.open(administratorOfDefault);
    const reading = countDepartments(request).catch(() => "ended");
    request.close();
    request.close();
    await reading;

    await eventually(async () => (await countTransactions()) === 0);
  });

  test("every read of a request fails with the error of its first failed statement", async () => {
    const request = requests.open(administratorOfDefault);
    const fail = request.context.read((manager) => manager.query("select 1 / 0"));
    const follow = request.context.read((manager) => manager.query("select 1"));

    await expect(fail).rejects.toThrow("division by zero");
    await expect(follow).rejects.toThrow("division by zero");
    request.close();
    await eventually(async () => (await countTransactions()) === 0);
  });
});

test("each read of a subscriber sees the current directory, and holds no connection afterwards", async () => {
  const context = requests.createSubscriberContext(administratorOfDefault);
  const before = (await context.read(findDepartments)).length;
  await addElsewhere();
  await wait(20);

  expect(await countTransactions()).toBe(0);
  expect((await context.read(findDepartments)).length).toBe(before + 1);
});
