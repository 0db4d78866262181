import type { ExecutionResult } from "graphql";
import type { Metrics } from "../../metrics/metrics.ts";
import type { Trace } from "../../metrics/trace.ts";
import type { PreparedOperation } from "./prepare-operation.ts";

/** Who is told what operations there were and how long they took. */
export type Telemetry = { readonly metrics: Metrics; readonly trace: Trace };

export type ObserveOperation = (
  prepared: PreparedOperation,
  run: () => Promise<ExecutionResult>,
) => Promise<ExecutionResult>;

/** A name is the client's to choose; in a trace it may be as long as a developer would make it. */
const NAME_LENGTH_MAX = 80;

/** Times an operation, whichever door it came in by. Its text and its variables are told to nobody. */
export const createObserveOperation =
  ({ metrics, trace }: Telemetry): ObserveOperation =>
  async ({ operation }, run) => {
    const type = operation.operation;
    const name = operation.name?.value.slice(0, NAME_LENGTH_MAX) ?? "(anonymous)";
    const startedAt = performance.now();
    let outcome: "ok" | "errors" = "errors";
    try {
      return await trace.span(`graphql.${type}`, { "graphql.operation.name": name }, async () => {
        const result = await run();
        if (!result.errors?.length) outcome = "ok";
        return result;
      });
    } finally {
      metrics.operationEnded({ type, outcome, seconds: (performance.now() - startedAt) / 1_000 });
    }
  };
