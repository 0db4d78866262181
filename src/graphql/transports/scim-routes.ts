import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Viewer } from "../../access/viewer.ts";
import type { Reach } from "../../config/reach.ts";
import { createLogOnce } from "../../log.ts";
import { errorBody, ScimError, type ScimType } from "../../scim/scim-error.ts";
import type { ScimHandler } from "../../scim/scim-handler.ts";
import type { Graph } from "../context.ts";
import type { FormatError } from "../operation/format-error.ts";
import type { Telemetry } from "../operation/observe-operation.ts";
import type { Operations } from "../operation/operations.ts";
import { presentedBy } from "./connection-credential.ts";
import { addRetryAfter, CHALLENGE, HttpError, statusOfCode } from "./http-error.ts";
import { encodeInPieces, stringifyInPieces } from "./stringify-in-pieces.ts";

type ScimRoutesOptions = {
  readonly handler: ScimHandler;
  /** Shared with the graph: connections of the database, rates, errors, and where requests are recorded. */
  readonly operations: Pick<Operations, "limitRate" | "formatError" | "telemetry"> & {
    readonly graph: Pick<Graph, "requests">;
  };
  readonly reach: Pick<Reach, "publicUrl">;
};

const BASE_PATH = "/scim/v2";
const CONTENT_TYPE = "application/scim+json; charset=utf-8";

/** Of a request with a valid token. */
type Known = { readonly viewer: Viewer; readonly operation: string; readonly startedAt: number };

/**
 * Adds the routes of identity providers. The guards of every route hold here too: host, size, time, security
 * headers. The token is checked and the request counted before its body is read.
 */
export function addScimRoutes(server: FastifyInstance, options: ScimRoutesOptions): void {
  const { handler, operations } = options;
  const { limitRate, formatError, telemetry } = operations;
  const known = new WeakMap<FastifyRequest, Known>();
  const refuse = { formatError, logOnce: createLogOnce(telemetry.log) };
  server.register(
    async (routes) => {
      readScimBodies(routes);
      routes.setErrorHandler((error, request, reply) => sendError(reply, error, refuse, known.get(request)));
      routes.addHook("onResponse", async (request, reply) => record(reply, telemetry, known.get(request)));
      // An administrator also tries the address that the identity provider was given.
      for (const url of ["", "/*"])
        routes.route<{ Params: { "*"?: string }; Querystring: Record<string, unknown> }>({
          method: routes.supportedMethods,
          url,
          async onRequest(request, reply) {
            const viewer = await handler.identify(presentedBy(request.raw));
            const operation = handler.operationOf(request.method, partsOf(request));
            known.set(request, { viewer, operation, startedAt: performance.now() });
            const { headers, refusal } = await limitRate(viewer);
            reply.headers(headers);
            if (refusal) throw refusal;
            checkCoding(request.headers["content-encoding"]);
          },
          async handler(request, reply) {
            const sender = known.get(request);
            if (!sender) throw new Error("Every SCIM request has a sender.");
            return answer(request, reply, options, sender);
          },
        });
    },
    { prefix: BASE_PATH },
  );
}

/** RFC 9110, section 15.5.16: `accept-encoding` shows that the service reads only uncompressed bodies. */
function checkCoding(coding: string | undefined): void {
  if (coding === undefined || /^\s*(identity)?\s*$/i.test(coding)) return;
  throw new ScimError(415, null, "Send the body without compression.", { "accept-encoding": "identity" });
}

/** JSON with a key `__proto__` is refused. Okta names a content type also where it sends no body. */
function readScimBodies(routes: FastifyInstance): void {
  const parse = routes.getDefaultJsonParser("error", "error");
  routes.removeAllContentTypeParsers();
  routes.addContentTypeParser<string>(
    ["application/scim+json", "application/json"],
    { parseAs: "string" },
    (request, body, done) => (body === "" ? done(null) : parse(request, body, done)),
  );
}

/** Entra ID joins addresses with one slash too many. */
const partsOf = (request: FastifyRequest<{ Params: { "*"?: string } }>): string[] =>
  (request.params["*"] ?? "").split("/").filter((part) => part !== "");

