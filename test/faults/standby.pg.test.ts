import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { spawnService } from "../support/start-service.ts";
import { type GraphAnswer, startTestApp, type TestApp } from "../support/test-app.ts";
import { type OwnPostgres, startOwnPostgres } from "./own-postgres.ts";

// Its app has a Postgres of its own, which the tests make a standby.

const PEOPLE = "{ people(first: 50) { totalCount } }";

const outcomeOf = ({ errors }: GraphAnswer<unknown>): string => errors?.[0]?.extensions.code ?? "OK";

let postgres: OwnPostgres;
let app: TestApp;
beforeAll(async () => {
  postgres = await startOwnPostgres();
  app = await startTestApp({ config: { database: { url: postgres.url, dataDir: "unused" } } });
  await app.connect();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

async function query(sql: string): Promise<Record<string, unknown>[] | undefined> {
  const client = new pg.Client({ connectionString: postgres.url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Restarts the server as a standby without a primary: like a lagging one, it answers with old data. */
async function becomeStandby(): Promise<void> {
  await writeFile(`${postgres.clusterFolder}/standby.signal`, "");
  await postgres.signal("SIGINT");
  await eventually(async () => (await query("select pg_is_in_recovery() as standby"))?.[0]?.standby === true);
}

test("B10: an app whose server became a standby is not ready and accepts no mutation until the server is the primary again", async () => {
  await becomeStandby();
  await eventually(async () => (await fetch(`${app.app.url}/ready`)).status === 503);
  expect(await (await fetch(`${app.app.url}/ready`)).text()).toContain("standby");
  await eventually(
    async () => outcomeOf(await app.ask("mutation { syncPersonio { id } }")) === "UNAVAILABLE",
  );

  await query("select pg_promote()");
  await eventually(async () => (await fetch(`${app.app.url}/ready`)).ok);
  expect(outcomeOf(await app.ask(PEOPLE))).toBe("OK");
  expect(await app.sync()).toMatchObject({ problem: null });
});

test("B10: an app whose DATABASE_URL points to a standby exits with 78 and one line that explains it", async () => {
  await becomeStandby();
  const { exited, output } = spawnService({
    DATABASE_URL: postgres.url,
    SECRET_KEYS: `1:${randomBytes(32).toString("base64")}`,
  });
  const [code] = await exited;
  expect(code).toBe(78);
  expect(output.join("\n")).toContain(
    "DATABASE_URL points to a standby, which lags behind and accepts no writes. Point it to the primary.",
  );
  await query("select pg_promote()");
});
