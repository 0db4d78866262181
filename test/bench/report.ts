import { availableParallelism, cpus, totalmem } from "node:os";
import type { Measured } from "./measure-reads.ts";
import type { Options } from "./options.ts";
import { type Figure, figuresOf, type Measurements, ROWS } from "./rows.ts";

export type BenchResult = {
  readonly takenAt: string;
  readonly machine: ReturnType<typeof describeMachine>;
  readonly options: Options;
  readonly figures: readonly Figure[];
  /** Rows without figures, with the reason. */
  readonly skipped: Readonly<Record<string, string>>;
  readonly details: Measurements;
};

export const createResult = (
  options: Options,
  details: Measurements,
  skipped: BenchResult["skipped"],
): BenchResult => ({
  takenAt: new Date().toISOString(),
  machine: describeMachine(),
  options,
  figures: figuresOf(details),
  skipped,
  details,
});

const describeMachine = () => ({
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  processor: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryBytes: totalmem(),
});

/** All rows with their targets, and the sides of each read; the JSON has the same numbers. */
export const renderTables = ({ figures, details, options: { people } }: BenchResult): string =>
  [
    alignColumns([
      ["row", `of ${people} people`, "measured", "target", ""],
      ...figures.map((figure) => [
        figure.row,
        figure.what,
        `${round(figure.value)} ${figure.unit}`,
        targetOf(figure),
        verdictOf(figure),
      ]),
    ]),
    ...(details.reads ?? []).map(({ title, sides }) =>
      alignColumns([
        ["", title, "req/s", "p50 ms", "p99 ms", "CPU ms: Node", "Postgres"],
        ...Object.entries(sides).map(([name, side]) => [
          "",
          name,
          ...COLUMNS.map((column) => round(side[column])),
        ]),
      ]),
    ),
  ].join("\n\n");

const COLUMNS: readonly (keyof Measured)[] = ["requestsASecond", "p50Ms", "p99Ms", "nodeMs", "postgresMs"];

/** The table of the README, a line for each row, which a test compares with the committed result. */
export function renderMarkdown({ figures, skipped }: Pick<BenchResult, "figures" | "skipped">): string {
  const rows = Map.groupBy(figures, ({ row }) => row);
  const describe = (figure: Figure): string => {
    const target = targetOf(figure);
    return `${round(figure.value)} ${figure.unit} ${figure.what}${target && ` (${target})`}`;
  };
  return [
    "| `--row` | what | measured (target) |",
    "|---|---|---|",
    ...[...rows].map(([row, of]) => lineOf(row, of.map(describe).join(" · "))),
    ...Object.entries(skipped).map(([row, reason]) => lineOf(row, `not measured: ${reason}`)),
  ].join("\n");
}

const lineOf = (row: string, measured: string): string =>
  `| ${row} | ${ROWS.get(row)?.title} | ${measured} |`;

const targetOf = ({ atMost, atLeast }: Figure): string => {
  if (atMost !== undefined) return `≤ ${round(atMost)}`;
  return atLeast !== undefined ? `≥ ${round(atLeast)}` : "";
};

function verdictOf({ value, atMost, atLeast }: Figure): "" | "reached" | "missed" {
  if (atMost === undefined && atLeast === undefined) return "";
  return value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? Number.NEGATIVE_INFINITY)
    ? "reached"
    : "missed";
}

/** Three significant digits; larger numbers keep all their digits. */
const round = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));

/** Aligns texts left, numbers right. */
function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
