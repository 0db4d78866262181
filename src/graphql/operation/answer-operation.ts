import { createSourceEventStream, type ExecutionResult, type GraphQLSchema } from "graphql";
import type { Requests } from "../context.ts";
import { mapEvents } from "./map-events.ts";
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

  return {
    answer: (prepared) => answer(prepared),
    async subscribe(prepared) {
      const { document, operationName, variables } = prepared;
      const contextValue = requests.createSubscriberContext();
      const events = await createSourceEventStream({
        schema,
        document,
        operationName,
        variableValues: variables,
        contextValue,
      });
      return isEventStream(events) ? mapEvents(events, (event) => answer(prepared, event)) : events;
    },
  };
}

const isEventStream = (value: AsyncIterable<unknown> | ExecutionResult): value is AsyncIterable<unknown> =>
  Symbol.asyncIterator in value;
