import type { Identify, Viewer } from "../../access/viewer.ts";
import type { Reach } from "../../config/reach.ts";
import type { Graph } from "../context.ts";
import { type AnswerLimits, type Answers, createAnswers } from "./answer-operation.ts";
import { createFairStart } from "./fair-start.ts";
import { createFormatError, type FormatError, toGraphQLError } from "./format-error.ts";
import { createIsGateway, GATEWAY_SECRET_REQUIRED, selectsGatewayField } from "./gateway-secret.ts";
import { createLogRefusals } from "./log-refusals.ts";
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
  readonly graph: Graph;
  readonly identify: Identify;
  /** Whether a request presents a secret of the gateway. */
  isGateway(secret: string | undefined): boolean;
  /**
   * Counts an operation of the viewer, when the operation may begin. Transports call it once for each, before
   * they prepare it.
   */
  readonly limitRate: LimitRate;
  /** If gateways have a secret, an operation for gateways may only run if `isGateway`. */
  prepare(request: GraphQLRequest, viewer: Viewer, isGateway?: boolean): PreparedOperation | RefusedOperation;
  readonly answers: Answers;
  readonly formatError: FormatError;
  readonly telemetry: Telemetry;
};

/** What operations may use. Without rates, or a number of subscriptions, those of production apply. */
export type OperationLimits = AnswerLimits & { readonly rates?: Rates };

type OperationsOptions = {
  readonly graph: Graph;
  readonly identify: Identify;
  readonly reach: Reach;
  readonly limits?: OperationLimits;
  readonly telemetry: Telemetry;
};

export function createOperations(options: OperationsOptions): Operations {
  const { graph, identify, reach, limits = {}, telemetry } = options;
  const { production, gatewaySecrets } = reach;
  const { metrics, log } = telemetry;
  const isGuarded = gatewaySecrets.length > 0;
  // The gateway may read the whole SDL, so it may introspect in production, too.
  const allowIntrospection = isGuarded || !production;
  const { prepare } = createPersistedQueries(
    createPrepareOperation(graph.schema, { production, allowIntrospection }),
  );
  const waitForStart = createFairStart();
  const limitRate = createRateLimiter(limits.rates);
  const logRefusals = createLogRefusals(log);
  return {
    graph,
    identify,
    async limitRate(viewer) {
      await waitForStart(viewer.tenantId);
      const rate = await limitRate(viewer);
      if (rate.refusal) {
        if (viewer.kind !== "SCIM") metrics.operationRefused();
        logRefusals(viewer, { errors: [toGraphQLError(rate.refusal)] });
      }
      return rate;
    },
    isGateway: createIsGateway(gatewaySecrets),
    prepare(request, viewer, isGateway = false) {
      const known = prepare(request, viewer);
      const isRefused = isGuarded && !isGateway && !("errors" in known) && selectsGatewayField(known);
      const prepared = isRefused ? GATEWAY_SECRET_REQUIRED : known;
      if ("errors" in prepared) {
        metrics.operationRefused();
        logRefusals(viewer, prepared);
      }
      return prepared;
    },
    answers: createAnswers(graph, limits, {
      observe: createObserveOperation(telemetry),
      logRefusals,
      waitForStart,
    }),
    formatError: createFormatError(log),
    telemetry,
  };
}
