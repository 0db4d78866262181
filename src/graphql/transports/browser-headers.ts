import { constants } from "node:zlib";
import compress from "@fastify/compress";
import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";
import type { Reach } from "../../config/reach.ts";
import { originsOf } from "./cross-origin.ts";

/** Answers contain data of one viewer, so no cache may keep or share them. */
const PRIVATE = "private, no-store";

/** For an answer before routing, such as that of a path that is not a URL: Fastify runs no hooks for it. */
export const HEADERS_OF_UNROUTED = { "cache-control": PRIVATE, "x-content-type-options": "nosniff" };

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * Adds the headers that browsers obey to every answer, also to errors and event streams. Call it before the
 * first route: the plugins see only routes that come later.
 */
export async function addBrowserHeaders(server: FastifyInstance, reach: Reach): Promise<void> {
  await server.register(helmet, securityHeaders(reach.publicUrl));
  server.addHook("onRequest", async (_request, reply) => {
    reply.header("cache-control", PRIVATE);
  });
}

/** No answer is a document, so nothing may be loaded or framed. GraphiQL's page has a policy of its own. */
const securityHeaders = (publicUrl: string | undefined) => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      baseUri: ["'none'"],
      objectSrc: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  frameguard: { action: "deny" as const },
  // The proxy ends TLS. Only an https address of ours is proof that this host has it, and only for this host.
  hsts: publicUrl?.startsWith("https:") ? { maxAge: YEAR_SECONDS, includeSubDomains: false } : false,
  // For browsers and plugins that no longer exist.
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  originAgentCluster: false,
});

/** Headers that GraphQL clients send: of Apollo, Hive, event streams and traces. */
const ALLOWED_HEADERS = [
  "authorization",
  "content-type",
  "last-event-id",
  "apollo-require-preflight",
  "x-apollo-operation-name",
  "apollographql-client-name",
  "apollographql-client-version",
  "graphql-client-name",
  "graphql-client-version",
  "traceparent",
  "tracestate",
];

const EXPOSED_HEADERS = ["retry-after", "ratelimit", "ratelimit-policy", "www-authenticate"];

/** The longest time for which Chrome keeps the answer to a preflight. */
const PREFLIGHT_SECONDS = 7_200;

/**
 * Lets pages of the allowed origins read answers (CORS). Their scripts send the token themselves, so cookies
 * and other credentials of the browser stay out. A preflight has no token, and is answered before any check
 * of one.
 */
export async function allowOrigins(server: FastifyInstance, reach: Reach): Promise<void> {
  const origins = originsOf(reach);
  if (origins.size === 0) return;
  await server.register(cors, {
    origin: (origin, callback) =>
      callback(null, origin !== undefined && origins.has(origin) ? origin : false),
    methods: ["GET", "POST"],
    allowedHeaders: ALLOWED_HEADERS,
    exposedHeaders: EXPOSED_HEADERS,
    credentials: false,
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false,
  });
}

/** A smaller answer fits into one packet, compressed or not. */
const COMPRESSED_BYTES_MIN = 1_024;

/**
 * A page of 50 people shrinks from 24.5 to 9.3 KB in 0.12 ms of CPU. The default levels (6 and 4) need up to
 * twice as long for 3 % less.
 */
const GZIP_LEVEL = 3;
const BROTLI_QUALITY = 2;

/** Larger answers are compressed on another thread. For a page, a stream costs as much as compressing it. */
const COMPRESSED_AT_ONCE_BYTES_MAX = 32_768;

/** Compresses JSON, and GraphiQL's page. Never an event stream: a compressor would hold events back. */
export async function compressAnswers(server: FastifyInstance): Promise<void> {
  await server.register(compress, {
    // A compressed body of a request is refused: it could expand to any size.
    globalDecompression: false,
    // Not zstd: the plugin would pass it the options of gzip.
    encodings: ["br", "gzip"],
    threshold: COMPRESSED_BYTES_MIN,
    syncThreshold: COMPRESSED_AT_ONCE_BYTES_MAX,
    customTypes: /^(application\/((graphql-response|scim)\+)?json|text\/html)(;|$)/,
    zlibOptions: { level: GZIP_LEVEL },
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
  });
}
