import type { Identify, Viewer } from "../../access/viewer.ts";
import { readBearer } from "../../identity/identify.ts";
import type { NoteAccepted } from "../../identity/note-accepted.ts";
import { Refusal, type RefusalReason, unauthenticated } from "../../identity/refusal.ts";
import { keepViewers, openTokens, type Tokens, type TokensDeps } from "../../identity/verify-token.ts";
import { SCIM_TOKEN_TEXTS } from "./issue-scim-token.ts";
import { findScimToken, recordScimUse } from "./scim-token.repository.ts";
import type { ScimToken } from "./scim-token.ts";

export const openScimTokens = (deps: TokensDeps): Tokens<ScimToken> =>
  openTokens<ScimToken>(deps, {
    tenantOf: SCIM_TOKEN_TEXTS.tenantOf,
    find: findScimToken,
    recordUse: recordScimUse,
  });

/**
 * Identifies an identity provider by its SCIM token. A token of the issuer or of a program is refused here.
 * So is a request without a token while `AUTH=off`: each write names the token that sent it.
 */
export function createIdentifyScim(
  verify: Tokens<ScimToken>["verify"],
  onRefused: (reason: RefusalReason) => void,
  onAccepted: NoteAccepted,
): Identify {
  const viewerOf = keepViewers(asViewer);
  return async ({ authorization }) => {
    try {
      const token = await verify(readBearer(authorization));
      if (!token) throw new Refusal("scim-token");
      const viewer = viewerOf(token);
      onAccepted(viewer);
      return viewer;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      onRefused(error.reason);
      throw unauthenticated();
    }
  };
}

/** Without a scope: it may read and write users and groups over SCIM, and nothing in the graph. */
const asViewer = ({ tenantId, id }: ScimToken): Viewer => ({
  tenantId,
  kind: "SCIM",
  subject: id,
  email: null,
  scopes: new Set(),
  expiresAt: null,
  authIsOff: false,
});
