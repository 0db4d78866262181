import { createSourceEventStream, type ExecutionResult, execute, type GraphQLSchema } from "graphql";
import type { Viewer } from "../../access/viewer.ts";
import type { Requests } from "../context.ts";
import type { ObserveOperation } from "./observe-operation.ts";
import type { PreparedOperation } from "./prepare-operation.ts";
import { createSubscriptionLimiter } from "./subscription-limiter.ts";

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

  const admit = createSubscriptionLimiter();
  const share = shareAnswers(answer);

  return {
    answer: (prepared, viewer) => answer(prepared, viewer),
    async subscribe(prepared, viewer) {
      const admission = admit(viewer);
      if ("error" in admission) return { errors: [admission.error] };
      const { release } = admission;
      try {
        const answerShared = share(prepared, viewer);
        const events = await openEvents(schema, prepared, requests.createSubscriberContext(viewer));
        if (isEventStream(events)) return mapEvents(events, answerShared, release);
        release();
        return events;
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
): Promise<AsyncIterable<unknown> | ExecutionResult> =>
  createSourceEventStream({ schema, document, operationName, variableValues, contextValue });

const isEventStream = (value: AsyncIterable<unknown> | ExecutionResult): value is AsyncIterable<unknown> =>
  Symbol.asyncIterator in value;

/** Runs an operation to its one result. For a subscription that is the answer to one event, given as `rootValue`. */
type RunOperation = (
  prepared: PreparedOperation,
  contextValue: unknown,
  rootValue?: unknown,
) => Promise<ExecutionResult>;

/** Executes with graphql-js. Formatting errors is the door's part. */
const createRunOperation =
  (schema: GraphQLSchema): RunOperation =>
  async ({ document, operationName, variables }, contextValue, rootValue) =>
    execute({ schema, document, operationName, variableValues: variables, contextValue, rootValue });

/**
 * The events of a subscription, each turned into an answer. Ends at once when it is told to, also while it waits for an event
 * or for an answer: neither is delivered any more. (An async generator would deliver one more.) `onEnd` is called at every end.
 */
export function mapEvents<Event, Answer>(
  events: AsyncIterable<Event>,
  toAnswer: (event: Event) => Promise<Answer>,
  onEnd: () => void = () => undefined,
): AsyncGenerator<Answer, undefined> {
  const source = events[Symbol.asyncIterator]();
  let ended = false;
  let stopWaiting = (): void => undefined;

  const pull = async (): Promise<IteratorResult<Answer, undefined>> => {
    try {
      const event = await source.next();
      if (event.done) onEnd();
      if (event.done || ended) return END;
      const value = await toAnswer(event.value);
      return ended ? END : { done: false, value };
    } catch (error) {
      onEnd();
      throw error;
    }
  };

  const end = async (): Promise<IteratorResult<Answer, undefined>> => {
    if (ended) return END;
    ended = true;
    onEnd();
    stopWaiting();
    // Not awaited: a source that is a generator finishes only after the event that it waits for.
    Promise.resolve(source.return?.()).catch(() => undefined);
    return END;
  };

  return {
    next: () =>
      ended
        ? Promise.resolve(END)
        : new Promise((resolve, reject) => {
            stopWaiting = () => resolve(END);
            pull().then(resolve, reject);
          }),
    return: end,
    async throw(error) {
      await end();
      throw error;
    },
    async [Symbol.asyncDispose]() {
      await end();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const END = { done: true, value: undefined } as const;

/** The answer to one event; without an event, to a query or a mutation. */
type AnswerEvent = (prepared: PreparedOperation, viewer: Viewer, event?: unknown) => Promise<ExecutionResult>;

/**
 * One answer for all who run the same operation on the same event at the same time, and may see the same: ten thousand who select
 * the event's person cost one statement. An answer is shared only while it is under way, so nobody gets one that is older than
 * their question.
 */
export function shareAnswers(answer: AnswerEvent) {
  const inFlight = new WeakMap<object, Map<string, Promise<ExecutionResult>>>();
  const idOf = createObjectIds();

  return (prepared: PreparedOperation, viewer: Viewer): ((event: unknown) => Promise<ExecutionResult>) => {
    const variables = JSON.stringify(prepared.variables);
    const key = `${idOf(viewer)} ${idOf(prepared.operation)} ${variables}`;
    return (event) => {
      if (typeof event !== "object" || event === null) return answer(prepared, viewer, event);
      const answers = inFlight.get(event) ?? new Map<string, Promise<ExecutionResult>>();
      inFlight.set(event, answers);
      const known = answers.get(key);
      if (known) return known;
      const result = answer(prepared, viewer, event).finally(() => answers.delete(key));
      answers.set(key, result);
      return result;
    };
  };
}

/** Tells objects apart without keeping them. */
function createObjectIds(): (thing: object) => number {
  const numbers = new WeakMap<object, number>();
  let last = 0;
  return (thing) => {
    const number = numbers.get(thing) ?? ++last;
    numbers.set(thing, number);
    return number;
  };
}
