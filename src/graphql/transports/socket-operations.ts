import {
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  OperationTypeNode,
} from "graphql";
import type { Viewer } from "../../access/viewer.ts";
import { ActionableError } from "../../errors.ts";
import { checkSubscriptionSize } from "../operation/check-subscription-size.ts";
import { toGraphQLError } from "../operation/format-error.ts";
import { formatResult, type Result } from "../operation/format-result.ts";
import { mapEvents } from "../operation/map-events.ts";
import type { Operations } from "../operation/operations.ts";
import type { PreparedOperation } from "../operation/prepare-operation.ts";
import type { Sender } from "./connection-credential.ts";
import type { Protocol, SocketConnection } from "./graphql-ws-adapter.ts";
import { stringifyAnswer, stringifyIfShort } from "./stringify-in-pieces.ts";

/** Running operations on one socket: a gateway may send those of all its clients over one (H2). */
const OPERATIONS_PER_SOCKET_MAX = 1_000;

/**
 * Prepares and answers operations as HTTP does; graphql-ws only handles the protocol. The sender of a socket
 * is the sender of all its operations.
 */
export function createSocketOperations(
  { graph, limitRate, prepare, answers, formatError }: Operations,
  senders: WeakMap<object, Sender>,
): Pick<Protocol, "onSubscribe" | "execute" | "subscribe" | "onNext" | "onError"> {
  const preparedBy = new WeakMap<ExecutionArgs, readonly [PreparedOperation, Viewer]>();
  const getPrepared = (args: ExecutionArgs): readonly [PreparedOperation, Viewer] => {
    const prepared = preparedBy.get(args);
    if (!prepared) throw new Error("An operation must be prepared before it runs.");
    return prepared;
  };

  const { rest } = graph.requests;
  // Ten thousand subscribers share the answer to an event, and each further step takes a tenth of a second.
  const short = new WeakMap<Result, FormattedExecutionResult>();
  const long = new WeakMap<Result, Promise<string>>();
  const sendLong = async (socket: SocketConnection, id: string, result: Result) => {
    const known = long.get(result);
    const text = known ?? stringifyAnswer(formatResult(result, formatError), rest, formatError);
    long.set(result, text);
    return socket.sendAnswer(id, await text, rest);
  };

  return {
    onSubscribe: async ({ subscriptions, extra: { socket, messageBytes } }, _id, payload) => {
      const { query, operationName, variables, extensions } = payload;
      if (Object.keys(subscriptions).length > OPERATIONS_PER_SOCKET_MAX) return [TOO_MANY_OPERATIONS];
      const sender = senders.get(socket);
      if (!sender) throw new Error("Every socket has a sender.");
      const { viewer, isGateway } = sender;
      try {
        const { refusal } = await limitRate(viewer);
        if (refusal) return [toGraphQLError(refusal)];
        const prepared = prepare({ query, operationName, variables, extensions }, viewer, isGateway);
        if ("errors" in prepared) return prepared.errors;
        if (prepared.operation.operation === OperationTypeNode.SUBSCRIPTION)
          checkSubscriptionSize(messageBytes);
        // The library keeps the payload until the operation ends, and needs no field of it.
        Object.assign(payload, { query: prepared.source, variables: undefined, extensions: undefined });
        const args = {
          schema: graph.schema,
          document: prepared.document,
          operationName: prepared.operationName,
        };
        preparedBy.set(args, [prepared, viewer]);
        return args;
      } catch (error) {
        return [asGraphQLError(error)];
      }
    },
    // An operation that fails must not end its socket: graphql-ws would print the error and close with 4500
    // (D23).
    execute(args) {
      const [prepared, viewer] = getPrepared(args);
      const left = new AbortController();
      const answer = () => answers.answer(prepared, viewer, left.signal).catch(toFailedResult);
      // When the client completes the operation or leaves, the library ends generators, but not promises.
      return mapEvents(once(), answer, () => left.abort("the client left"));
    },
    subscribe: (args) => answers.subscribe(...getPrepared(args)).catch(toFailedResult),
    // The library makes the text of any answer at once, so it gets only short ones that others have received.
    onNext({ extra }, id, _payload, _args, result) {
      const known = short.get(result);
      if (known) return known;
      if (long.has(result)) return sendLong(extra, id, result);
      const formatted = formatResult(result, formatError);
      const text = stringifyIfShort(formatted);
      if (text === null) return sendLong(extra, id, result);
      short.set(result, formatted);
      return extra.sendAnswer(id, text, rest);
    },
    onError: (_context, _id, _payload, errors) => errors.map(formatError),
  };
}

async function* once(): AsyncGenerator<null> {
  yield null;
}

function asGraphQLError(error: unknown): GraphQLError {
  const cause = error instanceof Error ? error : new Error("an operation failed", { cause: error });
  return new GraphQLError(cause.message, { originalError: cause });
}

const toFailedResult = (error: unknown): ExecutionResult => ({ errors: [asGraphQLError(error)] });

const TOO_MANY_OPERATIONS = toGraphQLError(
  new ActionableError(
    "TOO_MANY_SUBSCRIPTIONS",
    `More than ${OPERATIONS_PER_SOCKET_MAX} operations are running on this socket.`,
    "Complete one that you no longer need, or open another socket.",
  ),
);
