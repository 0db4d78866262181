import type { Viewer } from "../access/viewer.ts";
import { findServiceToken, recordUse } from "./service-token.repository.ts";
import type { ServiceToken } from "./service-token.ts";
import { tenantOfToken } from "./token-text.ts";
import { openTokens, type Tokens, type TokensDeps } from "./verify-token.ts";

/** Verifies service tokens: their viewers. */
export type ServiceTokens = Tokens<Viewer>;

export function openServiceTokens(deps: TokensDeps): ServiceTokens {
  const tokens = openTokens<ServiceToken>(deps, {
    tenantOf: tenantOfToken,
    find: findServiceToken,
    recordUse,
    hasEnded: ({ expiresAt }, now) => expiresAt !== null && expiresAt <= now,
  });
  // A token is kept for some seconds, and its viewer with it.
  const viewers = new WeakMap<ServiceToken, Viewer>();
  return {
    async verify(text) {
      const token = await tokens.verify(text);
      const viewer = token && (viewers.get(token) ?? viewerOf(token));
      if (token && viewer) viewers.set(token, viewer);
      return viewer;
    },
    forget: tokens.forget,
    [Symbol.asyncDispose]: () => tokens[Symbol.asyncDispose](),
  };
}

const viewerOf = ({ tenantId, id, scopes, expiresAt }: ServiceToken): Viewer => ({
  tenantId,
  kind: "TOKEN",
  subject: id,
  email: null,
  scopes: new Set(scopes),
  expiresAt,
  authIsOff: false,
});
