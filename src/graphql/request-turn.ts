import { ActionableError } from "../errors.ts";
import type { EndTurn } from "./tenant-turns.ts";

/**
 * The one turn of a request, and the error that refused it.
 *
 * @param failure what failed before, in place of a turn: an error of each field that reads, unless it is a
 * limit.
 */
export function createRequestTurn(take: () => Promise<EndTurn>, failure: unknown) {
  let refusal: ActionableError | null = null;
  const holdTurn = shareTurn(async () => {
    try {
      if (failure !== undefined) throw failure;
      return await take();
    } catch (error) {
      const isOfTurn = failure === undefined || isLimit(error);
      if (error instanceof ActionableError && isOfTurn) refusal = error;
      throw error;
    }
  });
  return { holdTurn, refusal: () => refusal };
}

const isLimit = (error: unknown): boolean => error instanceof ActionableError && error.code === "LIMIT_RATE";

/**
 * Lets the transactions of one request share its turn. A write takes the turn before it ends the snapshot:
 * with a turn for each, requests could wait for each other.
 */
export function shareTurn(take: () => Promise<EndTurn>): () => Promise<EndTurn> {
  let turn: Promise<EndTurn> | undefined;
  let users = 0;
  let isAnswered = true;
  return async () => {
    const current = turn ?? take();
    turn = current;
    users += 1;
    let isOver = false;
    const leave: EndTurn = (wasAnswered = true) => {
      if (isOver) return;
      isOver = true;
      isAnswered &&= wasAnswered;
      users -= 1;
      if (users > 0) return;
      turn = undefined;
      current.then(
        (endTurn) => endTurn(isAnswered),
        () => undefined,
      );
    };
    try {
      await current;
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  };
}
