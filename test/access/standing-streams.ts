import { type GraphQLSchema, getNamedType, isLeafType, isObjectType } from "graphql";
import { SCOPES, type Scope } from "../../src/access/viewer.ts";
import { createEventStreamClient } from "../graphql/support/event-stream-client.ts";
import { createSocketClient } from "../graphql/support/socket-client.ts";
import type { RandomOperation } from "./random-operations.ts";

/** A subscription to all events or all runs of the company, by a viewer with these scopes. */
export type Stream = Disposable & {
  readonly scopes: readonly Scope[];
  readonly query: string;
  readonly variables?: RandomOperation["variables"];
  /** What has arrived: events, and the errors of one that may not begin. */
  readonly frames: readonly string[];
};

/** Every combination of scopes. */
export const SCOPE_SETS: readonly (readonly Scope[])[] = Array.from(
  { length: 2 ** SCOPES.length },
  (_, bits) => SCOPES.filter((_scope, index) => bits & (1 << index)),
);

type StreamsOptions = {
  readonly url: string;
  readonly token: string;
  readonly scopes: readonly Scope[];
  readonly schema: GraphQLSchema;
  /** Subscriptions with arguments, some of which receive nothing or end at once. */
  readonly drawn: readonly RandomOperation[];
};

/** Follows the events over an event stream and over a socket, and the runs over a socket. */
export function openStreams({ url, token, scopes, schema, drawn }: StreamsOptions): {
  readonly plain: Stream[];
  readonly drawn: Stream[];
} {
  const headers = { authorization: `Bearer ${token}` };
  const events = `subscription { lifecycleEvent { ${leavesOf(schema, "LifecycleEvent")} person { ${leavesOf(schema, "Person")} } } }`;
  const runs = `subscription { syncRunProgress { ${leavesOf(schema, "SyncRun")} } }`;
  const eventStreams = createEventStreamClient(url, headers);
  const sockets = createSocketClient(url, headers);
  const open = (
    client: typeof sockets | typeof eventStreams,
    { query, variables }: Partial<RandomOperation> & { readonly query: string },
  ): Stream => {
    const frames: string[] = [];
    const end = client.subscribe(
      { query, ...(variables && { variables }) },
      {
        next: (frame) => void frames.push(JSON.stringify(frame)),
        error: (error) => void frames.push(JSON.stringify(error)),
        complete: () => undefined,
      },
    );
    const close = (): void => {
      end();
      void client.dispose();
    };
    return { scopes, query, ...(variables && { variables }), frames, [Symbol.dispose]: close };
  };
  return {
    plain: [
      open(eventStreams, { query: events }),
      open(sockets, { query: events }),
      open(sockets, { query: runs }),
    ],
    drawn: drawn.map((operation) => open(eventStreams, operation)),
  };
}

/** The fields of a type that have no fields themselves. */
function leavesOf(schema: GraphQLSchema, name: string): string {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is not an object type.`);
  const fields = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)));
  return fields.map((field) => field.name).join(" ");
}
