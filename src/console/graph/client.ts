import { Client, cacheExchange, fetchExchange, mapExchange } from "urql";
import { reportLost, waitOutInterruption } from "./connection.ts";
import { isPassing, problemOf } from "./problem.ts";
import { CONSOLE_HEADERS, reportRefused, UNAUTHENTICATED } from "./session.ts";

/** Notices a lost connection and an ended session. Any other refused operation counts as an answer. */
const watchConnection = mapExchange({
  onResult({ error, operation }) {
    const problem = problemOf(error);
    if (problem && isPassing(problem)) {
      // A proxy may cut a stream although the service answers: then only the stream restarts.
      if (operation.kind === "subscription") void waitOutInterruption();
      else reportLost();
    }
    if (problem?.code === UNAUTHENTICATED) reportRefused();
  },
});

/**
 * The public graph, without special rights: whatever the console does, a program can do. Subscriptions are
 * event streams at the same address. The cache keeps each answer until a mutation returns one of its types.
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
 * A client without a cache, for endless lists and exports: the cache would keep every page that was ever
 * shown. Also for reads that precede a change and must not replace what the page shows.
 */
export const uncached = new Client({
  url: "/graphql",
  exchanges: [watchConnection, fetchExchange],
  preferGetMethod: false,
  fetchOptions: { headers: CONSOLE_HEADERS },
  requestPolicy: "network-only",
});
