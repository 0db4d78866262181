import { Gauge, type Registry } from "prom-client";
import type { Logger } from "../log.ts";

/** How the directories of all tenants stand. */
export type DirectoryFigures = {
  /** People who have not left. */
  readonly people: number;
  /** How long ago each directory that follows Personio was last brought up to date; in any order. */
  readonly agesSeconds: readonly number[];
  readonly integrations: Readonly<Record<string, number>>;
};

/** How many jobs of one queue could begin at once and wait for a worker, and how many one is working on. */
export type QueueDepth = { readonly waiting: number; readonly running: number };

export type GaugeSources = {
  readonly readDirectories: () => Promise<DirectoryFigures>;
  readonly readQueues: () => Promise<Readonly<Record<string, QueueDepth>>>;
  /** How many companies' lifecycle dates have come and were not told minutes later. */
  readonly readOverdueTenants: () => Promise<number>;
};

/** Everybody's people are counted for it, and a directory ages slowly. */
const DIRECTORIES_KEPT_MS = 60_000;

/** Every company is asked for it. */
const OVERDUE_KEPT_MS = 30_000;

/** Several scrapers, or an impatient one, cost no more than one. */
const QUEUES_KEPT_MS = 5_000;

const QUANTILES = [0.5, 0.95, 1];

/**
 * Adds what is read from the database when somebody scrapes. Every replica reads the same, so take the maximum over
 * them, not the sum. What cannot be read is left out of that scrape, and the log says why.
 */
export function addGauges(registry: Registry, sources: GaugeSources, log: Logger): void {
  const directories = keptFor(DIRECTORIES_KEPT_MS, sources.readDirectories);
  const queues = keptFor(QUEUES_KEPT_MS, sources.readQueues);
  const overdueTenants = keptFor(OVERDUE_KEPT_MS, sources.readOverdueTenants);
  const to = { registry, log };
  addGauge(to, {
    name: "people_present",
    help: "People in the directories of all tenants, without leavers.",
    read: directories,
    fill: (present, { people }) => present.set(people),
  });
  addGauge(to, {
    name: "people_directory_age_seconds",
    help: "Time since the connected directories were last brought up to date; quantile 1 is the oldest.",
    labelNames: ["quantile"],
    read: directories,
    fill: (age, { agesSeconds }) => {
      const sorted = agesSeconds.toSorted((one, other) => one - other);
      for (const quantile of QUANTILES) {
        const seconds = sorted[Math.ceil(quantile * sorted.length) - 1];
        if (seconds !== undefined) age.set({ quantile }, seconds);
      }
    },
  });
  addGauge(to, {
    name: "people_integrations",
    help: "Integrations of all tenants by status.",
    labelNames: ["status"],
    read: directories,
    fill: (gauge, { integrations }) => {
      for (const [status, count] of Object.entries(integrations)) gauge.set({ status }, count);
    },
  });
  addGauge(to, {
    name: "people_queue_jobs",
    help: "Jobs in each queue, waiting or running.",
    labelNames: ["queue", "state"],
    read: queues,
    fill: (jobs, depths) => {
      for (const [queue, { waiting, running }] of Object.entries(depths)) {
        jobs.set({ queue, state: "waiting" }, waiting);
        jobs.set({ queue, state: "running" }, running);
      }
    },
  });
  addGauge(to, {
    name: "people_lifecycle_overdue",
    help:
      "Companies whose lifecycle events of a day have not been emitted more than five minutes after the " +
      "day began.",
    read: overdueTenants,
    fill: (overdue, companies) => overdue.set(companies),
  });
}

type Figure<Value> = {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: string[];
  readonly read: () => Promise<Value>;
  readonly fill: (gauge: Gauge, value: Value) => void;
};

function addGauge<Value>(
  { registry, log }: { readonly registry: Registry; readonly log: Logger },
  { read, fill, ...options }: Figure<Value>,
): void {
  new Gauge({
    ...options,
    registers: [registry],
    async collect() {
      try {
        const value = await read();
        this.reset();
        fill(this, value);
      } catch (error) {
        this.reset();
        // One without labels is 0 now, and 0 is a figure too.
        if (!options.labelNames) this.remove();
        log.warn({ metric: options.name, err: error }, "metric could not be read");
      }
    },
  });
}

/** Asks at most once in `ms`, also while an answer is still on its way; a failure is kept as long. */
function keptFor<Value>(ms: number, read: () => Promise<Value>): () => Promise<Value> {
  let kept: { readonly at: number; readonly value: Promise<Value> } | undefined;
  return () => {
    if (!kept || performance.now() - kept.at >= ms) kept = { at: performance.now(), value: read() };
    return kept.value;
  };
}
