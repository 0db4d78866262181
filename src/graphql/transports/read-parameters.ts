import type { FastifyRequest } from "fastify";
import type { AskedOperation } from "../operation/persisted-queries.ts";
import { Refusal } from "./refusal.ts";

/** What a request asks for, as GraphQL over HTTP lays it down: in the address of a GET, in the JSON of a POST. Throws a 400. */
export function readParameters({ method, query, body }: FastifyRequest): AskedOperation {
  const isGet = method === "GET";
  const { query: source, operationName, ...rest } = asRecord(isGet ? query : body);
  const variables = isGet ? parseJson(rest.variables) : rest.variables;
  const extensions = isGet ? parseJson(rest.extensions) : rest.extensions;
  if (operationName != null && typeof operationName !== "string") throw new Refusal(400);
  if (variables != null && !isRecord(variables)) throw new Refusal(400);
  if (extensions != null && !isRecord(extensions)) throw new Refusal(400);
  // A persisted query may come by its hash alone.
  if (typeof source !== "string" && !(source === undefined && extensions?.persistedQuery))
    throw new Refusal(400);
  return { query: source, operationName, variables, extensions };
}

function parseJson(text: unknown): unknown {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(String(text));
  } catch {
    throw new Refusal(400);
  }
}

type Parameters = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Parameters =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function asRecord(value: unknown): Parameters {
  if (isRecord(value)) return value;
  throw new Refusal(400);
}
