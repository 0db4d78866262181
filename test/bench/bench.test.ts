import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { NODE_COMPILE_CACHE } from "../support/start-service.ts";

/** The bench starts ten processes. */
const env = { ...process.env, NODE_COMPILE_CACHE };
const BENCH = new URL("../../dist/test/bench/bench.js", import.meta.url).pathname;

test("the bench measures a small company, and its table shows the values of its JSON", async () => {
  const folder = await mkdtemp(join(tmpdir(), "people-subgraph-bench-test-"));
  const json = join(folder, "bench.json");
  const options = [
    "--people",
    "500",
    "--tenants",
    "2",
    "--subscribers",
    "100",
    "--seconds",
    "0.05",
    "--rounds",
    "1",
    "--json",
    json,
  ];

  const { stdout } = await promisify(execFile)(process.execPath, [BENCH, ...options], { env });

  const result = JSON.parse(await readFile(json, "utf8"));
  expect(result.sync.employees).toBe(500);
  expect(result.sync.full.ratio).toBeGreaterThan(0);
  expect(result.reads.map(({ name }: { name: string }) => name)).toEqual([
    "directory-page",
    "reporting-chains",
    "entities",
  ]);
  for (const { title, ratio, ours, floor } of result.reads) {
    expect(ours.requestsASecond).toBeGreaterThan(0);
    expect(floor.requestsASecond).toBeGreaterThan(0);
    expect(stdout.split("\n").find((line) => line.startsWith(title))).toMatch(
      new RegExp(`${ratio.toFixed(2)}$`),
    );
  }
  for (const round of [result.tenants.first, result.tenants.unchanged]) {
    expect(round.tenantsASecond).toBeGreaterThan(0);
    expect(round.maxWaitSeconds).toBeGreaterThanOrEqual(round.medianWaitSeconds);
    expect(stdout).toContain(round.maxWaitInTurns.toFixed(2));
  }
  expect(result.subscribers.delivery.p99Ms).toBeGreaterThan(0);
  expect(result.subscribers.comeBack.seconds).toBeGreaterThan(0);
  expect(stdout).toContain("100 subscribers of one process");
  await rm(folder, { recursive: true });
});

test("the bench explains its options when it is asked for help", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [BENCH, "--help"], { env });
  expect(stdout).toContain("Usage: npm run bench");
});
