import { type Viewer, viewerInLog } from "../../access/viewer.ts";
import type { AuthConfig } from "../../config/auth.ts";
import type { SecretKey } from "../../config/secret-keys.ts";
import type { Logger } from "../../log.ts";
import { type Claims, type NormalizeEmail, readViewer } from "../issuer/read-claims.ts";
import type { OpenTenant } from "../open-tenant.ts";
import type { Sessions } from "../sessions/open-sessions.ts";
import { openOidcClient } from "./oidc-client.ts";
import { readReturnTo } from "./read-return-to.ts";
import { createReportFailure, type SignInFailure } from "./report-failure.ts";
import { SignInProblem } from "./sign-in-problem.ts";
import { createTransactions } from "./transaction.ts";

/** Where the identity provider sends the browser back. Operators register this address there. */
export const RETURN_PATH = "/console/signed-in";

/** Where it sends the browser back after a sign-out. Operators register this address, too. */
export const SIGNED_OUT_PATH = "/console/signed-out";

/** How the console signs people in: what the routes need. Nothing here rejects. */
export type SignIn = AsyncDisposable & {
  /** The origin of the console. Only its pages may use a session. */
  readonly origin: string;
  begin(start: SignInStart): Promise<SignInStep>;
  /** `query` is the text behind the question mark, as it came. */
  finish(returned: { readonly query: string; readonly transaction: string | null }): Promise<SignInStep>;
  /**
   * Ends the session of a cookie, whichever page it is from. Where the session at the identity provider ends,
   * too, the address to which the browser goes for that; else null.
   */
  end(session: string): Promise<string | null>;
};

export type SignInStart = {
  readonly returnTo: unknown;
  /** Whether the identity provider asks for the password again, so that another person can sign in. */
  readonly asksAgain: boolean;
  /** The cookie of the session that the browser has. */
  readonly session: string | null;
};

/** Where the browser goes next, and which of our cookies it keeps. */
export type SignInStep =
  | { readonly location: string; readonly transaction: string }
  | { readonly location: string; readonly session: string }
  | { readonly problem: SignInFailure };

export type SignInOptions = {
  readonly config: NonNullable<Extract<AuthConfig, { mode: "jwt" }>["signIn"]>;
  readonly secretKeys: readonly SecretKey[];
  readonly sessions: Sessions;
  readonly openTenant: OpenTenant;
  readonly normalizeEmail: NormalizeEmail;
  readonly clock: () => Date;
  readonly metrics: { signInEnded(result: string): void };
  readonly log: Logger;
};

export function openSignIn(options: SignInOptions): SignIn {
  const { config, secretKeys, sessions, openTenant, clock, metrics, log } = options;
  const { origin } = config;
  const client = openOidcClient(config, `${origin}${RETURN_PATH}`);
  const transactions = createTransactions(secretKeys);

  const reportFailure = createReportFailure(options);
  const fail = (error: unknown, returnTo: string): SignInStep => ({
    problem: reportFailure(error, returnTo),
  });

  return {
    origin,
    async begin({ returnTo: given, asksAgain, session }) {
      const returnTo = readReturnTo(given);
      try {
        const { cookie, ...transaction } = transactions.begin({ returnTo, replaced: session }, clock());
        const address = await client.begin(transaction, { asksAgain });
        return { location: address.href, transaction: cookie };
      } catch (error) {
        return fail(error, returnTo);
      }
    },
    async finish({ query, transaction: cookie }) {
      const transaction = cookie === null ? null : transactions.open(cookie, clock());
      const returnTo = transaction?.returnTo ?? readReturnTo(undefined);
      try {
        const returned = new URL(`${origin}${RETURN_PATH}?${query}`);
        if (!transaction || returned.searchParams.get("state") !== transaction.state)
          throw new SignInProblem("SIGN_IN_EXPIRED", "state");
        const { claims, idToken } = await client.finish(returned, transaction);
        const viewer = viewerOf(claims, options);
        await openTenant(viewer);
        const replaced = transaction.replaced === null ? null : sessions.keyOf(transaction.replaced);
        const session = await sessions.begin(viewer, replaced, config.endsAtProvider ? idToken : null);
        metrics.signInEnded("signed-in");
        log.info(viewerInLog(viewer), "signed in");
        return { location: returnTo, session: session.cookie };
      } catch (error) {
        return fail(error, returnTo);
      }
    },
    async end(session) {
      const key = sessions.keyOf(session);
      if (!key) return null;
      const idToken = await sessions.end(key);
      log.info({ tenantId: key.tenantId }, "signed out");
      if (idToken === null || !config.endsAtProvider) return null;
      // The session here has ended, whatever the identity provider does.
      const address = await client.endAddress(idToken, `${origin}${SIGNED_OUT_PATH}`).catch(() => null);
      return address?.href ?? null;
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** @throws SignInProblem if the claims identify no viewer with a right. */
function viewerOf(claims: Claims, { config, normalizeEmail }: SignInOptions): Viewer {
  const viewer = readViewer(claims, config, normalizeEmail);
  if (viewer === "tenant") throw new SignInProblem("SIGN_IN_FORBIDDEN", "tenant");
  if (typeof viewer === "string") throw new SignInProblem("SIGN_IN_FAILED", "claims");
  if (viewer.scopes.size === 0) throw new SignInProblem("SIGN_IN_FORBIDDEN", "scopes");
  return viewer;
}
