import { ApolloServer, type ApolloServerPlugin, type GraphQLResponse, HeaderMap } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { type ExecutionResult, OperationTypeNode, parse } from "graphql";
import type { Viewer } from "../../access/viewer.ts";
import { badUserInput } from "../../errors.ts";
import { type FormatError, toGraphQLError } from "../operation/format-error.ts";
import { formatResult } from "../operation/format-result.ts";
import type { Operations } from "../operation/operations.ts";
import type { PreparedOperation, RefusedOperation } from "../operation/prepare-operation.ts";

/** What Apollo is told of a request. */
type Asked = { readonly viewer: Viewer };

export type Apollo = ApolloServer<Asked>;

/**
 * Apollo Server as we use it: it speaks GraphQL over HTTP (methods, content types, parameters, CSRF), and leaves the operation
 * itself to the code that WebSockets use too. Nothing is sent to Apollo, and nothing is added to answers.
 */
export function createApollo(operations: Operations): Apollo {
  return new ApolloServer<Asked>({
    schema: operations.schema,
    logger: operations.log,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    documentStore: null,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (_formatted, error) => operations.formatError(error),
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

/** Apollo parses and validates what has no document yet, and asks plugins for an answer before it executes: we give both. */
const answerOperations = ({
  prepare,
  answers,
  formatError,
  trace,
}: Operations): ApolloServerPlugin<Asked> => ({
  async requestDidStart() {
    let operation: PreparedOperation | RefusedOperation;
    return {
      async didResolveSource(requestContext) {
        const { operationName, variables } = requestContext.request;
        operation = refuseSubscription(prepare({ query: requestContext.source, operationName, variables }));
        const document = "errors" in operation ? REFUSED : operation.document;
        Object.assign(requestContext, { document } satisfies Partial<typeof requestContext>);
      },
      async responseForOperation({ request, contextValue: { viewer } }) {
        if ("errors" in operation) return toResponse(operation, formatError);
        const prepared = operation;
        const traceParent = request.http?.headers.get("traceparent");
        const result = await trace.continuing(traceParent, () => answers.answer(prepared, viewer));
        return toResponse(result, formatError);
      },
    };
  },
});

/** Stands for an operation that may not run, until Apollo asks for its answer. */
const REFUSED = parse("{ __typename }");

function refuseSubscription(
  prepared: PreparedOperation | RefusedOperation,
): PreparedOperation | RefusedOperation {
  if ("errors" in prepared || prepared.operation.operation !== OperationTypeNode.SUBSCRIPTION)
    return prepared;
  const help =
    "Subscribe at the same address over WebSocket, with the protocol graphql-transport-ws, or send `accept: text/event-stream`.";
  return { errors: [toGraphQLError(badUserInput("A subscription has more than one answer.", help))] };
}

function toResponse(result: ExecutionResult, formatError: FormatError): GraphQLResponse {
  return {
    // An answer without `data` is one to a request that could not be run as it was.
    http: { status: result.data === undefined ? 400 : 200, headers: new HeaderMap() },
    body: { kind: "single", singleResult: formatResult(result, formatError) },
  };
}
