import type { ConsoleMeasurement } from "./measure-console.ts";
import type { NeighboursMeasurement } from "./measure-neighbours.ts";
import type { ReadMeasurement } from "./measure-reads.ts";
import type { SearchMeasurement } from "./measure-search.ts";
import type { SubscribersMeasurement } from "./measure-subscribers.ts";
import type { MemoryMeasurement, SyncMeasurement } from "./measure-sync.ts";
import type { TenantsMeasurement } from "./measure-tenants.ts";

/** What was measured, with all details. A run of single rows has some of them. */
export type Measurements = {
  readonly reads?: readonly ReadMeasurement[];
  readonly sync?: SyncMeasurement;
  readonly memory?: MemoryMeasurement;
  readonly search?: SearchMeasurement;
  readonly neighbours?: NeighboursMeasurement;
  readonly subscribers?: SubscribersMeasurement;
  readonly tenants?: TenantsMeasurement;
  readonly console?: ConsoleMeasurement;
};

/**
 * One number and its target. `atMost` and `atLeast` are in the same unit; without them there is no target.
 */
export type Figure = {
  readonly row: string;
  readonly what: string;
  readonly value: number;
  readonly unit: "×" | "ms" | "MB" | "B" | "elements";
  readonly atMost?: number;
  readonly atLeast?: number;
};

type Row = { readonly title: string; readonly needs: keyof Measurements };

/** The rows by their name for `--row`: a title, and the measurement that the row needs. */
export const ROWS: ReadonlyMap<string, Row> = new Map([
  ["page", { title: "A directory page of 50 people", needs: "reads" }],
  ["entities", { title: "`_entities` of 100 people", needs: "reads" }],
  ["chains", { title: "Reporting chains of 50 people", needs: "reads" }],
  ["again", { title: "A page asked again between two syncs", needs: "reads" }],
  ["sync", { title: "A sync, against fetching and parsing alone", needs: "sync" }],
  ["memory", { title: "Peak memory while syncing", needs: "memory" }],
  ["search", { title: "Prefix search; its p99, against a page of the fair floor", needs: "search" }],
  [
    "neighbours",
    {
      title:
        "A small query, beside another company's load. The last figure compares it with a twin of the " +
        "service without that load at the same time, because both share the cores",
      needs: "neighbours",
    },
  ],
  ["subscribers", { title: "Subscribers to events, of one process", needs: "subscribers" }],
  ["tenants", { title: "The longest wait of companies that are due at once", needs: "tenants" }],
  ["console", { title: "The console in a headless browser, without a GPU", needs: "console" }],
]);

/** The figures of the service before these targets were set, on 2026-11-29 on two busy cores. */
const BEFORE = {
  /** Measured by CPU time, which other load changes less than rates. */
  chainsToFloor: 0.13,
  /** With 100,000 people. */
  searchBytesAPerson: 1_900,
  searchToPage: new Map([
    ["rare word", 7.1],
    ["common word", 6.1],
    ["rare word of 100 people", 10],
    ["common word of 100 people", 18],
  ]),
};

const MB = 1_000_000;

/** The numbers of all measurements with their targets. */
export const figuresOf = (measured: Measurements): Figure[] => [
  ...(measured.reads ?? []).flatMap(readFigures),
  ...syncFigures(measured.sync),
  ...memoryFigures(measured.memory),
  ...searchFigures(measured.search),
  ...neighbourFigures(measured.neighbours),
  ...subscriberFigures(measured.subscribers),
  ...tenantFigures(measured.tenants),
  ...consoleFigures(measured.console),
];

type Target = Pick<Figure, "atMost" | "atLeast">;

/** By row and side: our requests per second as a multiple of that side's. */
const READ_TARGETS: Readonly<Record<string, Readonly<Record<string, Target>>>> = {
  page: { "fair floor": { atLeast: 0.7 }, PostGraphile: { atLeast: 2.5 } },
  entities: { "fair floor": { atLeast: 0.7 } },
  chains: { "fair floor": { atLeast: 1.5 * BEFORE.chainsToFloor } },
  again: { "fair floor": { atLeast: 2 } },
};

const readFigures = ({ name, ratios }: ReadMeasurement): Figure[] =>
  Object.entries(READ_TARGETS[name] ?? {}).map(([side, target]) => ({
    row: name,
    what: side === "PostGraphile" ? "PostGraphile's rate" : `the ${side}'s rate`,
    value: ratios[side] ?? Number.NaN,
    unit: "×",
    ...target,
  }));

function syncFigures(sync: SyncMeasurement | undefined): Figure[] {
  if (!sync) return [];
  const [row, unit] = ["sync", "×"] as const;
  return [
    { row, what: "without changes", value: sync.unchanged.ratio, unit, atMost: 0.8 },
    { row, what: `of ${sync.employees} new people`, value: sync.first.ratio, unit, atMost: 2 },
  ];
}

