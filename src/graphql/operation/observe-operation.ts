import type { ExecutionResult, OperationDefinitionNode } from "graphql";
import type { Logger } from "../../log.ts";
import type { Metrics } from "../../metrics/metrics.ts";
import type { Trace } from "../../metrics/trace.ts";
import type { PreparedOperation } from "./prepare-operation.ts";

/** The metrics, the trace and the log that record each operation. */
export type Telemetry = { readonly metrics: Metrics; readonly trace: Trace; readonly log: Logger };

export type ObserveOperation = (
  prepared: PreparedOperation,
  run: () => Promise<ExecutionResult>,
) => Promise<ExecutionResult>;

/** Clients choose the names of operations, so traces and the log keep only the start of a long one. */
const NAME_LENGTH_MAX = 80;

export const operationName = ({ name }: OperationDefinitionNode): string =>
  name?.value.slice(0, NAME_LENGTH_MAX) ?? "(anonymous)";

/** Records the duration and outcome of an operation of any transport, but never its text or variables. */
export const createObserveOperation =
  ({ metrics, trace }: Telemetry): ObserveOperation =>
  async ({ operation }, run) => {
    const type = operation.operation;
    const name = operationName(operation);
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
