import type { IncomingMessage } from "node:http";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import type { Identify } from "../../access/viewer.ts";
import type { FormatError } from "../operation/format-error.ts";
import { GATEWAY_SECRET_REQUIRED } from "../operation/gateway-secret.ts";
import type { Rest } from "../slices.ts";
import { answerIfChanged } from "./answer-if-changed.ts";
import { type Apollo, type KnownBody, statusFor } from "./apollo.ts";
import { addBrowserHeaders, allowOrigins, compressAnswers, HEADERS_OF_UNROUTED } from "./browser-headers.ts";
import { signalWhenLeft } from "./client-left.ts";
import { presentedBy, type Sender } from "./connection-credential.ts";
import { addConsoleRoutes, isConsoleAddress, UNREADABLE_PAGE } from "./console-routes.ts";
import { sessionOf } from "./console-session.ts";
import type { AllowedOrigins } from "./cross-origin.ts";
import { destroyWhenStalled } from "./destroy-when-stalled.ts";
import type { EventStreams } from "./event-streams.ts";
import { addRetryAfter, BODY_BYTES_MAX, CHALLENGE, HttpError, toPublicError } from "./http-error.ts";
import { hasReadableHost, type IsKnownHost } from "./known-host.ts";
import { addProbeRoutes } from "./probe-routes.ts";
import { addScimRoutes, isScimAddress, refuseScim, type ScimRoutesOptions } from "./scim-routes.ts";
import { addSignInRoutes, type SignInRoutesOptions } from "./sign-in-routes.ts";
import { encodeInPieces } from "./stringify-in-pieces.ts";
import { answerUnreadable } from "./unreadable-requests.ts";
import { addWebhookRoutes, type ReceiveWebhook } from "./webhook-routes.ts";

/** A client that sends its request more slowly is broken, or occupies the connection on purpose. */
const REQUEST_TIMEOUT_MS = 30_000;

/** A client that reads nothing of its answer for this long is disconnected (D22). */
const ANSWER_STALLED_MS = 45_000;

/**
 * The kernel may buffer a whole unread answer, which Node counts as sent. This timeout ends such connections
 * too.
 */
const KEEP_ALIVE_MS = 50_000;

type WebServerOptions = {
  apollo: Apollo;
  rest: Rest;
  eventStreams: EventStreams;
  identify: Identify;
  /** Whether a request presents a secret of the gateway. */
  isGateway: (secret: string | undefined) => boolean;
  formatError: FormatError;
  /** Rejects with the reason while the server cannot answer requests. */
  checkReady: () => Promise<void>;
  production: boolean;
  /** The folder of the built console; without it, the server has no such page. */
  consoleFolder?: string | undefined;
  isKnownHost: IsKnownHost;
  origins: AllowedOrigins;
  /** Addresses of proxies whose `X-Forwarded-For` contains the address of the client. */
  trustProxy?: readonly string[] | undefined;
  /** For tests: also how long a connection without a request stays open. */
  answerStalledMs?: number | undefined;
  /** Handles webhook deliveries from Personio; without it, the server has no webhook route. */
  receiveWebhook?: ReceiveWebhook | undefined;
  /** Serves identity providers; without it, the server has no SCIM route. */
  scim?: Omit<ScimRoutesOptions, "formatError"> | undefined;
  /** How people sign in to the console; without it, the server has no such route. */
  console?: SignInRoutesOptions | undefined;
};

/**
 * The HTTP routes: `/graphql` with GraphiQL, `/console` with its sign-in, `/health`, `/ready`,
 * `/hooks/personio/…` and `/scim/v2/…`. All errors are answered in GraphQL's JSON, and those below `/scim/v2`
 * in SCIM's.
 */
