import { Counter, Histogram, Registry } from "prom-client";

/**
 * What happened in this process, as counters and durations for Prometheus. Made once per app and passed on like the log; nothing is
 * global.
 *
 * No label names a tenant: there may be thousands, and each would be a series of its own in every metric for as long as Prometheus
 * remembers; besides, metrics are read by people who need not know who our customers are. Which tenant it was is
 * in the log, and in the tenant's own `personioIntegration` and `syncRuns`.
 */
export type Metrics = {
  readonly registry: Registry;
  syncRunEnded(run: {
    readonly status: string;
    readonly trigger: string;
    /** Null for a run that was given up because it killed whoever worked on it. */
    readonly seconds: number | null;
  }): void;
  /** A worker came to its end after another one had taken its run over (STALE_LEASE); it changed nothing. */
  syncAttemptReplaced(): void;
  /** An integration turned BROKEN, or is BROKEN for another cause than before. */
  integrationBroke(code: string): void;
  /** Events went into the log, and that was committed. `late`: the day that they tell was over. */
  eventsEmitted(
    events: readonly { readonly kind: string; readonly late: boolean; readonly count: number }[],
  ): void;
  /** `endpoint` without ids; `status` is `ok`, a status code, or the kind of the fault where that tells nothing. */
  personioAnswered(call: { readonly endpoint: string; readonly status: string }): void;
  operationEnded(operation: {
    readonly type: string;
    readonly outcome: OperationOutcome;
    readonly seconds: number;
  }): void;
  /** An operation did not run: it was not valid, or beyond a limit. */
  operationRefused(): void;
};

/** `errors`: the answer came with errors, whatever data it had besides. */
export type OperationOutcome = "ok" | "errors";

/** From the unchanged hundred to the company of a million, and a Personio that is slow. */
const RUN_SECONDS = [1, 5, 15, 60, 300, 900, 3_600];

/** Around what a page of the directory takes; anything over a second wants looking at. */
const OPERATION_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const runs = new Counter({
    name: "people_sync_runs_total",
    help: "Sync runs that ended, by status and trigger.",
    labelNames: ["status", "trigger"],
    registers,
  });
  const runSeconds = new Histogram({
    name: "people_sync_run_duration_seconds",
    help: "Duration of sync runs, from a worker's claim to the end.",
    labelNames: ["status"],
    buckets: RUN_SECONDS,
    registers,
  });
  const replaced = new Counter({
    name: "people_sync_attempts_replaced_total",
    help:
      "Attempts of sync runs that ended after another worker had taken over the run (STALE_LEASE); they " +
      "changed nothing.",
    registers,
  });
  const broken = new Counter({
    name: "people_integration_broken_total",
    help:
      "Integrations that became BROKEN, or are BROKEN for a new cause. Repeated failures of one cause " +
      "count once.",
    labelNames: ["code"],
    registers,
  });
  const events = new Counter({
    name: "people_lifecycle_events_total",
    help: "Lifecycle events emitted, by kind, and whether their day was already over.",
    labelNames: ["kind", "late"],
    registers,
  });
  const calls = new Counter({
    name: "people_personio_calls_total",
    help:
      "Requests to Personio, retries included. A list abandoned although each response looked right counts " +
      "once more.",
    labelNames: ["endpoint", "status"],
    registers,
  });
  const operationSeconds = new Histogram({
    name: "people_graphql_operation_duration_seconds",
    help: "GraphQL operations that ran, over HTTP and WebSocket; each event of a subscription counts as one.",
    labelNames: ["type", "outcome"],
    buckets: OPERATION_SECONDS,
    registers,
  });
  const refused = new Counter({
    name: "people_graphql_operations_refused_total",
    help: "GraphQL operations that did not run, because they were invalid or exceeded a limit.",
    registers,
  });
  return {
    registry,
    syncRunEnded({ status, trigger, seconds }) {
      runs.inc({ status, trigger });
      if (seconds !== null) runSeconds.observe({ status }, seconds);
    },
    syncAttemptReplaced: () => replaced.inc(),
    integrationBroke: (code) => broken.inc({ code }),
    eventsEmitted(emitted) {
      for (const { kind, late, count } of emitted) events.inc({ kind, late: String(late) }, count);
    },
    personioAnswered: ({ endpoint, status }) => calls.inc({ endpoint, status }),
    operationEnded: ({ type, outcome, seconds }) => operationSeconds.observe({ type, outcome }, seconds),
    operationRefused: () => refused.inc(),
  };
}
