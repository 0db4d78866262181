import { CloseCode } from "graphql-ws";
import type { WebSocket } from "ws";
import type { Operations } from "../operation/operations.ts";
import type { Presented, Sender } from "./connection-credential.ts";
import { type ConnectionLimits, createConnectionLimiter } from "./connection-limiter.ts";
import type { ViewerLifetimes } from "./viewer-lifetimes.ts";

type ConnectOptions = {
  readonly operations: Operations;
  readonly lifetimes: ViewerLifetimes;
  readonly limits: ConnectionLimits;
};

/**
 * Identifies the sender of a socket, counts the socket, and closes it when the rights of its viewer end.
 * Returns null for a refused socket, which it closes.
 *
 * A refused credential closes with 4403, as the protocol recommends. Clients of graphql-ws then connect again
 * with a new token, whereas 4401 and 4429 are final for them.
 */
export function createConnect({ operations, lifetimes, limits }: ConnectOptions) {
  const admit = createConnectionLimiter(limits);

  return async (socket: WebSocket, presented: Presented): Promise<Sender | null> => {
    const credential = { authorization: presented.authorization };
    const identified = operations.identify(credential);
    const viewer = await identified.catch((error: unknown) => refuse(socket, operations.formatError(error)));
    if (viewer === null || socket.readyState !== socket.OPEN) return null;
    const admission = admit(viewer);
    if ("exceeded" in admission) {
      socket.close(CloseCode.TooManyInitialisationRequests, `Too many sockets of one ${admission.exceeded}`);
      return null;
    }
    const stopWatching = lifetimes.watch(viewer, credential, (reason) =>
      socket.close(CloseCode.Forbidden, `Forbidden: ${reason}`),
    );
    // Not `once`: see `graphql-ws-adapter.ts`.
    socket.on("close", () => {
      admission.release();
      stopWatching();
    });
    return { viewer, isGateway: operations.isGateway(presented.gatewaySecret) };
  };
}

/** "Try again later" of RFC 6455. */
const TRY_AGAIN_LATER = 1013;

const CLOSES: ReadonlyMap<unknown, readonly [number, string]> = new Map([
  ["UNAUTHENTICATED", [CloseCode.Forbidden, "Forbidden: token missing or not accepted"]],
  [
    "FORBIDDEN",
    [CloseCode.Forbidden, "Forbidden: unknown company. The first request of an administrator creates it"],
  ],
  ["UNAVAILABLE", [TRY_AGAIN_LATER, "Try again later"]],
]);

const INTERNAL_ERROR = [CloseCode.InternalServerError, "Internal server error"] as const;

function refuse(socket: WebSocket, { extensions }: { extensions?: Record<string, unknown> }): null {
  socket.close(...(CLOSES.get(extensions?.code) ?? INTERNAL_ERROR));
  return null;
}
