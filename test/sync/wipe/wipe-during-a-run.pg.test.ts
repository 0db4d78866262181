import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readDatabaseTime } from "../../../src/database/database-time.ts";
import { createMetrics } from "../../../src/metrics/metrics.ts";
import { wipeFields } from "../../../src/sync/wipe/wipe-fields.ts";
import { eventually } from "../../support/eventually.ts";
import { type SharedApp, startSharedApp } from "../../support/shared-app.ts";
import { untilEnded } from "../../support/test-app.ts";
import { type Gate, openGate } from "../support/gate.ts";

let service: SharedApp;
let gate: Gate;
beforeAll(async () => {
  gate = await openGate(() => service.sandbox.url);
  service = await startSharedApp({ config: { personio: { apiUrl: gate.url, requestsPerMinute: null } } });
});
beforeEach(() => service.resetConnected());
afterEach(() => gate.open());
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await gate[Symbol.asyncDispose]();
});

const rows = <Row>(sql: string): Promise<Row[]> => service.app.database.dataSource.query(sql);
const count = async (from: string): Promise<number> =>
  (await rows<{ count: number }>(`select count(*)::int as count from ${from}`))[0]?.count ?? 0;
const hide = (name: string) =>
  service.get("mutation ($name: String!) { setPeopleField(name: $name, visible: false) { visible } }", {
    name,
  });
const jobsEnded = () =>
  eventually(
    async () => (await count("pgboss.job where name = 'wipe-fields' and state < 'completed'")) === 0,
  );
const CHANGES_OF_POSITION =
  "lifecycle_events where kind = 'PERSON_CHANGED' and 'position' = any (changed_fields)";

describe("a field that is hidden while a run reads it", () => {
  test("the run starts again without it, neither brings a value back, nor announces the change again", async () => {
    const had = await count("people where position is not null");
    const reading = gate.close();
    const { syncPersonio } = await service.get<{ syncPersonio: { id: string } }>(
      "mutation { syncPersonio { id } }",
    );
    await reading;
    await hide("position");
    await jobsEnded();
    expect(await count("people where position is not null")).toBe(0);
    gate.open();
    expect(await untilEnded(service.get)).toMatchObject({ id: syncPersonio.id, problem: null });
    expect(await rows(`select attempt from sync_runs where id = '${syncPersonio.id}'`)).toEqual([
      { attempt: 2 },
    ]);
    expect(await count("people where position is not null")).toBe(0);
    expect(await count("staged_employees")).toBe(0);
    expect(await count(CHANGES_OF_POSITION)).toBe(had);
  });
});

describe("a wipe that is killed", () => {
  test("the next one deletes the rest, and announces each person once", async () => {
    const had = await count("people where position is not null");
    // The mapping hides the field, and no job has run yet.
    await rows(`update integrations set field_mapping = (select jsonb_agg(case when row ->> 'personField' = 'position'
      then jsonb_set(row, '{personioAttribute}', 'null') else row end) from jsonb_array_elements(field_mapping) row)`);
    const { dataSource } = service.app.database;
    const deps = { dataSource: service.serving, readNow: readDatabaseTime, metrics: createMetrics() };
    await rows(
      `create function fail_late() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$`,
    );
    // The batch of people is committed; the last transaction fails.
    await rows(
      "create trigger fail_late before update or delete on sync_plan_items for each statement execute function fail_late()",
    );
    const task = { tenantId: "default", signal: new AbortController().signal };
    await expect(wipeFields(task, deps)).rejects.toThrow("killed");
    await rows("drop trigger fail_late on sync_plan_items");
    expect(await count(CHANGES_OF_POSITION)).toBe(had);
    expect(await wipeFields(task, deps)).toBe(0);
    expect(await count(CHANGES_OF_POSITION)).toBe(had);
    await dataSource.query("drop function fail_late()");
  });

  test("an aborted worker changes nothing after that", async () => {
    const deps = { dataSource: service.serving, readNow: readDatabaseTime, metrics: createMetrics() };
    const task = { tenantId: "default", signal: AbortSignal.abort() };
    await expect(wipeFields(task, deps)).rejects.toThrow("aborted");
  });
});
