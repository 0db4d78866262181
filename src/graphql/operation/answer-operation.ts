import { createSourceEventStream, type ExecutionResult, type GraphQLSchema } from "graphql";
import type { Viewer } from "../../access/viewer.ts";
import type { Requests } from "../context.ts";
import { countSubscriptions } from "../subscriptions/count-subscriptions.ts";
import { mapEvents } from "../subscriptions/map-events.ts";
import { type AnswerEvent, shareAnswers } from "../subscriptions/share-answers.ts";
import type { ObserveOperation } from "./observe-operation.ts";
import type { PreparedOperation } from "./prepare-operation.ts";
import { createRunOperation } from "./run-operation.ts";

export type Answers = {
  /** Answers a query or a mutation. */
  answer(prepared: PreparedOperation, viewer: Viewer): Promise<ExecutionResult>;
  /** Answers a subscription: one result for each event until it is told to end, or one result when it cannot begin. */
  subscribe(
    prepared: PreparedOperation,
    viewer: Viewer,
  ): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult>;
};

/**
 * Gives each operation, and each event of a subscription, a request of its own, and closes it as soon as the result is complete:
 * writing the answer to a slow client holds no connection, and a subscription that waits holds none either.
 */
export function createAnswers(schema: GraphQLSchema, requests: Requests, observe: ObserveOperation): Answers {
  const run = createRunOperation(schema);

  const answer: AnswerEvent = (prepared, viewer, event) =>
    observe(prepared, async () => {
      const request = requests.open(viewer);
      try {
        return await run(prepared, request.context, event);
      } finally {
        request.close();
      }
    });

  const enter = countSubscriptions();
  const share = shareAnswers(answer);

  return {
    answer: (prepared, viewer) => answer(prepared, viewer),
    async subscribe(prepared, viewer) {
      const admission = enter(viewer);
      if ("refusal" in admission) return { errors: [admission.refusal] };
      const { leave } = admission;
      try {
        const answerShared = share(prepared, viewer);
        const events = await openEvents(schema, prepared, requests.createSubscriberContext(viewer));
        if (isEventStream(events)) return mapEvents(events, answerShared, leave);
        leave();
        return events;
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}

const openEvents = (
  schema: GraphQLSchema,
  { document, operationName, variables: variableValues }: PreparedOperation,
  contextValue: unknown,
): Promise<AsyncIterable<unknown> | ExecutionResult> =>
  createSourceEventStream({ schema, document, operationName, variableValues, contextValue });

const isEventStream = (value: AsyncIterable<unknown> | ExecutionResult): value is AsyncIterable<unknown> =>
  Symbol.asyncIterator in value;
