import { type GraphQLSchema, OperationTypeNode } from "graphql";
import { ADMIN_SCOPE, SCOPES, type Scope } from "../../src/access/viewer.ts";
import { sendOverEventStream } from "../graphql/support/event-stream-client.ts";
import { sendOverSocket } from "../graphql/support/socket-client.ts";
import { type Pool, type RandomOperation, randomOperation } from "./random-operations.ts";

export type Transport = "HTTP" | "SSE" | "WebSocket";
export type RandomRequest = RandomOperation & {
  readonly transport: Transport;
  readonly scopes: readonly Scope[];
  /** Whether the token contains the address of a person who works there, so that `me` shows a record. */
  readonly hasOwnRecord: boolean;
  readonly isMutation: boolean;
};

type Options = {
  readonly schema: GraphQLSchema;
  readonly random: () => number;
  /** Values of both companies. */
  readonly pool: Pool;
  /** Values of the other company only, for administrators who change something. */
  readonly foreignPool: Pool;
};

/** With the ids of another company they change nothing. */
const MUTATIONS_OF_ADMINISTRATORS = [
  "approveSyncRun",
  "rejectSyncRun",
  "revokeServiceToken",
  "setFallbackApprover",
  "setOfficeTimeZone",
];

/** They lead to most of what is guarded, or by another way than the rest. */
const OFTEN = ["_entities", "lifecycleEvents", "me", "people"];
const OFTEN_TIMES = 4;

const STREAMED = 0.1;
const MUTATION = 0.08;
/** On a socket or a stream: the progress of a run, which ends by itself. */
const PROGRESS = 0.2;

/** Makes requests with random scopes, operations and arguments, one after another. */
export function createRandomRequests({ schema, random, pool, foreignPool }: Options): () => RandomRequest {
  const roll = (chance: number): boolean => random() < chance;
  const queries = Object.keys(schema.getQueryType()?.getFields() ?? {});
  const roots = [...queries, ...OFTEN.flatMap((name) => Array<string>(OFTEN_TIMES).fill(name))];
  return () => {
    const scopes = SCOPES.filter(() => roll(0.5));
    const transport = roll(STREAMED) ? "SSE" : roll(STREAMED) ? "WebSocket" : "HTTP";
    const isMutation = roll(MUTATION);
    const rest = { transport, scopes, hasOwnRecord: roll(0.5), isMutation } as const;
    const options = { schema, random, pool };
    if (isMutation) {
      const operation = OperationTypeNode.MUTATION;
      const harmless = { operation, roots: MUTATIONS_OF_ADMINISTRATORS, pool: foreignPool };
      const own = scopes.includes(ADMIN_SCOPE) ? harmless : { operation };
      return { ...rest, ...randomOperation({ ...options, ...own }) };
    }
    if (transport === "HTTP" || !roll(PROGRESS))
      return { ...rest, ...randomOperation({ ...options, roots }) };
    const progress = { operation: OperationTypeNode.SUBSCRIPTION, roots: ["syncRunProgress"] };
    for (;;) {
      const request = randomOperation({ ...options, ...progress });
      if (!neverEnds(request)) return { ...rest, ...request };
    }
  };
}

/** Without an id it follows each run of the company; `standing-streams.ts` does so. */
const neverEnds = ({ query }: RandomOperation): boolean => !query.includes("syncRunProgress(id:");

/** Sends the request, and returns everything that the client receives. */
export async function send(url: string, token: string, request: RandomRequest): Promise<string> {
  const { transport, query, variables } = request;
  const headers = { authorization: `Bearer ${token}` };
  if (transport === "HTTP") {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return `${JSON.stringify([...response.headers])}\n${await response.text()}`;
  }
  const answers =
    transport === "SSE"
      ? await sendOverEventStream(url, { query, variables }, { headers })
      : await sendOverSocket(url, { query, variables }, { headers });
  return JSON.stringify(answers);
}
