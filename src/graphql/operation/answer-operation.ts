import { createSourceEventStream, type ExecutionResult, type GraphQLSchema } from "graphql";
import type { Viewer } from "../../access/viewer.ts";
import { ActionableError } from "../../errors.ts";
import type { EventStream } from "../../request/request-context.ts";
import type { Graph } from "../context.ts";
import { type Asked, createCompute } from "./compute-answer.ts";
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

type AnswerOptions = {
  readonly observe: ObserveOperation;
  readonly logRefusals: LogRefusals;
  readonly waitForStart: FairStart;
};

export function createAnswers(
  graph: Graph,
  { subscriptionsPerUser, keptBytes = 0 }: AnswerLimits,
  options: AnswerOptions,
): Answers {
  const { schema, requests } = graph;
  const answer = createAnswer(graph, keptBytes, options);
  const share = shareAnswers(answer);
  const admit = createSubscriptionLimiter({ perUser: subscriptionsPerUser });
  const logged = <Result extends ExecutionResult>(
    result: Result,
    viewer: Viewer,
    { operation }: PreparedOperation,
  ): Result => {
    options.logRefusals(viewer, { errors: result.errors, operation });
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

/** Answers one operation or one event: from an answer that was kept, if there is one. */
function createAnswer(
  { schema, requests }: Graph,
  keptBytes: number,
  { observe, waitForStart }: AnswerOptions,
): AnswerEvent {
  const compute = createCompute({ schema, requests }, waitForStart);
  const keepAnswers = createKeepAnswers(schema, keptBytes, requests.rest);

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

  return (prepared, viewer, event, raised, left) =>
    observe(prepared, async () => {
      const place = event === undefined ? keepAnswers(prepared, viewer) : null;
      if (place) return answerFrom(place, { prepared, viewer, left });
      return (await compute({ prepared, viewer, event, left }, { raised })).result;
    });
}

const openEvents = (
  schema: GraphQLSchema,
  { document, operationName, variables: variableValues }: PreparedOperation,
  contextValue: unknown,
): Promise<EventStream<unknown> | ExecutionResult> =>
  createSourceEventStream({ schema, document, operationName, variableValues, contextValue });

const isEventStream = (value: EventStream<unknown> | ExecutionResult): value is EventStream<unknown> =>
  Symbol.asyncIterator in value;
