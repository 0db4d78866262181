import { fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Reach } from "../../config/reach.ts";
import type { Operations } from "../operation/operations.ts";
import { createApollo, type KnownBody, statusFor } from "./apollo.ts";
import { signalWhenLeft } from "./client-left.ts";
import { presentedBy, type Sender } from "./connection-credential.ts";
import { sessionOf } from "./console-session.ts";
import type { EventStreams } from "./event-streams.ts";
import { encodeInPieces } from "./stringify-in-pieces.ts";

type GraphqlRouteOptions = {
  readonly operations: Operations;
  readonly eventStreams: EventStreams;
  readonly reach: Reach;
  /** The origin of the console, if people sign in there. */
  readonly ownOrigin: string | undefined;
};

/** Adds `/graphql`: event streams, GraphQL over HTTP, and the page to try queries. */
export async function addGraphqlRoute(server: FastifyInstance, options: GraphqlRouteOptions): Promise<void> {
  const { operations, eventStreams, reach, ownOrigin } = options;
  const { rest } = operations.graph.requests;
  const senders = identifySenders(operations, ownOrigin);
  const apollo = createApollo(operations);
  await apollo.start();
  // Fastify calls it after the last answer.
  server.addHook("onClose", () => apollo.stop());
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
      if (!reach.production && asksForPage(request)) return sendGraphiql(request, reply);
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
}

/** Identifies the sender of each request, and keeps the result as long as the request. */
function identifySenders({ identify, isGateway }: Operations, ownOrigin: string | undefined) {
  const known = new WeakMap<FastifyRequest, Sender>();
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

const WEAK = /^W\//;

/** Whether one of the tags in `If-None-Match` is this one; both forms of a tag count as equal (RFC 9110). */
function matches(given: string, etag: string): boolean {
  const tags = given.split(",").map((tag) => tag.trim().replace(WEAK, ""));
  return tags.includes("*") || tags.includes(etag.replace(WEAK, ""));
}

/**
 * The body of an answer, or 304 without one, if the client has the same answer already. Only answers with an
 * `ETag` are compared. Their media type follows `Accept`, so a cache keeps one for each.
 */
function answerIfChanged(request: FastifyRequest, reply: FastifyReply, body: unknown): unknown {
  const etag = reply.getHeader("etag");
  if (typeof etag !== "string" || reply.statusCode !== 200) return body;
  const vary = reply.getHeader("vary");
  reply.header("vary", vary === undefined ? "accept" : `${String(vary)}, accept`);
  const given = request.headers["if-none-match"];
  if (given === undefined || !matches(given, etag)) return body;
  return reply.code(304).removeHeader("content-type").removeHeader("content-length").send();
}

/** Whether a browser opens the address, rather than a program that queries the graph. */
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
