import { Client, cacheExchange, fetchExchange, mapExchange } from "urql";
import { reportLost, waitOutInterruption } from "./connection.ts";
import { isPassing, problemOf } from "./problem.ts";
import { CONSOLE_HEADERS, reportRefused, UNAUTHENTICATED } from "./session.ts";

/** Notes when no answer came, and when the session has ended. Another refused operation is an answer. */
const watchConnection = mapExchange({
  onResult({ error, operation }) {
    const problem = problemOf(error);
    if (problem && isPassing(problem)) {
      // A proxy may cut a stream while the service answers: then only the stream begins again.
      if (operation.kind === "subscription") void waitOutInterruption();
      else reportLost();
    }
    if (problem?.code === UNAUTHENTICATED) reportRefused();
  },
});

/**
 * The public graph, without special rights: whatever the console does, a program can do. Subscriptions are
 * event streams of the same address. The cache knows answers by their document, which a mutation of the same
 * types empties.
 */
export const client = new Client({
  url: "/graphql",
  exchanges: [cacheExchange, watchConnection, fetchExchange],
  fetchSubscriptions: true,
  preferGetMethod: false,
  fetchOptions: { headers: CONSOLE_HEADERS },
  requestPolicy: "cache-and-network",
});

/**
 * For lists without an end and for files: the cache would keep every page that was ever shown. And for what a
 * page reads before it changes something, beside what it shows.
 */
export const uncached = new Client({
  url: "/graphql",
  exchanges: [watchConnection, fetchExchange],
  preferGetMethod: false,
  fetchOptions: { headers: CONSOLE_HEADERS },
  requestPolicy: "network-only",
});
