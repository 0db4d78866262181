import {
  createSourceEventStream,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  OperationTypeNode,
} from "graphql";
import type { Viewer } from "../../access/viewer.ts";
import { ActionableError } from "../../errors.ts";
import type { EventStream } from "../../request/request-context.ts";
import type { Graph, Known, OpenedRequest } from "../context.ts";
import { enterInSlices } from "../slices.ts";
import { clientLeft } from "../turn-refusals.ts";
import { EXPENSIVE_COST_MIN } from "./estimate-cost.ts";
import type { FairStart } from "./fair-start.ts";
import { toGraphQLError } from "./format-error.ts";
import { createKeepAnswers, type KeptPlace } from "./keep-answers.ts";
import type { LogRefusals } from "./log-refusals.ts";
import { mapEvents } from "./map-events.ts";
import type { ObserveOperation } from "./observe-operation.ts";
import type { PreparedOperation } from "./prepare-operation.ts";
import { type AnswerEvent, shareAnswers } from "./share-answers.ts";
import { createSubscriptionLimiter } from "./subscription-limiter.ts";

export type Answers = {
  /**
   * Answers a query or a mutation. A query ends when `left` aborts, because its client is gone: at once while
   * it waits, otherwise before its next slice or statement. A mutation always finishes.
   */
  answer(prepared: PreparedOperation, viewer: Viewer, left?: AbortSignal): Promise<ExecutionResult>;
  /**
   * Answers a subscription: one result for each event until it is closed, or one result if it cannot start.
   */
  subscribe(
    prepared: PreparedOperation,
    viewer: Viewer,
  ): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult>;
};

export type AnswerLimits = {
  readonly subscriptionsPerUser?: number | null;
  /** The memory that kept answers may take; by default none is kept. */
  readonly keptBytes?: number;
};

/**
 * Opens a request for each operation and for each event of a subscription, and closes it as soon as the
 * result is complete. So neither a slow client nor a waiting subscription holds a database connection.
 */
export function createAnswers(
  { schema, requests }: Graph,
  { subscriptionsPerUser, keptBytes = 0 }: AnswerLimits,
  options: {
    readonly observe: ObserveOperation;
    readonly logRefusals: LogRefusals;
    readonly waitForStart: FairStart;
  },
): Answers {
  const { observe, logRefusals, waitForStart } = options;
  const run = createRunOperation(enterInSlices(schema));
  const keepAnswers = createKeepAnswers(schema, keptBytes, requests.rest);

  const compute = async (
    { prepared, viewer, event, left }: Asked,
    known: Known = {},
  ): Promise<{ result: ExecutionResult; seen: ReturnType<OpenedRequest["seen"]> }> => {
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

  const answerFrom = async (place: KeptPlace, asked: Asked): Promise<ExecutionResult> => {
    let failure: unknown;
    // A directory whose version cannot be read cannot be read either: the answer reports that failure.
    const version = place.isTaken
      ? await requests.readVersion(asked.viewer).catch((error: unknown) => {
          failure = error;
          return null;
        })
      : null;
    // Operations that shared the read of the version continue at the same time.
    if (place.isTaken) await waitForStart(asked.viewer.tenantId);
    const kept = place.find(version);
    if (kept) return kept;
    const { result, seen } = await compute(asked, { failure });
    return place.keep(result, seen).catch((error: unknown) => {
      if (error instanceof ActionableError) return { errors: [toGraphQLError(error)] };
      throw error;
    });
  };

  const answer: AnswerEvent = (prepared, viewer, event, raised, left) =>
    observe(prepared, async () => {
      const place = event === undefined ? keepAnswers(prepared, viewer) : null;
      if (place) return answerFrom(place, { prepared, viewer, left });
      return (await compute({ prepared, viewer, event, left }, { raised })).result;
    });

  const admit = createSubscriptionLimiter({ perUser: subscriptionsPerUser });
  const share = shareAnswers(answer);

  const logged = <Result extends ExecutionResult>(
    result: Result,
    viewer: Viewer,
    { operation }: PreparedOperation,
  ): Result => {
    logRefusals(viewer, { errors: result.errors, operation });
    return result;
  };

  return {
    answer: async (prepared, viewer, left) =>
      logged(await answer(prepared, viewer, undefined, undefined, left), viewer, prepared),
    async subscribe(prepared, viewer) {
      const admission = admit(viewer);
      if ("error" in admission) return { errors: [admission.error] };
      const { release } = admission;
      try {
        const answerShared = share(prepared, viewer);
        const events = await openEvents(schema, prepared, requests.createSubscriberContext(viewer));
        if (isEventStream(events)) {
          // An answer is shared, and each of its viewers is logged.
          const toAnswer = async (event: unknown) =>
            logged(await answerShared(event, events.raised), viewer, prepared);
          return mapEvents(events, toAnswer, release);
        }
        release();
        return logged(events, viewer, prepared);
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

const openEvents = (
  schema: GraphQLSchema,
  { document, operationName, variables: variableValues }: PreparedOperation,
  contextValue: unknown,
): Promise<EventStream<unknown> | ExecutionResult> =>
  createSourceEventStream({ schema, document, operationName, variableValues, contextValue });

const isEventStream = (value: EventStream<unknown> | ExecutionResult): value is EventStream<unknown> =>
  Symbol.asyncIterator in value;

/** The operation of a client; `event` is set for an event of a subscription. */
type Asked = {
  readonly prepared: PreparedOperation;
  readonly viewer: Viewer;
  readonly event?: unknown;
  readonly left?: AbortSignal | undefined;
};

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
