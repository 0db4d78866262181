import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApp } from "../../../src/app.ts";
import { revertMigration } from "../../../src/database/migrate.ts";
import { createLogger } from "../../../src/log.ts";
import { PRESET_ATTRIBUTES } from "../../../src/sandbox/api-v1/preset-attributes.ts";
import { MIGRATIONS } from "../../../src/service-database.ts";
import { createAsk, servedBy, startTestApp, type TestApp, untilEnded } from "../../support/test-app.ts";
import { createTestDatabase } from "../../support/test-database.ts";

// Each test starts the app on a copy of the database of the previous version: the upgrade is its statement.

const NEW = ["team", "cost_centers"];
const OTHERS = PRESET_ATTRIBUTES.map(({ key }) => key).filter((key) => !NEW.includes(key));

/** The migration that adds the two columns, and each newer one. */
const SINCE_THE_FIELDS = MIGRATIONS.slice(
  MIGRATIONS.findIndex(({ name }) => name.startsWith("CostCenterAndTeam")),
);

let previous: TestApp;
beforeAll(async () => {
  previous = await startTestApp();
  await previous.sandbox.admin.setGrants(OTHERS);
  await previous.connect();
  await previous.app[Symbol.asyncDispose]();
  await previous.app.database.dataSource.destroy();
  for (const _migration of SINCE_THE_FIELDS) await revertMigration(previous.databaseUrl, MIGRATIONS);
});
afterAll(() => previous[Symbol.asyncDispose]());

type Row = { readonly team: string | null; readonly costCenter: string | null };
const people = async (get: TestApp["get"]): Promise<readonly Row[]> =>
  (await get<{ people: { nodes: Row[] } }>("{ people(first: 100) { nodes { team costCenter } } }")).people
    .nodes;
const having = (rows: readonly Row[], field: keyof Row) => rows.filter((row) => row[field] !== null).length;

const changes = async (get: TestApp["get"]): Promise<number> =>
  (
    await get<{ lifecycleEvents: { nodes: object[] } }>(
      "{ lifecycleEvents(first: 100, kinds: [PERSON_CHANGED]) { nodes { id } } }",
    )
  ).lifecycleEvents.nodes.length;

describe("an installation of the previous version", () => {
  test.each([
    ["that notes what it read", null],
    ["that does not", "update lifecycle_streams set read_fields = null"],
  ])(
    "%s reads every person once after the upgrade, and emits no change for every person",
    async (_, notes) => {
      const { sandbox, config, databaseUrl } = previous;
      await using database = await createTestDatabase({ template: new URL(databaseUrl).pathname.slice(1) });
      // Its mapping has no such rows, and its hashes do not include them.
      if (notes) await database.dataSource.query(notes);
      await sandbox.admin.setGrants([...OTHERS, ...NEW]);

      const migrating = { ...servedBy(database), migrates: true };
      await using app = await startApp({ ...config, database: migrating }, createLogger("silent"));
      const ask = createAsk(`${app.url}/graphql`);
      const get: TestApp["get"] = async (query, variables) => (await ask<never>(query, variables)).data;
      expect(having(await people(get), "team")).toBe(0);
      await get("mutation { syncPersonio { id } }");
      const run = await untilEnded(get);
      expect(run).toMatchObject({ status: "SUCCEEDED_WITH_SKIPS", added: 0, left: 0 });
      const rows = await people(get);
      expect(run.changed).toBe(
        rows.filter(({ team, costCenter }) => team !== null || costCenter !== null).length,
      );
      expect(having(rows, "team")).toBeGreaterThan(20);
      expect(having(rows, "costCenter")).toBeGreaterThan(20);
      expect(await changes(get)).toBe(0);

      const { people: found } = await get<{ people: { nodes: { personioId: string }[] } }>(
        "{ people(first: 1) { nodes { personioId } } }",
      );
      await sandbox.admin.change(found.nodes[0]?.personioId ?? "", {
        team: notes ? "Night shift" : "Early shift",
      });
      await get("mutation { syncPersonio { id } }");
      expect(await untilEnded(get)).toMatchObject({ changed: 1 });
      expect(await changes(get)).toBe(1);
    },
  );
});
