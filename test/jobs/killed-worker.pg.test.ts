import { expect, test } from "vitest";
import { z } from "zod";
import { defineJob } from "../../src/jobs/job.ts";
import { openQueue } from "../../src/jobs/queue.ts";
import { createLogger } from "../../src/log.ts";
import { onQuietMachine } from "../support/slowness.ts";
import { startProcess } from "../support/start-process.ts";
import { createTestDatabase } from "../support/test-database.ts";

// The death of a worker is the statement, so there are two.

/** A heartbeat of 10 s, a check every 3 s, and a second before the retry. */
const NOTICED_WITHIN_MS = 20_000;

test("another worker runs the job of a killed worker again, as its second attempt", async () => {
  await using database = await createTestDatabase();
  const sync = defineJob({ name: "sync", schema: z.object({ tenantId: z.string() }), singleton: true });
  await using queue = await openQueue({
    url: database.servingUrl,
    jobs: [sync],
    log: createLogger("silent"),
  });

  await using killed = startProcess("job-worker.ts", [database.servingUrl]);
  await queue.enqueue(sync, { tenantId: "acme" }, { key: "acme" });
  expect(await killed.nextLine()).toEqual({ attempt: 1 });
  await killed.kill();
  const killedAt = performance.now();

  // The job counts as running until the queue notices the kill: no second one starts meanwhile.
  await queue.enqueue(sync, { tenantId: "acme" }, { key: "acme" });
  await using other = startProcess("job-worker.ts", [database.servingUrl]);
  expect(await other.nextLine()).toEqual({ attempt: 2 });
  const noticedAfter = performance.now() - killedAt;
  console.info(`A killed worker was noticed after ${Math.round(noticedAfter / 1000)} s.`);
  expect(onQuietMachine(noticedAfter, NOTICED_WITHIN_MS)).toBeLessThan(NOTICED_WITHIN_MS);
  const jobs = await database.dataSource.query(
    "select count(*)::int as count from pgboss.job where name = 'sync'",
  );
  expect(jobs).toEqual([{ count: 1 }]);
});
