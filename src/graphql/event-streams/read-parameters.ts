import type { FastifyRequest } from "fastify";
import { Refusal } from "../doors/refusal.ts";
import type { OperationRequest } from "../operation/prepare-operation.ts";

/** What a request asks for, as GraphQL over HTTP lays it down: in the address of a GET, in the JSON of a POST. Throws a 400. */
export function readParameters({ method, query, body }: FastifyRequest): OperationRequest {
  const { query: source, operationName, variables } = asRecord(method === "GET" ? query : body);
  const parsed = method === "GET" ? parseVariables(variables) : variables;
  if (typeof source !== "string") throw new Refusal(400);
  if (operationName != null && typeof operationName !== "string") throw new Refusal(400);
  if (parsed != null && !isRecord(parsed)) throw new Refusal(400);
  return { query: source, operationName, variables: parsed };
}

function parseVariables(text: unknown): unknown {
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
