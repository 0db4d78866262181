import type { Attempt } from "./retry.ts";

/**
 * All callers that arrive while `work` is in progress share its result. A caller that gives up does not
 * affect the others; when the last one gives up, the work is aborted.
 */
export function singleFlight<Result>(
  work: (attempt: Attempt) => Promise<Result>,
): (attempt: Attempt) => Promise<Result> {
  let flight: { readonly result: Promise<Result>; readonly abort: () => void; waiting: number } | undefined;

  const start = (deadlineMs: number) => {
    const controller = new AbortController();
    const land = () => {
      if (flight === started) flight = undefined;
    };
    const started = {
      result: work({ signal: controller.signal, deadlineMs }).finally(land),
      abort: () => {
        land();
        controller.abort();
      },
      waiting: 0,
    };
    return started;
  };

  return async ({ signal, deadlineMs }) => {
    signal?.throwIfAborted();
    flight ??= start(deadlineMs);
    const mine = flight;
    mine.waiting += 1;
    try {
      return await orAborted(mine.result, signal);
    } finally {
      mine.waiting -= 1;
      if (mine.waiting === 0) mine.abort();
    }
  };
}

async function orAborted<Result>(result: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([result, aborted.promise]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}
