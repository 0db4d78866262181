import type { IncomingMessage } from "node:http";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import type { Reach } from "../../config/reach.ts";
import type { ScimHandler } from "../../scim/scim-handler.ts";
import { GATEWAY_SECRET_REQUIRED } from "../operation/gateway-secret.ts";
import type { Operations } from "../operation/operations.ts";
import { addBrowserHeaders, allowOrigins, compressAnswers, HEADERS_OF_UNROUTED } from "./browser-headers.ts";
import type { ClientTiming } from "./client-timing.ts";
import { addConsoleRoutes, isConsoleAddress, UNREADABLE_PAGE } from "./console-routes.ts";
import { destroyWhenStalled } from "./destroy-when-stalled.ts";
import type { EventStreams } from "./event-streams.ts";
import { addGraphqlRoute } from "./graphql-route.ts";
import { addRetryAfter, BODY_BYTES_MAX, CHALLENGE, HttpError, toPublicError } from "./http-error.ts";
import { createIsKnownHost, hasReadableHost } from "./known-host.ts";
import { addProbeRoutes } from "./probe-routes.ts";
import { addScimRoutes, isScimAddress, refuseScim } from "./scim-routes.ts";
import { addSignInRoutes, type SignInRoutesOptions } from "./sign-in-routes.ts";
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

/** The routes besides the graph. The server has no route for an absent one. */
export type Routes = {
  /** Rejects with the reason while the server cannot answer requests. */
  readonly checkReady: () => Promise<void>;
  /** The folder of the built console. */
  readonly consoleFolder?: string;
  /** How people sign in to the console. */
  readonly signIn?: SignInRoutesOptions;
  /** Handles webhook deliveries from Personio. */
  readonly receiveWebhook?: ReceiveWebhook;
  /** Serves identity providers at `/scim/v2`. */
  readonly scim?: ScimHandler;
};

type WebServerOptions = {
  readonly operations: Operations;
  readonly eventStreams: EventStreams;
  readonly reach: Reach;
  readonly routes: Routes;
  readonly timing: ClientTiming;
};

/**
 * The HTTP routes: `/graphql` with GraphiQL, `/console` with its sign-in, `/health`, `/ready`,
 * `/hooks/personio/…` and `/scim/v2/…`. All errors are answered in GraphQL's JSON, and those below `/scim/v2`
 * in SCIM's.
 */
export async function createWebServer(options: WebServerOptions): Promise<FastifyInstance> {
  const { operations, eventStreams, reach, routes, timing } = options;
  const server = createServer(options);
  server.removeContentTypeParser("text/plain");
  await addBrowserHeaders(server, reach);
  guardHosts(server, reach);
  await allowOrigins(server, reach);
  await compressAnswers(server);
  const { stalledMs = ANSWER_STALLED_MS } = timing;
  server.addHook("onSend", async (_request, reply) => {
    destroyWhenStalled(reply.raw, stalledMs);
  });

  const ownOrigin = routes.signIn?.signIn?.origin;
  await addGraphqlRoute(server, { operations, eventStreams, reach, ownOrigin });
  addProbeRoutes(server, routes.checkReady);
  if (routes.receiveWebhook) addWebhookRoutes(server, routes.receiveWebhook);
  if (routes.scim) addScimRoutes(server, { handler: routes.scim, operations, reach });
  if (routes.signIn) addSignInRoutes(server, routes.signIn);
  if (routes.consoleFolder) await addConsoleRoutes(server, routes.consoleFolder);
  return server;
}

/** A server without routes: its limits, and how it answers errors. */
function createServer({ operations, reach, routes, timing }: WebServerOptions): FastifyInstance {
  const sendError = (reply: FastifyReply, cause: unknown): FastifyReply => {
    const { status, error } = toPublicError(cause, operations.formatError);
    if (status === 401) reply.header("www-authenticate", challengeFor(reply.request, cause));
    addRetryAfter(reply, status);
    return reply.code(status).send({ errors: [error] });
  };
  const server = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: timing.stalledMs ?? KEEP_ALIVE_MS,
    // During shutdown, requests on open connections are still answered.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    trustProxy: reach.trustProxy.length > 0 ? [...reach.trustProxy] : false,
    http: { shouldUpgradeCallback: isForWebSocket },
    clientErrorHandler: answerUnreadable,
    // The router cannot decode the path.
    frameworkErrors(_error, request, reply) {
      reply.headers(HEADERS_OF_UNROUTED);
      if (isScimAddress(request.url)) refuseScim(reply, 400);
      else if (isConsoleAddress(request.url)) reply.redirect(UNREADABLE_PAGE);
      else sendError(reply, UNREADABLE_PATH);
    },
  });
  server.setErrorHandler((error, _request, reply) => sendError(reply, error));
  server.setNotFoundHandler(({ url, method }, reply) => {
    if (!routes.scim || !isScimAddress(url)) return sendError(reply, NOT_FOUND);
    return refuseScim(reply, server.supportedMethods.includes(method) ? 404 : 501);
  });
  return server;
}

/**
 * Guards every route, even the one for unknown paths, unless the route's config opens it. It never compares
 * the text of a URL (D21).
 */
function guardHosts(server: FastifyInstance, reach: Reach): void {
  const isKnownHost = createIsKnownHost(reach);
  server.addHook("onRequest", async ({ raw, routeOptions }) => {
    if (routeOptions.config.anyHost) return;
    if (!hasReadableHost(raw)) throw UNREADABLE_HOST;
    if (!isKnownHost(raw)) throw MISDIRECTED;
  });
}

/** Only a client whose own credential is refused learns that it is invalid. */
const challengeFor = ({ headers }: FastifyRequest, cause: unknown): string =>
  headers.authorization !== undefined && cause !== GATEWAY_SECRET_REQUIRED.errors[0]
    ? `${CHALLENGE}, error="invalid_token"`
    : CHALLENGE;

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
const UNREADABLE_PATH = new HttpError(400, "The path of the request cannot be read.");
const UNREADABLE_HOST = new HttpError(
  400,
  "The Host header cannot be read. Send one, with a name or an address and perhaps a port.",
);
const MISDIRECTED = new HttpError(421);
