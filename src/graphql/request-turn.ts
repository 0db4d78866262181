import { isOutage } from "../database/database-errors.ts";
import { ActionableError } from "../errors.ts";
import type { Slices } from "./slices.ts";
import type { EndTurn } from "./tenant-turns.ts";

/**
 * The one turn of a request, and the error that refused it.
 *
 * @param failure an earlier failure, if any. The request then gets no turn: each field that reads has this
 * error; a limit refuses the whole request.
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

/** While an ordinary operation has its turn, large answers of other tenants yield to it. */
export async function takeBeforeOthers(take: () => Promise<EndTurn>, slices: Slices): Promise<EndTurn> {
  const endTurn = await take();
  const yieldNoMore = slices.goFirst();
  return (wasAnswered) => {
    yieldNoMore();
    endTurn(wasAnswered);
  };
}

/** Runs a transaction in addition to the snapshot of its request, in the same turn. */
export async function writeInTurn<Result>(
  holdTurn: () => Promise<EndTurn>,
  work: () => Promise<Result>,
): Promise<Result> {
  const endTurn = await holdTurn();
  try {
    return await work();
  } catch (error) {
    endTurn(!isOutage(error));
    throw error;
  } finally {
    endTurn();
  }
}
