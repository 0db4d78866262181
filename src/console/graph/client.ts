import { Client, cacheExchange, fetchExchange, mapExchange } from "urql";
import { reportLost } from "./connection.ts";
import { isPassing, problemOf } from "./problem.ts";

/** Tells the page when no answer came. A refused operation is an answer. */
const watchConnection = mapExchange({
  onResult({ error }) {
    const problem = problemOf(error);
    if (problem && isPassing(problem)) reportLost();
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
  requestPolicy: "cache-and-network",
});

/** For lists without an end and for files: the cache would keep every page that was ever shown. */
export const uncached = new Client({
  url: "/graphql",
  exchanges: [watchConnection, fetchExchange],
  preferGetMethod: false,
  requestPolicy: "network-only",
});
