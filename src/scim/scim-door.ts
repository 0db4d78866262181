import type { Identify } from "../access/viewer.ts";
import { answerRequest, operationOf } from "./door/answer-request.ts";
import { checkDepth } from "./door/check-body.ts";
import type { ScimAnswer, ScimRequest } from "./door/scim-request.ts";
import type { OnUsersChanged } from "./users/user-changes.ts";

/** What the web server needs for SCIM: who sends a request, and the answer to it. */
export type ScimDoor = {
  /** Rejects with UNAUTHENTICATED, with the same text for every refused token, or with UNAVAILABLE. */
  readonly identify: Identify;
  /** A word for metrics and the log, which contains nothing that a client chose. */
  operationOf(method: string, path: readonly string[]): string;
  /** Rejects with a ScimError for whatever the client can correct. */
  answer(request: ScimRequest): Promise<ScimAnswer>;
};

export type ScimDoorOptions = {
  readonly identify: Identify;
  /** Is called after each write of users, in its transaction. */
  readonly onUsersChanged?: OnUsersChanged;
  readonly clock: () => Date;
};

export function createScimDoor(options: ScimDoorOptions): ScimDoor {
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
