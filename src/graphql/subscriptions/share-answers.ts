import type { ExecutionResult } from "graphql";
import type { Viewer } from "../../access/viewer.ts";
import type { PreparedOperation } from "../operation/prepare-operation.ts";

/** The answer to one event; without an event, to a query or a mutation. */
export type AnswerEvent = (
  prepared: PreparedOperation,
  viewer: Viewer,
  event?: unknown,
) => Promise<ExecutionResult>;

/**
 * One answer for all who run the same operation on the same event at the same time, and may see the same: ten thousand who select
 * the event's person cost one statement. An answer is shared only while it is under way, so nobody gets one that is older than
 * their question.
 */
export function shareAnswers(answer: AnswerEvent) {
  const underWay = new WeakMap<object, Map<string, Promise<ExecutionResult>>>();
  const numberOf = createNumbers();

  return (prepared: PreparedOperation, viewer: Viewer): ((event: unknown) => Promise<ExecutionResult>) => {
    const variables = JSON.stringify(prepared.variables);
    const key = `${numberOf(viewer)} ${numberOf(prepared.operation)} ${variables}`;
    return (event) => {
      if (typeof event !== "object" || event === null) return answer(prepared, viewer, event);
      const answers = underWay.get(event) ?? new Map<string, Promise<ExecutionResult>>();
      underWay.set(event, answers);
      const known = answers.get(key);
      if (known) return known;
      const result = answer(prepared, viewer, event).finally(() => answers.delete(key));
      answers.set(key, result);
      return result;
    };
  };
}

/** Tells objects apart without keeping them. */
function createNumbers(): (thing: object) => number {
  const numbers = new WeakMap<object, number>();
  let last = 0;
  return (thing) => {
    const number = numbers.get(thing) ?? ++last;
    numbers.set(thing, number);
    return number;
  };
}
