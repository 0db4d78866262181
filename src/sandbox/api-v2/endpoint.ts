import type { Rights, RightV2 } from "../admin.ts";
import { bearerOf } from "../api/account.ts";
import type { Answer } from "../api/answer.ts";
import type { FakePersonio } from "../api/personio.ts";
import { problemOf } from "../api/problem.ts";
import type { ApiRequest } from "../api/request.ts";

export type Scope = "personio:persons:read" | "personio:webhooks:read" | "personio:webhooks:write";

/** The right and scope that an endpoint needs. */
export type Requirements = {
  readonly right: RightV2;
  /** VERIFY(personio): no scope is named for the endpoints of the organisation, so they have none here. */
  readonly scope?: Scope;
  /** Whether the endpoint was once limited to early users. */
  readonly wasBeta?: boolean;
};

/** A request with the ids in its path: of the person or resource, and of its child. */
export type Call = ApiRequest & { readonly id: string; readonly innerId: string };

export type Endpoint = Requirements & { answer(personio: FakePersonio, call: Call): Answer };

/** The scopes of a token that was not narrowed. */
export const grantedScopes = ({ persons, employments, webhooks }: Rights): readonly string[] => [
  ...(persons || employments ? ["personio:persons:read"] : []),
  ...(webhooks ? ["personio:webhooks:read", "personio:webhooks:write"] : []),
];

/** The response that denies access; null when access is allowed. */
export function denyAccess({ account, settings }: FakePersonio, request: ApiRequest, needs: Requirements) {
  const { path, authorization, beta } = request;
  const { betaHeader, refusals } = settings.v2;
  const deny = (status: number): Answer => problemOf(status, path);
  if (needs.wasBeta && betaHeader === "needed" && beta !== "true") return deny(404);
  const token = account.findToken(bearerOf(authorization) ?? "");
  if (!token) return deny(401);
  if (!account.rights[needs.right]) return deny(refusals[needs.right]);
  return needs.scope && token.scopes && !token.scopes.includes(needs.scope) ? deny(403) : null;
}
