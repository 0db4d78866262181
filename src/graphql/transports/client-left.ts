import type { ServerResponse } from "node:http";

/** Aborts when the client of a request is gone before it has its whole answer. */
export function signalWhenLeft(answer: ServerResponse): AbortSignal {
  const left = new AbortController();
  const end = (): void => {
    if (!answer.writableFinished) left.abort("the client left");
  };
  if (answer.closed) end();
  else answer.once("close", end);
  return left.signal;
}