async function answer(
  request: FastifyRequest<{ Params: { "*"?: string }; Querystring: Record<string, unknown> }>,
  reply: FastifyReply,
  { handler, operations: { graph, telemetry }, reach }: ScimRoutesOptions,
  { viewer, operation }: Known,
): Promise<FastifyReply> {
  const { method, query, headers, body } = request;
  const opened = graph.requests.open(viewer);
  const { read, write } = opened.context;
  try {
    const {
      status,
      headers: own = {},
      body: content,
    } = await telemetry.trace.span("scim.request", { "scim.operation": operation }, () =>
      handler.answer({
        method,
        path: partsOf(request),
        query,
        ifMatch: headers["if-match"],
        ifNoneMatch: headers["if-none-match"],
        body,
        baseUrl: baseUrlOf(request, reach.publicUrl),
        viewer,
        read,
        write,
      }),
    );
    reply.code(status).headers(own);
    if (content === null) return reply.send();
    const { rest } = graph.requests;
    return reply.type(CONTENT_TYPE).send(await encodeInPieces(await stringifyInPieces(content, rest), rest));
  } finally {
    opened.close();
  }
}

/** Without PUBLIC_URL, the address that the client used: the guard has checked its host. */
const baseUrlOf = ({ protocol, host }: FastifyRequest, publicUrl: string | undefined): string =>
  `${publicUrl?.replace(/\/+$/, "") ?? `${protocol}://${host}`}${BASE_PATH}`;

/** Errors of Fastify before the handler, by status. */
const REFUSALS: Readonly<Record<number, { readonly type: ScimType | null; readonly detail: string }>> = {
  400: {
    type: "invalidSyntax",
    detail: "The request cannot be read: the body must be JSON, without __proto__.",
  },
  413: { type: null, detail: "The body is larger than 1 MiB." },
  415: { type: null, detail: "Send the body as application/scim+json." },
  421: { type: null, detail: "Unknown Host header. Name the host in PUBLIC_URL or ALLOWED_HOSTS." },
};

/** For an address that cannot be routed, its text decides only the form of the answer. */
export const isScimAddress = (url: string): boolean => /^\/+scim\/+v2(?![^/?])/.test(url);

/** Answers a request that has no route: a path that is not a URL, another method, or one slash too many. */
export const refuseScim = (reply: FastifyReply, status: keyof typeof UNROUTED): FastifyReply =>
  reply
    .code(status)
    .type(CONTENT_TYPE)
    .send(JSON.stringify(errorBody(status, UNROUTED[status])));

const UNROUTED = {
  400: "The address cannot be read.",
  404: "There is no such address. The base URL is the service's address and /scim/v2, with one slash each.",
  501: "SCIM has the methods GET, POST, PUT, PATCH and DELETE.",
} as const;

type Refuse = { readonly formatError: FormatError; readonly logOnce: ReturnType<typeof createLogOnce> };

function sendError(
  reply: FastifyReply,
  error: unknown,
  { formatError, logOnce }: Refuse,
  known: Known | undefined,
): FastifyReply {
  const { status, type, detail } = describe(error, formatError);
  if (status === 401) reply.header("www-authenticate", `${CHALLENGE}, error="invalid_token"`);
  addRetryAfter(reply, status);
  if (error instanceof ScimError) reply.headers(error.headers);
  if (known) {
    const { viewer, operation } = known;
    logOnce({ tenantId: viewer.tenantId, operation, status, scimType: type }, "scim request refused");
  }
  return reply
    .code(status)
    .type(CONTENT_TYPE)
    .send(JSON.stringify(errorBody(status, detail, type)));
}

function describe(
  error: unknown,
  formatError: FormatError,
): { readonly status: number; readonly type: ScimType | null; readonly detail: string } {
  if (error instanceof ScimError)
    return { status: error.status, type: error.scimType, detail: error.message };
  if (error instanceof HttpError && error.answer)
    return { status: error.statusCode, type: null, detail: error.answer };
  const status = statusOf(error);
  const refusal = status === null ? undefined : REFUSALS[status];
  if (status !== null && refusal) return { status, ...refusal };
  // An internal error is logged under an id, which the message contains.
  const { message, extensions } = formatError(error);
  const help = typeof extensions?.help === "string" ? ` ${extensions.help}` : "";
  return { status: statusOfCode(extensions?.code), type: null, detail: `${message}${help}` };
}

const statusOf = (error: unknown): number | null =>
  error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : null;

function record({ statusCode }: FastifyReply, { metrics }: Telemetry, known: Known | undefined): void {
  if (!known) return;
  const seconds = (performance.now() - known.startedAt) / 1_000;
  metrics.scimAnswered({ operation: known.operation, status: statusCode, seconds });
}
