import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { isBrowserInstalled } from "../support/browser.ts";
import { NODE_COMPILE_CACHE } from "../support/start-service.ts";
import type { BenchResult } from "./report.ts";
import { renderMarkdown } from "./report.ts";
import { ROWS } from "./rows.ts";

/** The bench starts seven processes. */
const env = { ...process.env, NODE_COMPILE_CACHE };
const BENCH = new URL("../../dist/test/bench/bench.js", import.meta.url).pathname;

const run = async (...options: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [BENCH, ...options], { env })).stdout;

const parse = async (file: string | URL): Promise<BenchResult> => JSON.parse(await readFile(file, "utf8"));

test("the bench measures single rows of a small company, beside their targets", async () => {
  const folder = await mkdtemp(join(tmpdir(), "people-subgraph-bench-test-"));
  const json = join(folder, "bench.json");
  const small = ["--people", "500", "--seconds", "0.05", "--rounds", "1"];

  const rows = ["page", "sync", "console"];
  const stdout = await run(...rows.flatMap((row) => ["--row", row]), ...small, "--json", json);

  const { figures, details, skipped } = await parse(json);
  expect(details.sync?.employees).toBe(500);
  expect(details.reads?.map(({ sides }) => Object.keys(sides))).toEqual([
    ["ours", "fair floor", "bare floor", "PostGraphile"],
  ]);
  for (const measured of Object.values(details.reads?.[0]?.sides ?? {})) {
    expect(measured.requestsASecond).toBeGreaterThan(0);
    expect(measured.nodeMs).toBeGreaterThan(0);
  }
  expect(Object.keys(skipped)).toEqual(isBrowserInstalled ? [] : ["console"]);
  const ofConsole = Array<string>(isBrowserInstalled ? 13 : 0).fill("console");
  expect(figures.map(({ row }) => row)).toEqual(["page", "page", "sync", "sync", ...ofConsole]);
  for (const { what, value } of figures) {
    expect(value).toBeGreaterThan(0);
    expect(stdout.split("\n").find((line) => line.includes(what))).toMatch(/[≤≥] .*(reached|missed)$/);
  }
  await rm(folder, { recursive: true });
});

test("the bench explains its options when it is asked for help", async () => {
  expect(await run("--help")).toContain("Usage: npm run bench");
});

test("the README has the table of the committed result, which has all rows", async () => {
  const result = await parse(new URL("./bench.json", import.meta.url));
  const measured = result.figures.map(({ row }) => row);
  const skipped = Object.keys(result.skipped);
  // A machine without a browser leaves out only the console.
  expect(skipped.filter((row) => row !== "console")).toEqual([]);
  expect(new Set([...measured, ...skipped])).toEqual(new Set(ROWS.keys()));
  expect(await readFile(new URL("../../README.md", import.meta.url), "utf8")).toContain(
    renderMarkdown(result),
  );
});
