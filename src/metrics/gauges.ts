import { Gauge, type Registry } from "prom-client";
import type { Logger } from "../log.ts";

/** Numbers over the directories of all tenants. */
export type DirectoryFigures = {
  /** People who have not left. */
  readonly people: number;
  /** Age of each directory that follows Personio, since its last successful update; in any order. */
  readonly agesSeconds: readonly number[];
  readonly integrations: Readonly<Record<string, number>>;
};

/** How many jobs of one queue are ready and wait for a worker, and how many are running. */
export type QueueDepth = { readonly waiting: number; readonly running: number };

export type GaugeSources = {
  readonly readDirectories: () => Promise<DirectoryFigures>;
  readonly readQueues: () => Promise<Readonly<Record<string, QueueDepth>>>;
  /** How many companies have lifecycle dates that came due minutes ago and were not emitted. */
  readonly readOverdueTenants: () => Promise<number>;
};

/** Counting reads the people of every tenant, and a directory ages slowly. */
const DIRECTORIES_KEPT_MS = 60_000;

/** Counting reads the due dates of every company. */
const OVERDUE_KEPT_MS = 30_000;

/** The result is kept this long, so several scrapers, or a frequent one, cost no more than one. */
const QUEUES_KEPT_MS = 5_000;

const QUANTILES = [0.5, 0.95, 1];

/**
 * Adds the gauges that a scrape reads from the database. Every replica reads the same values, so take the
 * maximum over the replicas, not the sum. A gauge that cannot be read is left out of that scrape, and the log
 * has the reason.
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
        // A reset gauge without labels would show 0, which is a value too.
        if (!options.labelNames) this.remove();
        log.warn({ metric: options.name, err: error }, "metric could not be read");
      }
    },
  });
}

/** Reads at most once in `ms`, also while a read is pending; a failure is kept for as long. */
function keptFor<Value>(ms: number, read: () => Promise<Value>): () => Promise<Value> {
  let kept: { readonly at: number; readonly value: Promise<Value> } | undefined;
  return () => {
    if (!kept || performance.now() - kept.at >= ms) kept = { at: performance.now(), value: read() };
    return kept.value;
  };
}
