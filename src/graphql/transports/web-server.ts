import type { IncomingMessage } from "node:http";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import { type FastifyInstance, type FastifyReply, fastify } from "fastify";
import { GraphQLError } from "graphql";
import type { Identify } from "../../access/viewer.ts";
import type { FormatError } from "../operation/format-error.ts";
import { type Apollo, statusFor } from "./apollo.ts";
import { cutOffUnread } from "./cut-off-unread.ts";
import type { EventStreams } from "./event-streams.ts";
import { openHooksDoor, type ReceiveHook } from "./hooks-door.ts";
import { hasReadableHost, type IsKnownHost } from "./known-host.ts";
import { RETRY_AFTER_SECONDS, Refusal } from "./refusal.ts";

/** Operations are small, and a thousand representations are some 100 KB. Anything larger is a mistake or an attack. */
export const BODY_BYTES_MAX = 1_048_576;

/** A client that takes longer to send its request is broken, or wants to hold the socket. */
const REQUEST_TIMEOUT_MS = 30_000;

/** A client that takes nothing of its answer for so long does not read it (D22). */
const ANSWER_STALLED_MS = 45_000;

/** The kernel may hold a whole unread answer, which Node counts as sent. The connection still ends within a minute. */
const KEEP_ALIVE_MS = 50_000;

/** Whoever asks whether we are ready asks again soon, and takes silence for a no. */
const READY_TIMEOUT_MS = 2_000;

type WebServerOptions = {
  apollo: Apollo;
  eventStreams: EventStreams;
  identify: Identify;
  formatError: FormatError;
  /** Rejects with the reason while requests cannot be answered. */
  checkReady: () => Promise<void>;
  production: boolean;
  isKnownHost: IsKnownHost;
  /** For tests: also how long a connection without a request stays open. */
  answerStalledMs?: number | undefined;
  /** Takes in what Personio posts; without it, that door is closed. */
  receiveHook?: ReceiveHook | undefined;
};

/**
 * The HTTP doors: `/graphql`, `/health`, `/ready`, `/hooks/personio/…`, and a page to try queries on. Whatever goes wrong is answered
 * in GraphQL's JSON.
 */
export function createWebServer(options: WebServerOptions): FastifyInstance {
  const { apollo, eventStreams, identify, formatError, checkReady, production, isKnownHost } = options;
  const refuse = (reply: FastifyReply, error: unknown): FastifyReply => {
    const { status, fault } = describe(error);
    if (status === 429 || status === 503) reply.header("retry-after", RETRY_AFTER_SECONDS);
    return reply.code(status).send({ errors: [formatError(fault)] });
  };
  const server = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: options.answerStalledMs ?? KEEP_ALIVE_MS,
    // While we stop, a request on a connection that is still open is one more to finish, not one to refuse.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    http: { shouldUpgradeCallback: isForWebSocket },
    frameworkErrors: (error, _request, reply) => void refuse(reply, error),
  });
  server.setErrorHandler((error, _request, reply) => refuse(reply, error));
  server.setNotFoundHandler((_request, reply) => refuse(reply, NOT_FOUND));
  server.removeContentTypeParser("text/plain");

  // Every route is guarded, also the one for unknown paths, unless its own config opens it: the text of a URL decides nothing (D21).
  server.addHook("onRequest", async ({ raw, routeOptions }) => {
    if (routeOptions.config.anyHost) return;
    if (!hasReadableHost(raw)) throw new Refusal(400);
    if (!isKnownHost(raw)) throw MISDIRECTED;
  });
  const stalledMs = options.answerStalledMs ?? ANSWER_STALLED_MS;
  server.addHook("onSend", async (_request, reply) => {
    cutOffUnread(reply.raw, stalledMs);
  });

  const answerOverApollo = fastifyApolloHandler(apollo, {
    context: async ({ headers }) => ({ viewer: identify(headers) }),
  });
  // Every method, because it is Apollo that knows which of them GraphQL has.
  server.route({
    method: server.supportedMethods,
    url: "/graphql",
    preHandler: (request, reply) => eventStreams.answer(request, reply),
    async handler(request, reply) {
      const body = await answerOverApollo.call(server, request, reply);
      reply.code(statusFor(reply.statusCode, reply.getHeader("content-type")));
      return body;
    },
  });
  // A probe may use any name, and learns nothing but that the process lives.
  server.get("/health", { config: { anyHost: true } }, async () => ({ healthy: true }));
  server.get("/ready", async (_request, reply) => {
    const reason = await findReasonNotReady(checkReady);
    return reason === null ? { ready: true } : reply.code(503).send({ ready: false, reason });
  });
  if (options.receiveHook) openHooksDoor(server, options.receiveHook);
  if (!production) serveGraphiql(server);
  return server;
}

/**
 * Java's HTTP client asks for `h2c` with its requests, and curl does with --http2. A server may leave that out and answer (RFC 9110,
 * section 7.8), and every request that is no WebSocket meets the routes and their guards.
 */
const isForWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase().trim() === "websocket";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The route answers whatever host a request names. */
    anyHost?: boolean;
  }
}

const NOT_FOUND = new Refusal(404);
const MISDIRECTED = new Refusal(421);

/** What is said of a request that did not get as far as GraphQL, by its status. */
const REFUSALS: Readonly<Record<number, { code: string; message: string }>> = {
  400: {
    code: "BAD_REQUEST",
    message: "The request cannot be read: the body must be a JSON object with `query`.",
  },
  403: { code: "BAD_REQUEST", message: "A web page of another site may not subscribe here." },
  405: { code: "BAD_REQUEST", message: "Send mutations with POST." },
  404: { code: "NOT_FOUND", message: "No route has this path. Send operations to /graphql." },
  413: { code: "PAYLOAD_TOO_LARGE", message: `The body is larger than ${BODY_BYTES_MAX} bytes.` },
  421: {
    code: "MISDIRECTED_REQUEST",
    message: "Unknown Host header. Use localhost, or set PUBLIC_URL to the address you use.",
  },
  429: {
    code: "TOO_MANY_SUBSCRIPTIONS",
    message: "The limit of open event streams is reached. End some that you no longer need.",
  },
  503: {
    code: "UNAVAILABLE",
    message: "The service is stopping. Another replica, or the next process, will answer.",
  },
  415: {
    code: "UNSUPPORTED_MEDIA_TYPE",
    message: "Send the body as `content-type: application/json`.",
  },
};

function describe(error: unknown): { status: number; fault: unknown } {
  const status = statusOf(error);
  const refusal = REFUSALS[status];
  if (!refusal) return { status: 500, fault: error };
  return { status, fault: new GraphQLError(refusal.message, { extensions: { code: refusal.code } }) };
}

function statusOf(error: unknown): number {
  if (typeof error !== "object" || error === null) return 500;
  // A Host header or a path that no URL can have.
  if ("code" in error && error.code === "ERR_INVALID_URL") return 400;
  return "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
}

async function findReasonNotReady(checkReady: () => Promise<void>): Promise<string | null> {
  const { promise: timedOut, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(reject, READY_TIMEOUT_MS, new Error(`no answer within ${READY_TIMEOUT_MS} ms`));
  try {
    await Promise.race([checkReady(), timedOut]);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}

function serveGraphiql(server: FastifyInstance): void {
  server.get("/", async (_request, reply) => {
    // Loaded when somebody looks: the page is nine megabytes, and most servers never show it.
    const { GRAPHIQL_HEADERS, renderGraphiqlPage } = await import("./graphiql.ts");
    return reply.headers(GRAPHIQL_HEADERS).send(renderGraphiqlPage());
  });
}
