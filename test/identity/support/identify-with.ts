import { createLocalJWKSet, type JWTVerifyGetKey } from "jose";
import type { Identify, Viewer } from "../../../src/access/viewer.ts";
import { createIdentify, type IdentifyOptions } from "../../../src/identity/identify.ts";
import type { ClaimRules } from "../../../src/identity/issuer/read-claims.ts";
import { createVerifyIssuerToken } from "../../../src/identity/issuer/verify-issuer-token.ts";
import { normalizeEmail } from "../../../src/people/email-address.ts";
import { AUDIENCE, ISSUER, type TestIssuer } from "./test-issuer.ts";

export const DEFAULT_RULES: ClaimRules = { tenant: { claim: "tenant" }, scopeClaim: "scope", roles: null };

export type Identified = {
  readonly identify: Identify;
  /** The reasons of refusals, in order. */
  readonly reasons: readonly string[];
  /** What a bearer token answers: a viewer, or the error of the caller. */
  present(token: string): Promise<Viewer>;
};

type Options = Partial<IdentifyOptions> & {
  readonly rules?: Partial<ClaimRules>;
  readonly clock?: () => Date;
  readonly audiences?: readonly string[];
};

/** Identification by the keys of one issuer, without a server. */
export function identifyWith(issuer: TestIssuer | JWTVerifyGetKey, options: Options = {}): Identified {
  const reasons: string[] = [];
  const identify = createIdentify({
    verifyIssuerToken: createVerifyIssuerToken({
      issuer: ISSUER,
      audiences: options.audiences ?? [AUDIENCE],
      rules: { ...DEFAULT_RULES, ...options.rules },
      getKey: typeof issuer === "function" ? issuer : createLocalJWKSet(issuer.keySet),
      normalizeEmail,
      clock: options.clock ?? (() => new Date()),
    }),
    verifyServiceToken: async () => null,
    openTenant: async () => undefined,
    onRefused: (reason) => reasons.push(reason),
    onAccepted: () => undefined,
    ...options,
  });
  return { identify, reasons, present: (token) => identify({ authorization: `Bearer ${token}` }) };
}
