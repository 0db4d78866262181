import type { Identify } from "../access/viewer.ts";
import { answerRequest, operationOf } from "./requests/answer-request.ts";
import type { ScimAnswer, ScimRequest } from "./requests/scim-request.ts";
import { invalidSyntax } from "./scim-error.ts";
import type { OnUsersChanged } from "./users/user-changes.ts";

/** What the web server needs for SCIM: who sends a request, and the answer to it. */
export type ScimHandler = {
  /** Rejects with UNAUTHENTICATED, with the same text for every refused token, or with UNAVAILABLE. */
  readonly identify: Identify;
  /** A word for metrics and the log, which contains nothing that a client chose. */
  operationOf(method: string, path: readonly string[]): string;
  /** Rejects with a ScimError for whatever the client can correct. */
  answer(request: ScimRequest): Promise<ScimAnswer>;
};

export type ScimHandlerOptions = {
  readonly identify: Identify;
  /** Is called after each write of users, in its transaction. */
  readonly onUsersChanged?: OnUsersChanged;
  readonly clock: () => Date;
};

export function createScimHandler(options: ScimHandlerOptions): ScimHandler {
  const { identify, onUsersChanged = async () => undefined, clock } = options;
  return {
    identify,
    operationOf,
    async answer(request) {
      checkDepth(request.body);
      return answerRequest(request, { onUsersChanged, clock });
    },
  };
}

/** A value of an operation nests four levels deep. */
const JSON_DEPTH_MAX = 16;

/** Refuses JSON that nests too deeply for functions that follow it. Not recursive itself. */
function checkDepth(body: unknown): void {
  let level = isHolder(body) ? [body] : [];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= JSON_DEPTH_MAX)
      throw invalidSyntax(`The body nests more than ${JSON_DEPTH_MAX} levels deep.`);
    level = holdersIn(level);
  }
}

/** Loops, because `flatMap` takes four times as long as the parser on a body of 1 MiB. */
function holdersIn(level: readonly object[]): object[] {
  const found: object[] = [];
  for (const holder of level) {
    const values: readonly unknown[] = Array.isArray(holder) ? holder : Object.values(holder);
    for (const value of values) if (isHolder(value)) found.push(value);
  }
  return found;
}

const isHolder = (value: unknown): value is object => typeof value === "object" && value !== null;
