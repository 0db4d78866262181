import { availableParallelism, cpus, totalmem } from "node:os";
import type { ReadMeasurement } from "./measure-reads.ts";
import type { SyncMeasurement } from "./measure-sync.ts";

export type BenchResult = {
  readonly takenAt: string;
  readonly machine: ReturnType<typeof describeMachine>;
  readonly options: { readonly people: number; readonly seconds: number; readonly rounds: number };
  readonly sync: SyncMeasurement;
  readonly reads: readonly ReadMeasurement[];
};

export const describeMachine = () => ({
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  processor: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryBytes: totalmem(),
});

/** The two tables for people to read; the JSON holds the same numbers. */
export function renderTables({ sync, reads }: BenchResult): string {
  const syncRows = [
    ["mere fetching and parsing", sync.fetching, null] as const,
    ["full sync", sync.full, sync.full.ratio] as const,
    ["unchanged sync", sync.unchanged, sync.unchanged.ratio] as const,
  ].map(([title, { seconds, peopleASecond, peakBytes }, ratio]) => [
    title,
    seconds.toFixed(1),
    peopleASecond.toFixed(0),
    (peakBytes / 1e6).toFixed(0),
    ratio === null ? "" : ratio.toFixed(2),
  ]);
  const readRows = reads.map(({ title, ours, floor, ratio }) => [
    title,
    ...[ours, floor].flatMap(({ requestsASecond, p50Ms, p99Ms }) => [
      requestsASecond.toFixed(0),
      p50Ms.toFixed(1),
      p99Ms.toFixed(1),
    ]),
    ratio.toFixed(2),
  ]);
  return [
    alignColumns([[`${sync.employees} employees`, "s", "people/s", "peak MB", "ratio"], ...syncRows]),
    alignColumns([
      ["reads", "ours/s", "p50 ms", "p99 ms", "floor/s", "p50 ms", "p99 ms", "ratio"],
      ...readRows,
    ]),
  ].join("\n\n");
}

/** The first column to the left, numbers to the right. */
function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join("  "),
    )
    .join("\n");
}
