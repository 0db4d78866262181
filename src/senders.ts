import type { AuthConfig } from "./config/auth.ts";
import { createNoteAccepted } from "./identity/note-accepted.ts";
import { openIdentity } from "./identity/open-identity.ts";
import { createOpenTenant } from "./identity/open-tenant.ts";
import { deleteWhenEnded } from "./identity/sessions/ended-sessions.job.ts";
import { openSessions } from "./identity/sessions/open-sessions.ts";
import { openSignIn } from "./identity/sign-in/sign-in.ts";
import { openServiceTokens } from "./identity/verify-service-token.ts";
import { normalizeEmail } from "./people/email-address.ts";
import { createIdentifyScim, openScimTokens } from "./scim/tokens/identify-scim.ts";
import type { SyncDeps } from "./sync/sync-deps.ts";

/**
 * Who may send requests: users of the issuer and of the console, programs with service tokens, and identity
 * providers.
 */
export async function openSenders(auth: AuthConfig, deps: SyncDeps) {
  await using opening = new AsyncDisposableStack();
  const openTenant = createOpenTenant(deps);
  const config = auth.mode === "off" ? undefined : auth.signIn;
  const sessions =
    config && opening.use(openSessions({ ...deps, deleteWhenEnded: deleteWhenEnded(deps.queue) }));
  const signIn =
    sessions && opening.use(openSignIn({ ...deps, config, sessions, openTenant, normalizeEmail }));
  const tokens = opening.use(openServiceTokens(deps));
  const scimTokens = opening.use(openScimTokens(deps));
  const options = { ...deps, auth, verifyServiceToken: tokens.verify, normalizeEmail, openTenant };
  const { identify } = opening.use(await openIdentity({ ...options, verifySession: sessions?.verify }));
  const opened = opening.move();
  return {
    identify,
    signIn,
    forgetServiceToken: tokens.forget,
    identifyScim: createIdentifyScim(
      scimTokens.verify,
      deps.metrics.tokenRefused,
      createNoteAccepted(deps.log),
    ),
    forgetScimToken: scimTokens.forget,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

export type Senders = Awaited<ReturnType<typeof openSenders>>;
