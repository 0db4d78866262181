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
  let level: readonly unknown[] = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > JSON_DEPTH_MAX)
      throw invalidSyntax(`The body nests more than ${JSON_DEPTH_MAX} levels deep.`);
    level = level
      .filter((value) => typeof value === "object" && value !== null)
      .flatMap((value) => Object.values(value as object));
  }
}
