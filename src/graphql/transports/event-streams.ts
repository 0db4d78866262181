import type { FastifyReply, FastifyRequest } from "fastify";
import { type ExecutionResult, GraphQLError, OperationTypeNode } from "graphql";
import type { Viewer } from "../../access/viewer.ts";
import { ActionableError } from "../../errors.ts";
import { formatResult } from "../operation/format-result.ts";
import { GATEWAY_SECRET_REQUIRED } from "../operation/gateway-secret.ts";
import type { Operations } from "../operation/operations.ts";
import type { GraphQLRequest } from "../operation/persisted-queries.ts";
import type { PreparedOperation } from "../operation/prepare-operation.ts";
import { signalWhenLeft } from "./client-left.ts";
import type { Sender } from "./connection-credential.ts";
import { type ConnectionLimits, createConnectionLimiter } from "./connection-limiter.ts";
import { createConnectionThrottle } from "./connection-throttle.ts";
import { createIsCrossOrigin } from "./cross-origin.ts";
import { openEventStream } from "./event-stream.ts";
import { HttpError } from "./http-error.ts";
import type { LongLivedOptions } from "./long-lived.ts";
import { stringifyAnswer } from "./stringify-in-pieces.ts";

/** The same as the limit of sockets: a gateway opens one stream for each of its subscriptions. */
const STREAMS_MAX = 10_000;

/** As many as the subscriptions of one user; a tenant gets half of all streams. */
const LIMITS: ConnectionLimits = { perUser: 1_000, perTenant: STREAMS_MAX / 2, total: STREAMS_MAX };

/** New streams a second, throttled for the same reason as sockets. */
const STREAMS_A_SECOND = 1_000;

export type EventStreams = AsyncDisposable & {
  /**
   * Answers a request for an event stream, and ignores other requests. Throws an `HttpError` or an
   * `ActionableError`.
   */
  answer(request: FastifyRequest, reply: FastifyReply, sender: Sender): Promise<void>;
};

/**
 * The transport for clients that cannot open a WebSocket: GraphQL over server-sent events, in distinct
 * connections mode (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md). Clients select it at
 * `/graphql` by the `Accept` header. Unlike graphql-sse's own handler, this one waits until the socket
 * accepts a result before it reads the next.
 *
 * Disposing ends every stream without a `complete`, so that clients reconnect; so does the end of the
 * viewer's rights.
 */
export function createEventStreams(options: LongLivedOptions): EventStreams {
  const { operations, reach } = options;
  const isCrossOrigin = createIsCrossOrigin(reach);
  const limits = { ...LIMITS, ...options.limits };
  const admit = createConnectionLimiter(limits);
  // Including requests that the throttle has queued.
  const open = new Set<FastifyReply>();
  const throttle = createConnectionThrottle(STREAMS_A_SECOND);
  let closing = false;

  return {
    async answer(request, reply, sender) {
      if (!wantsEventStream(request)) return;
      if (isCrossOrigin(request.headers)) throw new HttpError(403);
      if (closing) throw new HttpError(503);
      if (open.size >= limits.total) throw new HttpError(429);
      const admission = admit(sender.viewer);
      if ("exceeded" in admission) throw tooManyStreams(admission);
      open.add(reply);
      const rights = new AbortController();
      let stopWatching = (): void => undefined;
      try {
        await new Promise<void>((resolve) => throttle.run(resolve));
        // The client may have disconnected while the request was queued.
        const results = reply.raw.destroyed ? null : await begin(request, reply, sender, operations);
        stopWatching = watchRights(request, sender, { ...options, rights });
        forget(request);
        reply.hijack();
        if (!results) return;
        await stream(results, reply, { ...options, rights: rights.signal });
      } finally {
        stopWatching();
        admission.release();
        open.delete(reply);
      }
    },
    async [Symbol.asyncDispose]() {
      closing = true;
      for (const { raw } of open) raw.destroy();
    },
  };
}

const JSON_TYPE = /\bapplication\/(graphql-response\+)?json\b/;

/** A client that accepts JSON too gets JSON. */
const wantsEventStream = ({ method, headers: { accept = "" } }: FastifyRequest): boolean =>
  (method === "GET" || method === "POST") && accept.includes("text/event-stream") && !JSON_TYPE.test(accept);

type Results = AsyncGenerator<ExecutionResult> | ExecutionResult;