export async function createWebServer(options: WebServerOptions): Promise<FastifyInstance> {
  const { apollo, rest, eventStreams, formatError, checkReady, production, isKnownHost } = options;
  const sendError = (reply: FastifyReply, cause: unknown): FastifyReply => {
    const { status, error } = toPublicError(cause, formatError);
    if (status === 401) reply.header("www-authenticate", challengeFor(reply.request, cause));
    addRetryAfter(reply, status);
    return reply.code(status).send({ errors: [error] });
  };
  const server = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: options.answerStalledMs ?? KEEP_ALIVE_MS,
    // During shutdown, requests on open connections are still answered.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    trustProxy: options.trustProxy?.length ? [...options.trustProxy] : false,
    http: { shouldUpgradeCallback: isForWebSocket },
    clientErrorHandler: answerUnreadable,
    frameworkErrors(error, request, reply) {
      reply.headers(HEADERS_OF_UNROUTED);
      if (isScimAddress(request.url)) refuseScim(reply, 400);
      else if (isConsoleAddress(request.url)) reply.redirect(UNREADABLE_PAGE);
      else sendError(reply, error);
    },
  });
  server.setErrorHandler((error, _request, reply) => sendError(reply, error));
  server.setNotFoundHandler(({ url, method }, reply) => {
    if (!options.scim || !isScimAddress(url)) return sendError(reply, NOT_FOUND);
    return refuseScim(reply, server.supportedMethods.includes(method) ? 404 : 501);
  });
  server.removeContentTypeParser("text/plain");
  await addBrowserHeaders(server, options.origins);

  // This guards every route, even the one for unknown paths, unless the route's config opens it. It never
  // compares the text of a URL (D21).
  server.addHook("onRequest", async ({ raw, routeOptions }) => {
    if (routeOptions.config.anyHost) return;
    if (!hasReadableHost(raw)) throw new HttpError(400);
    if (!isKnownHost(raw)) throw MISDIRECTED;
  });
  await allowOrigins(server, options.origins);
  await compressAnswers(server);
  const stalledMs = options.answerStalledMs ?? ANSWER_STALLED_MS;
  server.addHook("onSend", async (_request, reply) => {
    destroyWhenStalled(reply.raw, stalledMs);
  });

  const senders = identifySenders(options);
  const knownBodies = new WeakMap<FastifyRequest, KnownBody>();
  const answerOverApollo = fastifyApolloHandler(apollo, {
    context: async (request, { raw }) => ({
      ...senders.of(request),
      left: signalWhenLeft(raw),
      knownBody: knownBodies.get(request) ?? { bytes: null },
    }),
  });
  // Every method, because Apollo decides which of them GraphQL allows.
  server.route({
    method: server.supportedMethods,
    url: "/graphql",
    // Before the body is read: a request without a valid credential costs no parsing.
    async onRequest(request, reply) {
      if (!production && asksForPage(request)) return sendGraphiql(request, reply);
      return senders.identify(request);
    },
    preHandler: (request, reply) => eventStreams.answer(request, reply, senders.of(request)),
    async handler(request, reply) {
      if (asksForMethods(request)) return reply.code(204).header("allow", METHODS).send();
      const known: KnownBody = { bytes: null };
      knownBodies.set(request, known);
      const text = await answerOverApollo.call(server, request, reply);
      reply.code(statusFor(reply.statusCode, reply.getHeader("content-type")));
      const body = known.bytes ?? (typeof text === "string" ? await encodeInPieces(text, rest) : text);
      return answerIfChanged(request, reply, body);
    },
  });
  addProbeRoutes(server, checkReady);
  if (options.receiveWebhook) addWebhookRoutes(server, options.receiveWebhook);
  if (options.scim) addScimRoutes(server, { ...options.scim, formatError });
  if (options.console) addSignInRoutes(server, options.console);
  if (options.consoleFolder) await addConsoleRoutes(server, options.consoleFolder);
  return server;
}

/** Only a client whose own credential is refused learns that it is invalid. */
const challengeFor = ({ headers }: FastifyRequest, cause: unknown): string =>
  headers.authorization !== undefined && cause !== GATEWAY_SECRET_REQUIRED.errors[0]
    ? `${CHALLENGE}, error="invalid_token"`
    : CHALLENGE;

/** Identifies the sender of each request, and keeps the result as long as the request. */
function identifySenders({ identify, isGateway, console }: WebServerOptions) {
  const known = new WeakMap<FastifyRequest, Sender>();
  const ownOrigin = console?.signIn?.origin;
  return {
    async identify(request: FastifyRequest): Promise<void> {
      const { authorization, gatewaySecret } = presentedBy(request.raw);
      const session = ownOrigin === undefined ? undefined : sessionOf(request.headers, ownOrigin);
      const viewer = await identify({ authorization, session });
      known.set(request, { viewer, session, isGateway: isGateway(gatewaySecret) });
    },
    of(request: FastifyRequest): Sender {
      const sender = known.get(request);
      if (!sender) throw new Error("Every request to /graphql has a sender.");
      return sender;
    },
  };
}

/**
 * Java's HTTP client offers an upgrade to `h2c` with its requests, and so does curl with --http2. A server
 * may ignore the offer (RFC 9110, section 7.8), so every request except a WebSocket reaches the routes and
 * guards.
 */
const isForWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase().trim() === "websocket";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Accepts requests with any `Host`. */
    anyHost?: boolean;
  }
}

const NOT_FOUND = new HttpError(404);
const MISDIRECTED = new HttpError(421);

/** A browser that opens the address, and no program that asks the graph. */
const asksForPage = ({ method, query, headers: { accept = "" } }: FastifyRequest): boolean =>
  method === "GET" && accept.includes("text/html") && !("query" in (query as object));

const METHODS = "GET, POST, OPTIONS";

/** A program that asks which methods there are (RFC 9110, section 9.3.7). A page would send its origin. */
const asksForMethods = ({ method, headers }: FastifyRequest): boolean =>
  method === "OPTIONS" && headers.origin === undefined;

async function sendGraphiql(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  // Imported lazily: the page has nine megabytes, and most servers never show it.
  const { openGraphiqlPage } = await import("./graphiql.ts");
  const { headers, html } = openGraphiqlPage();
  reply.headers(headers);
  return request.headers["if-none-match"] === headers.etag ? reply.code(304).send() : reply.send(html);
}
