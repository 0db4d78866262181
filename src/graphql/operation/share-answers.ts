import { hash } from "node:crypto";
import type { ExecutionResult } from "graphql";
import type { Viewer } from "../../access/viewer.ts";
import type { RaisedFields } from "../../fields/raised-fields.ts";
import type { PreparedOperation } from "./prepare-operation.ts";
import { rightsOf } from "./rights-of.ts";

/**
 * Answers one event, with the raised fields read together with it; without an event, a query or a mutation.
 */
export type AnswerEvent = (
  prepared: PreparedOperation,
  viewer: Viewer,
  event?: unknown,
  raised?: RaisedFields,
  left?: AbortSignal,
) => Promise<ExecutionResult>;

type AnswerShared = (event: unknown, raised?: RaisedFields) => Promise<ExecutionResult>;

/**
 * Shares one answer among subscriptions with the same rights that run the same operation on the same event at
 * the same time. So ten thousand subscribers that select the person of an event cost one statement. An answer
 * is shared only while it is computed, so no subscriber gets one that is older than its request.
 *
 * The same rights are the same tenant and scopes (E13). The subject is not part of them, because only
 * `Query.me` depends on it, and no subscription reaches that. A test compares the schema with this rule.
 */
export function shareAnswers(answer: AnswerEvent) {
  const inFlight = new WeakMap<object, Map<string, Promise<ExecutionResult>>>();
  const idOf = createObjectIds();

  return (prepared: PreparedOperation, viewer: Viewer): AnswerShared => {
    const variables = JSON.stringify(prepared.variables);
    // Hashed, because each of ten thousand subscriptions keeps its key.
    const key = hash(
      "sha256",
      JSON.stringify([rightsOf(viewer), idOf(prepared.operation), variables]),
      "base64",
    );
    return (event, raised) => {
      if (typeof event !== "object" || event === null) return answer(prepared, viewer, event, raised);
      const answers = inFlight.get(event) ?? new Map<string, Promise<ExecutionResult>>();
      inFlight.set(event, answers);
      const known = answers.get(key);
      if (known) return known;
      const result = answer(prepared, viewer, event, raised).finally(() => answers.delete(key));
      answers.set(key, result);
      return result;
    };
  };
}

/** Numbers objects by identity, and does not prevent their garbage collection. */
function createObjectIds(): (thing: object) => number {
  const numbers = new WeakMap<object, number>();
  let last = 0;
  return (thing) => {
    const number = numbers.get(thing) ?? ++last;
    numbers.set(thing, number);
    return number;
  };
}
