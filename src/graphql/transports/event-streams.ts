import type { FastifyReply, FastifyRequest } from "fastify";
import { type ExecutionResult, GraphQLError, OperationTypeNode } from "graphql";
import type { Viewer } from "../../access/viewer.ts";
import { formatResult } from "../operation/format-result.ts";
import type { Operations } from "../operation/operations.ts";
import type { AskedOperation } from "../operation/persisted-queries.ts";
import type { PreparedOperation } from "../operation/prepare-operation.ts";
import { openEventStream, type StreamPace } from "./event-stream.ts";
import { isForeignPage } from "./foreign-page.ts";
import { createPace } from "./pace.ts";
import { Refusal } from "./refusal.ts";

/** As many as there may be sockets: a gateway opens one for each of its subscriptions. */
const STREAMS_MAX = 10_000;

/** How many are let in a second, for the reason why sockets are. */
const STREAMS_A_SECOND = 1_000;

export type EventStreams = AsyncDisposable & {
  /** Answers whoever asks for an event stream, and leaves the request alone otherwise. Throws a `Refusal`. */
  answer(request: FastifyRequest, reply: FastifyReply): Promise<void>;
};

type EventStreamsOptions = StreamPace & {
  operations: Operations;
  /** Where browsers find us, when that is not where we listen. */
  publicUrl: string | undefined;
  streamsMax?: number;
};

/**
 * The door for those who cannot open a WebSocket: GraphQL over server-sent events, in distinct connections mode
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md), at the same address and chosen by the `Accept` header. That
 * protocol's own handler takes results off a subscription whether the socket takes them or not; this one waits for it.
 *
 * Disposing ends every stream without a `complete`: a client that is told so comes back.
 */
export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const { operations, publicUrl, streamsMax = STREAMS_MAX } = options;
  // Those who wait for their turn as well.
  const open = new Set<FastifyReply>();
  const pace = createPace(STREAMS_A_SECOND);
  let closing = false;

  return {
    async answer(request, reply) {
      if (!wantsEventStream(request)) return;
      if (isForeignPage(request.headers, publicUrl)) throw new Refusal(403);
      if (closing) throw new Refusal(503);
      if (open.size >= streamsMax) throw new Refusal(429);
      open.add(reply);
      try {
        await new Promise<void>((resolve) => pace.inTurn(resolve));
        // Who has left meanwhile wants nothing any more.
        const results = reply.raw.destroyed ? null : await begin(request, operations);
        // The stream keeps its request as long as it lives.
        request.body = undefined;
        reply.hijack();
        if (!results) return;
        await stream(results, reply, options);
      } finally {
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

/** Who takes JSON as well gets that. */
const wantsEventStream = ({ method, headers: { accept = "" } }: FastifyRequest): boolean =>
  (method === "GET" || method === "POST") && accept.includes("text/event-stream") && !JSON_TYPE.test(accept);

type Results = AsyncGenerator<ExecutionResult> | ExecutionResult;

/** The same way that an operation goes behind every door. A refusal is an answer like any other. */
async function begin(request: FastifyRequest, operations: Operations): Promise<Results> {
  const viewer = operations.identify(request.headers);
  const prepared = operations.prepare(readParameters(request), viewer);
  if ("errors" in prepared) return prepared;
  const { operation } = prepared.operation;
  // A link that somebody follows must not change anything.
  if (operation === OperationTypeNode.MUTATION && request.method === "GET") throw new Refusal(405);
  return operations.trace.continuing(traceParentOf(request), () => run(prepared, viewer, operations));
}

const traceParentOf = ({ headers: { traceparent } }: FastifyRequest): string | undefined =>
  typeof traceparent === "string" ? traceparent : undefined;

const run = (prepared: PreparedOperation, viewer: Viewer, { answers }: Operations): Promise<Results> =>
  prepared.operation.operation === OperationTypeNode.SUBSCRIPTION
    ? answers.subscribe(prepared, viewer)
    : answers.answer(prepared, viewer);

async function stream(results: Results, { raw }: FastifyReply, options: EventStreamsOptions): Promise<void> {
  const endResults = async (): Promise<void> => {
    if (Symbol.asyncIterator in results) await results.return(undefined);
  };
  // The client may have left before there was anything to send.
  if (raw.closed) return endResults();
  raw.once("close", () => void endResults());
  const { formatError } = options.operations;
  const events = openEventStream(raw, options);
  const send = (result: ExecutionResult) =>
    events.send("next", JSON.stringify(formatResult(result, formatError)));
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
  await events.send("complete", "");
  events.end();
}

/** What a request asks for, as GraphQL over HTTP lays it down: in the address of a GET, in the JSON of a POST. Throws a 400. */
function readParameters({ method, query, body }: FastifyRequest): AskedOperation {
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
