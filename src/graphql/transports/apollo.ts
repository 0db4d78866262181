import { ApolloServer, type ApolloServerPlugin, type GraphQLResponse, HeaderMap } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { type ExecutionResult, type GraphQLFormattedError, OperationTypeNode, parse } from "graphql";
import { badUserInput } from "../../errors.ts";
import { type AnswerText, textOf } from "../operation/answer-text.ts";
import { type FormatError, toGraphQLError } from "../operation/format-error.ts";
import { formatResult } from "../operation/format-result.ts";
import { GATEWAY_SECRET_REQUIRED } from "../operation/gateway-secret.ts";
import type { Operations } from "../operation/operations.ts";
import { QUERY_NOT_STORED } from "../operation/persisted-queries.ts";
import type { PreparedOperation, RefusedOperation } from "../operation/prepare-operation.ts";
import type { Rate } from "../operation/rate-limiter.ts";
import type { Sender } from "./connection-credential.ts";
import { CHALLENGE } from "./http-error.ts";
import { stringifyAnswer } from "./stringify-in-pieces.ts";

/** What Apollo passes to plugins with a request. */
type ApolloContext = Sender & { readonly left: AbortSignal; readonly knownBody: KnownBody };

/** Receives the bytes of an answer that are known already. The route sends them in place of Apollo's text. */
export type KnownBody = { bytes: Buffer | null };

export type Apollo = ApolloServer<ApolloContext>;

/**
 * Configures Apollo Server to implement GraphQL over HTTP only (methods, content types, parameters, CSRF).
 * The code that all transports share prepares and answers the operation. Apollo reports nothing to its cloud,
 * and adds nothing to answers.
 */
export function createApollo(operations: Operations): Apollo {
  const { schema, requests } = operations.graph;
  return new ApolloServer<ApolloContext>({
    schema,
    logger: operations.telemetry.log,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    documentStore: null,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (_formatted, error) => operations.formatError(error),
    stringifyResult: async (answer) =>
      `${await stringifyAnswer(answer, requests.rest, operations.formatError)}\n`,
    plugins: [
      answerOperations(operations),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}

/**
 * Answers operations in place of Apollo. Apollo does not parse a request that already has a document, and
 * does not execute one that a plugin answers.
 */
const answerOperations = ({
  limitRate,
  prepare,
  answers,
  formatError,
  telemetry: { trace },
}: Operations): ApolloServerPlugin<ApolloContext> => ({
  async requestDidStart({ request, contextValue: { viewer, isGateway, left, knownBody } }) {
    const { query, operationName, variables, extensions } = request;
    // Apollo refuses a request without an operation.
    if (!query && !extensions?.persistedQuery) return;
    const { refusal, headers } = await limitRate(viewer);
    const operation = refusal
      ? { errors: [toGraphQLError(refusal)] }
      : refuseSubscription(prepare({ query, operationName, variables, extensions }, viewer, isGateway));
    // The persisted query is resolved already, as in the other transports, so Apollo must not see it.
    request.query = "errors" in operation ? REFUSED_SOURCE : operation.source;
    if (extensions) request.extensions = { ...extensions, persistedQuery: undefined };
    return {
      async didResolveSource(requestContext) {
        const document = "errors" in operation ? REFUSED : operation.document;
        Object.assign(requestContext, { document } satisfies Partial<typeof requestContext>);
      },
      // Apollo itself refuses a mutation over GET.
      async didEncounterErrors({ response }) {
        for (const [name, value] of Object.entries(headers)) response.http.headers.set(name, value);
      },
      async responseForOperation() {
        if ("errors" in operation) return toResponse(operation, formatError, headers);
        const traceParent = request.http?.headers.get("traceparent");
        const result = await trace.continuing(traceParent, () => answers.answer(operation, viewer, left));
        const known = textOf(result);
        if (!known) return toResponse(result, formatError, headers);
        knownBody.bytes = known.bytes;
        return toKnownResponse(known, headers, request.http?.method === "GET");
      },
    };
  },
});

/** Clients ask each time whether their copy is still right: `answerIfChanged` compares the tags. */
const REVALIDATED = "private, no-cache";

function toKnownResponse(known: AnswerText, rateHeaders: Rate["headers"], isGet: boolean): GraphQLResponse {
  const headers = new HeaderMap(Object.entries(rateHeaders));
  if (isGet) headers.set("cache-control", REVALIDATED).set("etag", known.etag);
  return { http: { status: 200, headers }, body: { kind: "single", singleResult: { data: {} } } };
}

/** Replaces an operation that may not run, so that Apollo continues until the plugin answers with errors. */
const REFUSED_SOURCE = "{ __typename }";
const REFUSED = parse(REFUSED_SOURCE);

const refuseSubscription = (
  prepared: PreparedOperation | RefusedOperation,
): PreparedOperation | RefusedOperation =>
  "errors" in prepared || prepared.operation.operation !== OperationTypeNode.SUBSCRIPTION
    ? prepared
    : SUBSCRIPTION_REFUSED;

const SUBSCRIPTION_REFUSED: RefusedOperation = {
  errors: [
    toGraphQLError(
      badUserInput(
        "A subscription needs a transport that delivers more than one result.",
        "Subscribe at the same address over WebSocket, with the protocol graphql-transport-ws, or send " +
          "`accept: text/event-stream`.",
      ),
    ),
  ],
};

function toResponse(
  result: ExecutionResult,
  formatError: FormatError,
  rateHeaders: Rate["headers"],
): GraphQLResponse {
  const singleResult = formatResult(result, formatError);
  const status = result.data === undefined ? statusOfRefused(result, singleResult.errors ?? []) : 200;
  const headers = new HeaderMap(Object.entries(rateHeaders));
  if (status === NOT_STORED) headers.set("cache-control", "private, no-cache, must-revalidate");
  if (status === 401) headers.set("www-authenticate", CHALLENGE);
  return {
    http: { status: status === NOT_STORED ? 200 : status, headers },
    body: { kind: "single", singleResult },
  };
}

/** A placeholder for a refused operation, until Apollo has chosen the media type. See `statusFor`. */
const REFUSED_BY_GRAPHQL = 422;

/**
 * A placeholder for PersistedQueryNotFound. The client then sends the text, so no cache may keep this answer.
 */
const NOT_STORED = 0;

function statusOfRefused(result: ExecutionResult, [first]: readonly GraphQLFormattedError[]): number {
  // The transport is wrong, so the status does not depend on the media type.
  if (result === SUBSCRIPTION_REFUSED) return 400;
  if (result === GATEWAY_SECRET_REQUIRED) return 401;
  const code = String(first?.extensions?.code);
  if (code === QUERY_NOT_STORED.code) return NOT_STORED;
  if (code === "LIMIT_RATE") return 429;
  // These are errors of the request itself, so the status does not depend on the media type.
  return code === "BAD_REQUEST" || code.startsWith("LIMIT_") ? 400 : REFUSED_BY_GRAPHQL;
}

/**
 * GraphQL over HTTP: a refused operation is a 200 in `application/json`, because gateways read the errors of
 * no other status, and a 400 in `application/graphql-response+json`.
 */
export function statusFor(status: number, contentType: unknown): number {
  if (status !== REFUSED_BY_GRAPHQL) return status;
  return String(contentType).startsWith("application/graphql-response+json") ? 400 : 200;
}