function memoryFigures(memory: MemoryMeasurement | undefined): Figure[] {
  if (!memory) return [];
  const { people, fewerPeople, peakBytes, peakBytesOfFewer } = memory;
  const row = "memory";
  const growth = peakBytes / peakBytesOfFewer;
  return [
    { row, what: `with ${people} people`, value: peakBytes / MB, unit: "MB", atMost: 300 },
    { row, what: `that of ${fewerPeople} people`, value: growth, unit: "×", atMost: 1.1 },
  ];
}

function searchFigures(search: SearchMeasurement | undefined): Figure[] {
  if (!search) return [];
  const { bytesAPerson, searches } = search;
  const row = "search";
  const atMost = BEFORE.searchBytesAPerson / 4;
  const times = Object.entries(searches).map(([name, { ratio }]): Figure => {
    const before = BEFORE.searchToPage.get(name);
    return { row, what: `for a ${name}`, value: ratio, unit: "×", ...(before && { atMost: before }) };
  });
  return [{ row, what: "for each person in its tables", value: bytesAPerson, unit: "B", atMost }, ...times];
}

function neighbourFigures(measured: NeighboursMeasurement | undefined): Figure[] {
  if (!measured) return [];
  const { idle, duringSync, duringQueries } = measured;
  const { clients, p50Ms, p99Ms, twin } = duringQueries;
  const row = "neighbours";
  return [
    { row, what: "p99 beside a first sync", value: duringSync.p99Ms, unit: "ms", atMost: 50 },
    { row, what: "longest stall of that sync", value: duringSync.stallMs, unit: "ms", atMost: 100 },
    { row, what: `its idle p50 beside ${clients} expensive queries`, value: p50Ms / idle.p50Ms, unit: "×" },
    {
      row,
      what: `its idle p99 beside them`,
      value: p99Ms / idle.p99Ms,
      unit: "×",
      atMost: 2,
    },
    { row, what: "its p99 in a service without them, then", value: p99Ms / twin.p99Ms, unit: "×", atMost: 2 },
  ];
}

function subscriberFigures(measured: SubscribersMeasurement | undefined): Figure[] {
  if (!measured) return [];
  const { subscribers, comeBackPeakBytes, delivery } = measured;
  const row = "subscribers";
  const peak = comeBackPeakBytes / MB;
  return [
    { row, what: `peak while ${subscribers} come back at once`, value: peak, unit: "MB", atMost: 350 },
    { row, what: "p99 of one event to all", value: delivery.p99Ms, unit: "ms", atMost: 250 },
  ];
}

function tenantFigures(measured: TenantsMeasurement | undefined): Figure[] {
  if (!measured) return [];
  const { tenants, first, unchanged } = measured;
  const value = Math.max(first.maxWaitInTurns, unchanged.maxWaitInTurns);
  return [{ row: "tenants", what: `the fair turn of ${tenants}`, value, unit: "×" }];
}

/**
 * Targets by what a user perceives: an instant answer, smooth movement at 60 frames a second, or a short
 * wait.
 */
const CONSOLE_TARGETS = {
  firstPaintMs: 300,
  listMs: 600,
  frameMs: 17,
  jumpMs: 250,
  searchMs: 150,
  heapMb: 150,
  companyMs: 1_000,
  chartMs: 200,
  elements: 300,
};

function consoleFigures(measured: ConsoleMeasurement | undefined): Figure[] {
  if (!measured) return [];
  const { people, loads, scrolling, searchedMs, chart } = measured;
  const { firstPaintMs, listMs, frameMs, jumpMs, searchMs, heapMb, companyMs, chartMs, elements } =
    CONSOLE_TARGETS;
  const row = "console";
  const figure = (what: string, value: number, atMost: number): Figure => ({
    row,
    what,
    value,
    unit: "ms",
    atMost,
  });
  return [
    figure("first paint, empty cache", loads.cold.firstPaintMs, firstPaintMs),
    figure("first paint, warm cache", loads.warm.firstPaintMs, firstPaintMs),
    figure("list of people, empty cache", loads.cold.shownMs, listMs),
    figure("list of people, warm cache", loads.warm.shownMs, listMs),
    figure(`median frame by wheel`, scrolling.wheel.medianMs, frameMs),
    figure(`median frame along the scrollbar`, scrolling.scrollbar.medianMs, frameMs),
    figure(`median jump in ${people} people`, scrolling.jumps.medianMs, jumpMs),
    figure("people found, after the last letter", searchedMs, searchMs),
    {
      row,
      what: "kept by the page after scrolling",
      value: scrolling.heapBytes / MB,
      unit: "MB",
      atMost: heapMb,
    },
    figure(`chart of the company as it opens`, chart.firstViewMs, companyMs),
    figure(`chart of ${chart.people} people, drawn`, chart.drawnMs, chartMs),
    { row, what: "of the chart in the page", value: chart.elements, unit: "elements", atMost: elements },
    figure("median frame while the chart moves", chart.pan.medianMs, frameMs),
  ];
}
