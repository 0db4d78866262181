import { createHash } from "node:crypto";
import { type GraphQLSchema, OperationTypeNode } from "graphql";
import { ADMIN_SCOPE, SCOPES, type Scope } from "../../src/access/viewer.ts";
import { sendOverEventStream } from "../graphql/support/event-stream-client.ts";
import { sendOverSocket } from "../graphql/support/socket-client.ts";
import { type Pool, pick, type RandomOperation, randomOperation } from "./random-operations.ts";

/** `APQ`: only its hash, then with its text, then its hash again. */
export const TRANSPORTS = ["HTTP", "GET", "APQ", "SSE", "WebSocket"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** A token of the issuer, a service token, or a session of the console. */
export const CREDENTIALS = ["issuer", "service token", "session"] as const;
export type Credential = (typeof CREDENTIALS)[number];

export type RandomRequest = RandomOperation & {
  readonly transport: Transport;
  readonly credential: Credential;
  readonly scopes: readonly Scope[];
  /** Whether the credential has the address of a person who works there, so that `me` shows a record. */
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
  /** Without mutations and repetitions, for credentials with more scopes than the requests have. */
  readonly isReadOnly?: boolean;
};

/** With the ids of another company they change nothing. */
const MUTATIONS_OF_ADMINISTRATORS = [
  "approveSyncRun",
  "endOwnSessions",
  "endSessions",
  "rejectSyncRun",
  "revokeScimToken",
  "revokeServiceToken",
  "setFallbackApprover",
  "setOfficeTimeZone",
];

/** They lead to most of what is guarded, or by another way than the rest. */
const OFTEN = ["_entities", "lifecycleEvents", "me", "people"];
const OFTEN_TIMES = 4;

const MUTATION = 0.08;
/** On a socket or a stream: the progress of a run, which ends by itself. */
const PROGRESS = 0.2;
/** The operation of another viewer again, whose answer the service may have kept. */
const REPEATED = 0.25;
const RECENT_MAX = 12;
/** A variable of another type, so that the answer is about the request. */
const WRONG = 0.05;
const WRONG_VALUES = [{ id: "a" }, ["a", {}], "no value", 1e15, -1, "\u0000", { __typename: "Person" }];

/** Makes requests with random scopes, operations and arguments, one after another. */
export function createRandomRequests(given: Options): () => RandomRequest {
  const { schema, random, pool, foreignPool, isReadOnly = false } = given;
  const roll = (chance: number): boolean => random() < chance;
  const queries = Object.keys(schema.getQueryType()?.getFields() ?? {});
  const often = OFTEN.flatMap((name) => Array<string>(OFTEN_TIMES).fill(name));
  const nextRoot = createDeck([...queries, ...often], random);
  const options = { schema, random, pool };

  const mutation = (isAdministrator: boolean): RandomOperation => {
    const operation = OperationTypeNode.MUTATION;
    const harmless = { roots: MUTATIONS_OF_ADMINISTRATORS, pool: foreignPool, hasAllArguments: true };
    return randomOperation({ ...options, operation, ...(isAdministrator && harmless) });
  };
  const progress = (): RandomOperation => {
    const operation = OperationTypeNode.SUBSCRIPTION;
    for (;;) {
      const request = randomOperation({ ...options, operation, roots: ["syncRunProgress"] });
      if (!neverEnds(request)) return request;
    }
  };

  const recent: RandomOperation[] = [];
  const query = (): RandomOperation => {
    if (!isReadOnly && recent.length > 0 && roll(REPEATED)) return pick(recent, random);
    const operation = randomOperation({ ...options, roots: [nextRoot()] });
    recent.push(operation);
    if (recent.length > RECENT_MAX) recent.shift();
    return operation;
  };

  return () => {
    const scopes = SCOPES.filter(() => roll(0.5));
    const isMutation = roll(MUTATION) && !isReadOnly;
    const transport = drawTransport(isMutation, random);
    const credential = drawCredential(transport, scopes, random);
    const hasOwnRecord = credential !== "service token" && roll(0.5);
    const isStreamed = transport === "SSE" || transport === "WebSocket";
    const operation = isMutation
      ? mutation(scopes.includes(ADMIN_SCOPE))
      : isStreamed && roll(PROGRESS)
        ? progress()
        : query();
    const isWrong = !isMutation && roll(WRONG);
    const variables = isWrong ? spoil(operation.variables, random) : operation.variables;
    return { transport, credential, scopes, hasOwnRecord, isMutation, query: operation.query, variables };
  };
}

/** Every card before any of them comes again: so even a short run asks for each root field. */
function createDeck(cards: readonly string[], random: () => number): () => string {
  let left: string[] = [];
  return () => {
    if (left.length === 0) left = [...cards];
    const card = pick(left, random);
    left.splice(left.indexOf(card), 1);
    return card;
  };
}

/** GET changes nothing, so mutations have other transports. */
const drawTransport = (isMutation: boolean, random: () => number): Transport =>
  random() < 0.6 ? "HTTP" : pick(isMutation ? ["HTTP", "SSE", "WebSocket"] : TRANSPORTS, random);

/** A cookie counts only with what the console sends: JSON in a body. A service token has a scope. */
const drawCredential = (transport: Transport, scopes: readonly Scope[], random: () => number): Credential => {
  const drawn = pick(CREDENTIALS, random);
  if (drawn === "session") return transport === "HTTP" || transport === "SSE" ? drawn : "issuer";
  return scopes.length > 0 ? drawn : "issuer";
};

function spoil(variables: RandomOperation["variables"], random: () => number): RandomOperation["variables"] {
  const names = Object.keys(variables);
  if (names.length === 0) return variables;
  return { ...variables, [pick(names, random)]: pick(WRONG_VALUES, random) };
}

/** Without an id it follows each run of the company; `standing-streams.ts` does so. */
const neverEnds = ({ query }: RandomOperation): boolean => !query.includes("syncRunProgress(id:");

/** Sends the request, and returns everything that the client receives. */
export async function send(
  url: string,
  headers: Readonly<Record<string, string>>,
  request: RandomRequest,
): Promise<string> {
  const { transport, query, variables } = request;
  if (transport === "SSE")
    return JSON.stringify(await sendOverEventStream(url, { query, variables }, { headers }));
  if (transport === "WebSocket")
    return JSON.stringify(await sendOverSocket(url, { query, variables }, { headers }));
  if (transport === "GET") {
    const address = new URL(`${url}/graphql`);
    address.searchParams.set("query", query);
    address.searchParams.set("variables", JSON.stringify(variables));
    return receive(await fetch(address, { headers: { ...headers, "apollo-require-preflight": "true" } }));
  }
  const post = async (body: object): Promise<string> =>
    receive(
      await fetch(`${url}/graphql`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
  if (transport === "HTTP") return post({ query, variables });
  const sha256Hash = createHash("sha256").update(query).digest("hex");
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const received: string[] = [];
  for (const text of [{}, { query }, {}]) received.push(await post({ ...text, variables, extensions }));
  return received.join("\n");
}

const receive = async (response: Response): Promise<string> =>
  `${JSON.stringify([...response.headers])}\n${await response.text()}`;

/** The data in what a client has received. */
export const dataIn = (received: string): unknown[] =>
  received
    .split("\n")
    .flatMap((line): unknown[] => {
      try {
        return [JSON.parse(line)].flat();
      } catch {
        return [];
      }
    })
    .flatMap((answer) =>
      typeof answer === "object" && answer !== null && "data" in answer ? [answer.data] : [],
    );
