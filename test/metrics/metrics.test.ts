import { expect, test } from "vitest";
import { createMetrics } from "../../src/metrics/metrics.ts";

test("two apps in one process have separate metrics", async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.syncRunEnded({ status: "SUCCEEDED", trigger: "MANUAL", seconds: 1 });
  const runs = /^people_sync_runs_total\{.+\} 1$/m;
  expect(await one.registry.metrics()).toMatch(runs);
  expect(await other.registry.metrics()).not.toMatch(/^people_sync_runs_total\{/m);
});
