import type { Viewer } from "../access/viewer.ts";
import { findServiceToken, recordUse } from "./service-token.repository.ts";
import type { ServiceToken } from "./service-token.ts";
import { tenantOfToken } from "./token-text.ts";
import { keepViewers, openTokens, type Tokens, type TokensDeps } from "./verify-token.ts";

/** Verifies service tokens: their viewers. */
export type ServiceTokens = Tokens<Viewer>;

export function openServiceTokens(deps: TokensDeps): ServiceTokens {
  const tokens = openTokens<ServiceToken>(deps, {
    tenantOf: tenantOfToken,
    find: findServiceToken,
    recordUse,
    hasEnded: ({ expiresAt }, now) => expiresAt !== null && expiresAt <= now,
  });
  const viewerOf = keepViewers(asViewer);
  return {
    async verify(text) {
      const token = await tokens.verify(text);
      return token && viewerOf(token);
    },
    forget: tokens.forget,
    [Symbol.asyncDispose]: () => tokens[Symbol.asyncDispose](),
  };
}

const asViewer = ({ tenantId, id, scopes, expiresAt }: ServiceToken): Viewer => ({
  tenantId,
  kind: "TOKEN",
  subject: id,
  email: null,
  scopes: new Set(scopes),
  expiresAt,
  authIsOff: false,
});
