import { Counter, Histogram, Registry } from "prom-client";

/**
 * Counters and durations of this process for Prometheus. The app creates them once and passes them on like
 * the log; nothing is global.
 *
 * No label names a tenant: with thousands of tenants, Prometheus would keep a series for each in every
 * metric. Readers of metrics also must not learn who our customers are. The tenant is in the log, and in its
 * own `personioIntegration` and `syncRuns`.
 */
export type Metrics = {
  readonly registry: Registry;
  syncRunEnded(run: {
    readonly status: string;
    readonly trigger: string;
    /** Null for a run that was given up because it killed its workers. */
    readonly seconds: number | null;
  }): void;
  /** A worker ended after another one had taken over its run (STALE_LEASE); it changed nothing. */
  syncAttemptReplaced(): void;
  /** An integration became BROKEN, or is BROKEN for a new cause. */
  integrationBroke(code: string): void;
  /** The log of events committed these events. `late`: the day of the events was already over. */
  eventsEmitted(
    events: readonly { readonly kind: string; readonly late: boolean; readonly count: number }[],
  ): void;
  /**
   * `endpoint` has no ids; `status` is `ok`, a status code, or the kind of failure when there is no useful
   * status.
   */
  personioAnswered(call: { readonly endpoint: string; readonly status: string }): void;
  operationEnded(operation: {
    readonly type: string;
    readonly outcome: OperationOutcome;
    readonly seconds: number;
  }): void;
  /** An operation did not run, because it was invalid or exceeded a limit. */
  operationRefused(): void;
  /** `operation` is a word of ours, such as `PATCH Users/{id}`. */
  scimAnswered(request: {
    readonly operation: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  /** A request without a valid token. `reason` is one of a few words of ours. */
  tokenRefused(reason: string): void;
  /** A sign-in at the console ended. `result` is one of a few words of ours. */
  signInEnded(result: string): void;
};

/** `errors`: the response had errors, with or without data. */
export type OperationOutcome = "ok" | "errors";

/** From an unchanged company of a hundred people to a company of a million with a slow Personio. */
const RUN_SECONDS = [1, 5, 15, 60, 300, 900, 3_600];

/** Centred on the duration of a directory page; anything over a second needs attention. */
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
  const scimSeconds = createScimSeconds(registers);
  const tokensRefused = new Counter({
    name: "people_tokens_refused_total",
    help: "Requests, streams and sockets without a valid token, by the reason, which callers do not see.",
    labelNames: ["reason"],
    registers,
  });
  const signIns = createSignIns(registers);
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
    scimAnswered: ({ operation, status, seconds }) => scimSeconds.observe({ operation, status }, seconds),
    tokenRefused: (reason) => tokensRefused.inc({ reason }),
    signInEnded: (result) => signIns.inc({ result }),
  };
}

const createScimSeconds = (registers: Registry[]) =>
  new Histogram({
    name: "people_scim_request_duration_seconds",
    help: "SCIM requests of identity providers with a valid token, by operation and HTTP status.",
    labelNames: ["operation", "status"],
    buckets: OPERATION_SECONDS,
    registers,
  });

const createSignIns = (registers: Registry[]) =>
  new Counter({
    name: "people_console_sign_ins_total",
    help: "Sign-ins at the console that ended: signed-in, or the reason of a failure.",
    labelNames: ["result"],
    registers,
  });