/** Prepares and starts the operation, like every transport. Errors of a refused one are results too. */
async function begin(
  request: FastifyRequest,
  reply: FastifyReply,
  { viewer, isGateway }: Sender,
  operations: Operations,
): Promise<Results> {
  const { headers, refusal } = await operations.limitRate(viewer);
  reply.headers(headers);
  if (refusal) throw refusal;
  const prepared = operations.prepare(readParameters(request), viewer, isGateway);
  if (prepared === GATEWAY_SECRET_REQUIRED) throw GATEWAY_SECRET_REQUIRED.errors[0];
  if ("errors" in prepared) return prepared;
  const { operation } = prepared.operation;
  // Following a link must not change data.
  if (operation === OperationTypeNode.MUTATION && request.method === "GET") throw new HttpError(405);
  return operations.telemetry.trace.continuing(traceParentOf(request), () =>
    run(prepared, viewer, operations, reply),
  );
}

const traceParentOf = ({ headers: { traceparent } }: FastifyRequest): string | undefined =>
  typeof traceparent === "string" ? traceparent : undefined;

const run = (
  prepared: PreparedOperation,
  viewer: Viewer,
  { answers }: Operations,
  { raw }: FastifyReply,
): Promise<Results> =>
  prepared.operation.operation === OperationTypeNode.SUBSCRIPTION
    ? answers.subscribe(prepared, viewer)
    : answers.answer(prepared, viewer, signalWhenLeft(raw));

/** Aborts `rights` when the rights of the sender end. Returns a function that stops watching. */
const watchRights = (
  { headers: { authorization } }: FastifyRequest,
  { viewer, session }: Sender,
  { lifetimes, rights }: LongLivedOptions & { rights: AbortController },
): (() => void) => lifetimes.watch(viewer, { authorization, session }, () => rights.abort());

/** The request stays in memory until the stream ends: frees its body and the credentials in its headers. */
function forget(request: FastifyRequest): void {
  request.body = undefined;
  request.raw.rawHeaders = [];
  request.raw.headers = {};
}

/** `rights` is aborted when the rights of the sender end. */
type StreamOptions = LongLivedOptions & { readonly rights: AbortSignal };

async function stream(results: Results, reply: FastifyReply, options: StreamOptions): Promise<void> {
  const { raw } = reply;
  const endResults = async (): Promise<void> => {
    if (Symbol.asyncIterator in results) await results.return(undefined);
  };
  // The client may have left before there was anything to send.
  if (raw.closed) return endResults();
  raw.once("close", () => void endResults());
  const { formatError, graph } = options.operations;
  // Fastify no longer sends what its hooks have set, such as the headers of CORS.
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value) raw.setHeader(name, value);
  const events = openEventStream(raw, options.timing);
  const send = async (result: ExecutionResult) =>
    events.send(
      "next",
      await stringifyAnswer(formatResult(result, formatError), graph.requests.rest, formatError),
    );
  options.rights.addEventListener("abort", () => void endResults());
  if (!(Symbol.asyncIterator in results)) {
    await send(results);
  } else {
    try {
      for await (const result of results) await send(result);
    } catch (error) {
      const failure = error instanceof Error ? error : new Error("a subscription failed", { cause: error });
      await send({ errors: [new GraphQLError(failure.message, { originalError: failure })] });
    }
  }
  // Clients reconnect after an end without `complete`, with a new token and their cursor.
  if (!options.rights.aborted) await events.send("complete", "");
  events.end();
}

const tooManyStreams = ({ exceeded, limit }: { exceeded: string; limit: number }): ActionableError =>
  new ActionableError(
    "TOO_MANY_SUBSCRIPTIONS",
    `There are ${limit} open event streams, which is the limit for one ${exceeded}.`,
    `End those that you no longer need.${exceeded === "user" ? " The operator can raise SUBSCRIPTIONS_PER_USER." : ""}`,
  );

/** The parameters of GraphQL over HTTP, from the URL of a GET or the JSON body of a POST. Throws a 400. */
function readParameters({ method, query, body }: FastifyRequest): GraphQLRequest {
  const isGet = method === "GET";
  const { query: source, operationName, ...rest } = asRecord(isGet ? query : body);
  const variables = isGet ? parseJson(rest.variables) : rest.variables;
  const extensions = isGet ? parseJson(rest.extensions) : rest.extensions;
  if (operationName != null && typeof operationName !== "string") throw new HttpError(400);
  if (variables != null && !isRecord(variables)) throw new HttpError(400);
  if (extensions != null && !isRecord(extensions)) throw new HttpError(400);
  // A persisted query may come with only its hash.
  if (typeof source !== "string" && !(source === undefined && extensions?.persistedQuery))
    throw new HttpError(400);
  return { query: source, operationName, variables, extensions };
}

function parseJson(text: unknown): unknown {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(String(text));
  } catch {
    throw new HttpError(400);
  }
}

type Parameters = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Parameters =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function asRecord(value: unknown): Parameters {
  if (isRecord(value)) return value;
  throw new HttpError(400);
}
