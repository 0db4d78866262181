import { createSourceEventStream, type ExecutionResult, type GraphQLSchema } from "graphql";
import type { Requests } from "../context.ts";
import { countSubscriptions, TOO_MANY_SUBSCRIPTIONS } from "../subscriptions/count-subscriptions.ts";
import { mapEvents } from "../subscriptions/map-events.ts";
import { shareAnswers } from "../subscriptions/share-answers.ts";
import type { ObserveOperation } from "./observe-operation.ts";
import type { PreparedOperation } from "./prepare-operation.ts";
import { createRunOperation } from "./run-operation.ts";

export type Answers = {
  /** Answers a query or a mutation. */
  answer(prepared: PreparedOperation): Promise<ExecutionResult>;
  /** Answers a subscription: one result for each event until it is told to end, or one result when it cannot begin. */
  subscribe(prepared: PreparedOperation): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult>;
};

/**
 * Gives each operation, and each event of a subscription, a request of its own, and closes it as soon as the result is complete:
 * writing the answer to a slow client holds no connection, and a subscription that waits holds none either.
 */
export function createAnswers(schema: GraphQLSchema, requests: Requests, observe: ObserveOperation): Answers {
  const run = createRunOperation(schema);

  const answer = (prepared: PreparedOperation, event?: unknown): Promise<ExecutionResult> =>
    observe(prepared, async () => {
      const request = requests.open();
      try {
        return await run(prepared, request.context, event);
      } finally {
        request.close();
      }
    });

  const enter = countSubscriptions();
  const share = shareAnswers(answer);

  return {
    answer: (prepared) => answer(prepared),
    async subscribe(prepared) {
      const contextValue = requests.createSubscriberContext();
      const { viewer } = contextValue;
      const leave = enter(viewer.tenantId);
      if (!leave) return { errors: [TOO_MANY_SUBSCRIPTIONS] };
      try {
        const events = await openEvents(schema, prepared, contextValue);
        if (isEventStream(events)) return mapEvents(events, share(prepared, viewer), leave);
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
