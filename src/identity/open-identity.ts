import type { Identify } from "../access/viewer.ts";
import type { AuthConfig } from "../config/auth.ts";
import type { Logger } from "../log.ts";
import { createIdentify, type IdentifyOptions, identifyAdministrator } from "./identify.ts";
import { openIssuer } from "./issuer/open-issuer.ts";
import type { NormalizeEmail } from "./issuer/read-claims.ts";
import { createNoteAccepted } from "./note-accepted.ts";
import type { RefusalReason } from "./refusal.ts";

export type IdentityOptions = Pick<IdentifyOptions, "verifyServiceToken" | "verifySession" | "openTenant"> & {
  readonly auth: AuthConfig;
  readonly normalizeEmail: NormalizeEmail;
  readonly metrics: { tokenRefused(reason: RefusalReason): void };
  readonly log: Logger;
};

/** How the service identifies senders, and what it keeps open for that. */
export type Identity = AsyncDisposable & { readonly identify: Identify };

/** Opens what `AUTH` requires. @throws StartError if the issuer's key file is unusable. */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { auth, verifyServiceToken, verifySession, openTenant, metrics, log } = options;
  if (auth.mode === "off")
    return { identify: identifyAdministrator, [Symbol.asyncDispose]: async () => undefined };
  const issuer = auth.issuer && (await openIssuer(auth.issuer, options));
  return {
    identify: createIdentify({
      verifyIssuerToken: issuer?.verify ?? null,
      verifyServiceToken,
      verifySession,
      openTenant,
      onAccepted: createNoteAccepted(log),
      onRefused(reason) {
        metrics.tokenRefused(reason);
        log.debug({ reason }, "credential refused");
      },
    }),
    [Symbol.asyncDispose]: async () => issuer?.[Symbol.asyncDispose](),
  };
}
