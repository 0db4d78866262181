import type { GraphQLSchema } from "graphql";
import type { Identify, Viewer } from "../../access/viewer.ts";
import type { Logger } from "../../log.ts";
import type { Trace } from "../../metrics/trace.ts";
import type { Requests } from "../context.ts";
import { type Answers, createAnswers } from "./answer-operation.ts";
import { createFormatError, type FormatError } from "./format-error.ts";
import { createObserveOperation, type Telemetry } from "./observe-operation.ts";
import { createPersistedQueries, type GraphQLRequest } from "./persisted-queries.ts";
import {
  createPrepareOperation,
  type PreparedOperation,
  type RefusedOperation,
} from "./prepare-operation.ts";
import { createRateLimiter, type LimitRate, type Rates } from "./rate-limiter.ts";

/**
 * What a transport needs to serve operations: it identifies the viewer, prepares, answers, and formats
 * errors.
 */
export type Operations = {
  readonly schema: GraphQLSchema;
  readonly identify: Identify;
  /** Counts an operation of the viewer. Transports call it once for each, before they prepare it. */
  readonly limitRate: LimitRate;
  prepare(request: GraphQLRequest, viewer: Viewer): PreparedOperation | RefusedOperation;
  readonly answers: Answers;
  readonly formatError: FormatError;
  readonly trace: Trace;
  readonly log: Logger;
};

type OperationsOptions = Telemetry & {
  schema: GraphQLSchema;
  identify: Identify;
  requests: Requests;
  production: boolean;
  rates?: Rates | undefined;
  subscriptionsPerUser?: number | null | undefined;
  log: Logger;
};

export function createOperations(options: OperationsOptions): Operations {
  const { schema, identify, requests, production, subscriptionsPerUser, metrics, trace, log } = options;
  const limitRate = createRateLimiter(options.rates);
  const { prepare } = createPersistedQueries(createPrepareOperation(schema, { production }));
  return {
    schema,
    identify,
    async limitRate(viewer) {
      const rate = await limitRate(viewer);
      if (rate.refusal) metrics.operationRefused();
      return rate;
    },
    prepare(request, viewer) {
      const prepared = prepare(request, viewer);
      if ("errors" in prepared) metrics.operationRefused();
      return prepared;
    },
    answers: createAnswers(schema, requests, {
      observe: createObserveOperation({ metrics, trace }),
      subscriptionsPerUser,
    }),
    formatError: createFormatError(log),
    trace,
    log,
  };
}
