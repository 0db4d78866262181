import { availableParallelism, cpus, totalmem } from "node:os";
import type { ReadMeasurement } from "./measure-reads.ts";
import type { SubscribersMeasurement } from "./measure-subscribers.ts";
import type { SyncMeasurement } from "./measure-sync.ts";
import type { TenantsMeasurement } from "./measure-tenants.ts";

export type BenchResult = {
  readonly takenAt: string;
  readonly machine: ReturnType<typeof describeMachine>;
  readonly options: {
    readonly people: number;
    readonly tenants: number;
    readonly subscribers: number;
    readonly seconds: number;
    readonly rounds: number;
  };
  readonly sync: SyncMeasurement;
  readonly reads: readonly ReadMeasurement[];
  readonly tenants: TenantsMeasurement;
  readonly subscribers: SubscribersMeasurement;
};

export const describeMachine = () => ({
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  processor: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryBytes: totalmem(),
});

/** Tables for people to read; the JSON has the same numbers. */
export function renderTables({ sync, reads, tenants, subscribers }: BenchResult): string {
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
    alignColumns(tenantRows(tenants)),
    alignColumns(subscriberRows(subscribers)),
  ].join("\n\n");
}

function subscriberRows(measured: SubscribersMeasurement): string[][] {
  const { subscribers, idleBytes, peakBytes, delivery, comeBack } = measured;
  return [
    [
      `${subscribers} subscribers of one process`,
      "idle MB",
      "peak MB",
      "p50 ms",
      "p99 ms",
      "back s",
      "HTTP p99 ms",
    ],
    [
      "one event to all; all come back at once",
      ...[idleBytes, peakBytes].map((bytes) => (bytes / 1e6).toFixed(0)),
      ...[delivery.p50Ms, delivery.p99Ms].map((milliseconds) => milliseconds.toFixed(0)),
      comeBack.seconds.toFixed(1),
      comeBack.httpP99Ms.toFixed(0),
    ],
  ];
}

/** `turns` is the longest wait as a multiple of the tenant's fair turn. */
function tenantRows({ tenants, peopleEach, workers, first, unchanged }: TenantsMeasurement): string[][] {
  const title = `${tenants} tenants of ${peopleEach} people due at once, ${workers} workers`;
  const rows = [["first syncs", first] as const, ["unchanged syncs", unchanged] as const].map(
    ([name, { seconds, tenantsASecond, medianWaitSeconds, maxWaitSeconds, maxWaitInTurns }]) => [
      name,
      seconds.toFixed(1),
      tenantsASecond.toFixed(1),
      medianWaitSeconds.toFixed(1),
      maxWaitSeconds.toFixed(1),
      maxWaitInTurns.toFixed(2),
    ],
  );
  return [[title, "s", "tenants/s", "median wait s", "longest wait s", "turns"], ...rows];
}

/** Aligns the first column left, numbers right. */
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
