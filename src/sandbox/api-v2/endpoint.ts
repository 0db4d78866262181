import type { Rights, RightV2 } from "../admin.ts";
import { bearerOf } from "../api/account.ts";
import type { Answer } from "../api/answer.ts";
import type { FakePersonio } from "../api/personio.ts";
import { problemOf } from "../api/problem.ts";
import type { ApiRequest } from "../api/request.ts";

export type Scope = "personio:persons:read" | "personio:webhooks:read" | "personio:webhooks:write";

/** What an endpoint asks of a credential and its token. */
export type Requirements = {
  readonly right: RightV2;
  /** VERIFY(personio): no scope is named for the endpoints of the organisation, so they have none here. */
  readonly scope?: Scope;
  /** Whether the endpoint was once open to early users only. */
  readonly wasBeta?: boolean;
};

/** A request with the ids in its path: of the person or thing, and of what belongs to it. */
export type Call = ApiRequest & { readonly id: string; readonly innerId: string };

export type Endpoint = Requirements & { answer(personio: FakePersonio, call: Call): Answer };

/** The scopes of a token that nobody narrowed. */
export const grantedScopes = ({ persons, employments, webhooks }: Rights): readonly string[] => [
  ...(persons || employments ? ["personio:persons:read"] : []),
  ...(webhooks ? ["personio:webhooks:read", "personio:webhooks:write"] : []),
];

/** The answer to somebody who may not come in; null for who may. */
export function refuse({ account, settings }: FakePersonio, request: ApiRequest, needs: Requirements) {
  const { path, authorization, beta } = request;
  const { betaHeader, refusals } = settings.v2;
  const say = (status: number): Answer => problemOf(status, path);
  if (needs.wasBeta && betaHeader === "needed" && beta !== "true") return say(404);
  const token = account.findToken(bearerOf(authorization) ?? "");
  if (!token) return say(401);
  if (!account.rights[needs.right]) return say(refusals[needs.right]);
  return needs.scope && token.scopes && !token.scopes.includes(needs.scope) ? say(403) : null;
}
