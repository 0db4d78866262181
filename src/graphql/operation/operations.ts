import type { GraphQLSchema } from "graphql";
import type { Identify } from "../../access/viewer.ts";
import type { Logger } from "../../log.ts";
import type { Trace } from "../../metrics/trace.ts";
import type { Requests } from "../context.ts";
import { type Answers, createAnswers } from "./answer-operation.ts";
import { createFormatError, type FormatError } from "./format-error.ts";
import { createObserveOperation, type Observers } from "./observe-operation.ts";
import { createPrepareOperation, type PrepareOperation } from "./prepare-operation.ts";

/** Everything a door needs to serve operations: who is asking, what came in is prepared, then answered, and its errors are formatted. */
export type Operations = {
  readonly schema: GraphQLSchema;
  readonly identify: Identify;
  readonly prepare: PrepareOperation;
  readonly answers: Answers;
  readonly formatError: FormatError;
  readonly trace: Trace;
  readonly log: Logger;
};

type OperationsOptions = Observers & {
  schema: GraphQLSchema;
  identify: Identify;
  requests: Requests;
  production: boolean;
  log: Logger;
};

export function createOperations(options: OperationsOptions): Operations {
  const { schema, identify, requests, production, metrics, trace, log } = options;
  const prepare = createPrepareOperation(schema, { production });
  return {
    schema,
    identify,
    prepare(request) {
      const prepared = prepare(request);
      if ("errors" in prepared) metrics.operationRefused();
      return prepared;
    },
    answers: createAnswers(schema, requests, createObserveOperation({ metrics, trace })),
    formatError: createFormatError(log),
    trace,
    log,
  };
}
