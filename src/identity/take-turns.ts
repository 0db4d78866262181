import { ActionableError } from "../errors.ts";

type Limits = { readonly atOnce: number; readonly waiting: number };

/**
 * Lets work begin in order, `atOnce` at a time. Rejects with UNAVAILABLE if `waiting` others wait already: by
 * then the wait would be longer than a client's patience.
 */
export function takeTurns(limits: Limits): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const queue: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < limits.atOnce) running += 1;
    else if (queue.length >= limits.waiting) throw tooBusy();
    // The work that ends hands its place on.
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

const tooBusy = (): ActionableError =>
  new ActionableError(
    "UNAVAILABLE",
    "Too many tokens wait for their verification.",
    "Retry in a few seconds. If the problem persists, ask the operator to look at people_tokens_refused_total.",
  );
