import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { openQueue } from "../../src/jobs/queue.ts";
import { dailyRunJob, scheduleDailyRuns } from "../../src/lifecycle/due/daily-run.job.ts";
import { findStream } from "../../src/lifecycle/events/event-stream.repository.ts";
import { createLogger } from "../../src/log.ts";
import { beginLog, emit, someEvents } from "../lifecycle/support/log-of-events.ts";
import { programPath } from "../support/programs.ts";
import { NODE_COMPILE_CACHE } from "../support/start-service.ts";
import { createTestDatabase } from "../support/test-database.ts";

async function run(environment: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [programPath("events-restored.js")], {
    env: { PATH: process.env.PATH, LOG_LEVEL: "info", NODE_COMPILE_CACHE, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text: Buffer) => {
      output += text.toString();
    });
  const [code] = await once(child, "close");
  return { code, output };
}

test("B16: events:restored begins a new epoch of every company's log, after its last event", async () => {
  await using database = await createTestDatabase();
  const log = createLogger("silent");
  {
    await using queue = await openQueue({ url: database.url, jobs: [dailyRunJob], log });
    for (const [index, tenant] of ["acme", "globex"].entries()) {
      await beginLog(database.dataSource, tenant);
      await emit(database.dataSource, someEvents(index + 1), tenant);
      await scheduleDailyRuns(queue, tenant);
    }
    await scheduleDailyRuns(queue, "never-synced");
  }
  const { code, output } = await run({
    DATABASE_URL: database.servingUrl,
    MIGRATION_DATABASE_URL: database.url,
    SECRET_KEYS: `1:${randomBytes(32).toString("base64")}`,
  });

  expect([code, JSON.parse(output.trim().split("\n").at(-1) ?? "")]).toMatchObject([0, { logs: 2 }]);
  const epochs = await Promise.all(
    ["acme", "globex"].map((tenant) => inTenant(database.dataSource, tenant, findStream)),
  );
  expect(epochs.map((stream) => stream?.epochs.map(({ after }) => after))).toEqual([
    [0, 1],
    [0, 2],
  ]);
});

test("events:restored with a wrong configuration prints a line per problem and exits with 78", async () => {
  const { code, output } = await run({ DATABASE_URL: "mysql://user:hunter2@host/people" });
  expect(code).toBe(78);
  expect(output).toMatch(/^DATABASE_URL: /m);
  expect(output).not.toContain("hunter2");
});
