import { type ExecutionResult, execute, type GraphQLSchema, OperationTypeNode } from "graphql";
import type { Viewer } from "../../access/viewer.ts";
import type { ActionableError } from "../../errors.ts";
import type { Graph, Known, OpenedRequest } from "../context.ts";
import { enterInSlices } from "../slices.ts";
import { clientLeft } from "../turn-refusals.ts";
import { EXPENSIVE_COST_MIN } from "./estimate-cost.ts";
import type { FairStart } from "./fair-start.ts";
import { toGraphQLError } from "./format-error.ts";
import type { PreparedOperation } from "./prepare-operation.ts";

/** The operation of a client; `event` is set for an event of a subscription. */
export type Asked = {
  readonly prepared: PreparedOperation;
  readonly viewer: Viewer;
  readonly event?: unknown;
  readonly left?: AbortSignal | undefined;
};

/** An answer, and the version of the directory that it was computed from. */
type Computed = { readonly result: ExecutionResult; readonly seen: ReturnType<OpenedRequest["seen"]> };

/**
 * Computes each answer in a request of its own, which it closes as soon as the result is complete. So neither
 * a slow client nor a waiting subscription holds a database connection.
 */
export function createCompute({ schema, requests }: Graph, waitForStart: FairStart) {
  const run = createRunOperation(enterInSlices(schema));
  return async ({ prepared, viewer, event, left }: Asked, known: Known = {}): Promise<Computed> => {
    const isExpensive = prepared.cost > EXPENSIVE_COST_MIN;
    const isQuery = prepared.operation.operation === OperationTypeNode.QUERY;
    const until = isQuery ? left : undefined;
    const kind = { isEvent: event !== undefined, isExpensive };
    const request = requests.open(viewer, kind, { ...known, selected: prepared.selected }, until);
    try {
      const execution = run(prepared, request.context, event);
      const result = await (isQuery ? endEarly(execution, { left, exceeded: request.exceeded }) : execution);
      const refusal = isQuery ? request.refusal() : null;
      // Operations that wait for a turn reach their time limit together.
      if (refusal) await waitForStart(viewer.tenantId);
      return { result: refusal ? { errors: [toGraphQLError(refusal)] } : result, seen: request.seen() };
    } finally {
      request.close();
    }
  };
}

/** Executes an operation to one result. For a subscription, `rootValue` is the event to answer. */
type RunOperation = (
  prepared: PreparedOperation,
  contextValue: unknown,
  rootValue?: unknown,
) => Promise<ExecutionResult>;

/** Executes with graphql-js. The transport formats the errors. */
const createRunOperation =
  (schema: GraphQLSchema): RunOperation =>
  async ({ document, operationName, variables }, contextValue, rootValue) =>
    execute({ schema, document, operationName, variableValues: variables, contextValue, rootValue });

/** The end of the request stops the rest of the execution. */
function endEarly(
  execution: Promise<ExecutionResult>,
  { left, exceeded }: Pick<Asked, "left"> & Pick<OpenedRequest, "exceeded">,
): Promise<ExecutionResult> {
  const { promise, resolve } = Promise.withResolvers<ExecutionResult>();
  const end = (error: ActionableError): void => resolve({ errors: [toGraphQLError(error)] });
  void exceeded.then(end);
  if (left?.aborted) end(clientLeft());
  else left?.addEventListener("abort", () => end(clientLeft()));
  return Promise.race([execution, promise]);
}
