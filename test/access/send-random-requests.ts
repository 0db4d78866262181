import { type GraphQLSchema, parse } from "graphql";
import { ADMIN_SCOPE } from "../../src/access/viewer.ts";
import { createDice } from "../kill/dice.ts";
import { answeredFields } from "./answered-fields.ts";
import type { Checks, Hit } from "./checks.ts";
import { type Coverage, createCoverage } from "./coverage.ts";
import type { Pool } from "./random-operations.ts";
import {
  type Credential,
  createRandomRequests,
  dataIn,
  type RandomRequest,
  send,
  type Transport,
} from "./random-requests.ts";
import { forbiddenFields } from "./scope-table.ts";
import type { Headers } from "./two-companies.ts";

const LANES = 4;

export type Outcome = {
  readonly hits: Hit[];
  readonly codes: Record<string, number>;
  readonly transports: Partial<Record<Transport, number>>;
  readonly credentials: Partial<Record<Credential, number>>;
  readonly coverage: Coverage;
  /** Answers that no request may get. */
  readonly wrong: string[];
};

export type Sending = {
  readonly schema: GraphQLSchema;
  readonly requests: number;
  readonly seed: number;
  readonly url: string;
  readonly checks: Checks;
  /** Values of both companies, and only of the other one. */
  readonly pool: Pool;
  readonly foreignPool: Pool;
  readonly isReadOnly?: boolean;
  /** The credential of a request. */
  readonly headersOf: (request: RandomRequest) => Promise<Headers>;
};

/** Sends random requests, a few at a time, and checks what they receive. */
export async function sendRandomRequests(sending: Sending): Promise<Outcome> {
  const { schema, url, headersOf, seed, checks, ...rest } = sending;
  const coverage = createCoverage(schema);
  const outcome: Outcome = { hits: [], codes: {}, transports: {}, credentials: {}, coverage, wrong: [] };
  const next = createRandomRequests({ schema, random: createDice(seed), ...rest });
  let left = sending.requests;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const request = next();
      const received = await send(url, await headersOf(request), request).catch(describeFailure);
      outcome.hits.push(...checks.find(received, request));
      const document = parse(request.query);
      const answered = answeredFields(schema, document, dataIn(received));
      coverage.note(document, request, answered);
      for (const coordinate of forbiddenFields(answered, request.scopes))
        outcome.hits.push({
          place: "the table of scopes",
          form: coordinate,
          context: JSON.stringify(request),
        });
      judge(received, request, outcome);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return outcome;
}

const FAILED = "failed: ";
const describeFailure = (error: unknown): string => `${FAILED}${error} ${JSON.stringify(error)}`;

const count = <Name extends string>(counts: Partial<Record<Name, number>>, name: Name): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

function judge(received: string, request: RandomRequest, outcome: Outcome): void {
  const { codes, transports, credentials, wrong } = outcome;
  count(transports, request.transport);
  count(credentials, request.credential);
  const found = new Set([...received.matchAll(/"code":"([A-Z_]+)"/g)].map(([, code = ""]) => code));
  for (const code of found.size === 0 ? ["none"] : found) count(codes, code);
  const mayChange = request.scopes.includes(ADMIN_SCOPE) || request.query.includes("endOwnSessions");
  // What costs too much is refused before its rules are read; a busy machine exceeds timeouts of the service.
  const isRefused = ["FORBIDDEN", "LIMIT_COST", "UNAVAILABLE"].some((code) => found.has(code));
  const isBroken =
    received.startsWith(FAILED) ||
    found.has("UNAUTHENTICATED") ||
    found.has("INTERNAL_SERVER_ERROR") ||
    found.has("GRAPHQL_VALIDATION_FAILED");
  if (isBroken || (request.isMutation && !mayChange && !isRefused))
    wrong.push(`${JSON.stringify(request)} ${received}`);
}
