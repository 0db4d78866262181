import { createHash } from "node:crypto";
import { GraphQLError } from "graphql";
import { LRUCache } from "lru-cache";
import type { Viewer } from "../../access/viewer.ts";
import type {
  OperationRequest,
  PreparedOperation,
  PrepareOperation,
  RefusedOperation,
} from "./prepare-operation.ts";

/** An operation as a transport receives it: by its text, by the hash of its text, or by both. */
export type GraphQLRequest = Omit<OperationRequest, "query"> & {
  readonly query?: string | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
};

/** The error that makes clients of Apollo's protocol send the text. */
export const QUERY_NOT_STORED = {
  code: "PERSISTED_QUERY_NOT_FOUND",
  message: "PersistedQueryNotFound",
} as const;

/** Bounds of the store. The client of an evicted document gets PersistedQueryNotFound and sends it again. */
const QUERIES_MAX = 1_000;
const BYTES_MAX = 4 * 1_048_576;

/** JavaScript stores text in two bytes a character, unless all of it is Latin-1. */
const BYTES_A_CHARACTER = 2;

export type PersistedQueryLimits = { readonly queriesMax?: number; readonly bytesMax?: number };

/**
 * Automatic persisted queries as Apollo documents them
 * (https://www.apollographql.com/docs/apollo-server/performance/apq): a client sends the SHA-256 of an
 * operation, and its text only after the answer PersistedQueryNotFound. All transports use this store, which
 * keeps the texts of each tenant apart: a hash must not reveal the operations of another company. Only
 * operations that may run are stored.
 */
export function createPersistedQueries(prepare: PrepareOperation, limits: PersistedQueryLimits = {}) {
  const { queriesMax = QUERIES_MAX, bytesMax = BYTES_MAX } = limits;
  const queries = new LRUCache<string, string>({
    max: queriesMax,
    maxSize: bytesMax,
    sizeCalculation: (text, key) => (text.length + key.length) * BYTES_A_CHARACTER,
  });

  const resolve = (
    { query, persistedQuery }: { query: string; persistedQuery: unknown },
    tenantId: string,
  ): { source: string; key: string } | RefusedOperation => {
    const hash = readHash(persistedQuery);
    if (hash === null) return refuse("BAD_REQUEST", "Unsupported persisted query version");
    const key = `${tenantId}\0${hash}`;
    if (query === "") {
      const source = queries.get(key);
      return source === undefined ? refuse(QUERY_NOT_STORED.code, QUERY_NOT_STORED.message) : { source, key };
    }
    const isRight = createHash("sha256").update(query).digest("hex") === hash;
    return isRight ? { source: query, key } : refuse("BAD_REQUEST", "provided sha does not match query");
  };

  return {
    get size() {
      return queries.size;
    },
    prepare(request: GraphQLRequest, { tenantId }: Viewer): PreparedOperation | RefusedOperation {
      const { query = "", operationName, variables, extensions } = request;
      const persistedQuery = extensions?.persistedQuery;
      if (persistedQuery == null) return prepare({ query, operationName, variables });
      const resolved = resolve({ query, persistedQuery }, tenantId);
      if ("errors" in resolved) return resolved;
      const prepared = prepare({ query: resolved.source, operationName, variables });
      if (!("errors" in prepared)) queries.set(resolved.key, resolved.source);
      return prepared;
    },
  };
}

/** The hash in `extensions.persistedQuery`; null if it has none or is not of version 1. */
function readHash(persistedQuery: unknown): string | null {
  if (typeof persistedQuery !== "object" || persistedQuery === null) return null;
  const version: unknown = Reflect.get(persistedQuery, "version");
  const hash: unknown = Reflect.get(persistedQuery, "sha256Hash");
  return version === 1 && typeof hash === "string" ? hash : null;
}

const refuse = (code: string, message: string): RefusedOperation => ({
  errors: [new GraphQLError(message, { extensions: { code } })],
});
