import {
  administratorOfDefault,
  type Identify,
  type PresentedSession,
  type Viewer,
} from "../access/viewer.ts";
import type { NoteAccepted } from "./note-accepted.ts";
import { Refusal, type RefusalReason, unauthenticated } from "./refusal.ts";

/** Access tokens have one or two KB. It is checked before anything else looks at a token. */
export const TOKEN_BYTES_MAX = 8_192;

/** Service tokens begin so; a token of an issuer never does, because it begins with `{` in base64. */
const SERVICE_TOKEN_PREFIX = "people_";

/** RFC 6750. The scheme has no case; the token has no spaces. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/** So many characters may stand around a token. */
const HEADER_EXTRA_MAX = 64;

export type IdentifyOptions = {
  /** Null if no issuer is configured. Rejects with a Refusal. */
  readonly verifyIssuerToken: ((token: string) => Promise<Viewer>) | null;
  /** The viewer of a service token; null if it is unknown, revoked or expired. */
  readonly verifyServiceToken: (token: string) => Promise<Viewer | null>;
  /** The viewer of a session of the console; null if it has ended. Without it, no cookie counts. */
  readonly verifySession?: ((cookie: string, isUse: boolean) => Promise<Viewer | null>) | undefined;
  /**
   * Creates the tenant of an administrator who is the first of the company. Rejects with FORBIDDEN if the
   * tenant does not exist and the viewer may not create it.
   */
  readonly openTenant: (viewer: Viewer) => Promise<void>;
  readonly onRefused: (reason: RefusalReason) => void;
  /** Is called for each token that is accepted. A session of the console is noted when it begins. */
  readonly onAccepted: NoteAccepted;
};

export const identifyAdministrator: Identify = async () => administratorOfDefault;

/** Identifies by bearer tokens, the service's own and those of the issuer, and by sessions of the console. */
export function createIdentify(options: IdentifyOptions): Identify {
  return async ({ authorization, session }) => {
    try {
      if (!authorization && session && options.verifySession)
        return await identifySession(session, options.verifySession);
      const token = readBearer(authorization);
      const viewer = await (token.startsWith(SERVICE_TOKEN_PREFIX)
        ? identifyService(token, options)
        : identifyUser(token, options));
      options.onAccepted(viewer);
      return viewer;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      options.onRefused(error.reason);
      throw unauthenticated();
    }
  };
}

async function identifyService(token: string, { verifyServiceToken }: IdentifyOptions): Promise<Viewer> {
  const viewer = await verifyServiceToken(token);
  if (viewer === null) throw new Refusal("service-token");
  return viewer;
}

async function identifySession(
  { cookie, isOwnPage, isRecheck = false }: PresentedSession,
  verify: NonNullable<IdentifyOptions["verifySession"]>,
): Promise<Viewer> {
  if (!isOwnPage) throw new Refusal("session-guard");
  const viewer = await verify(cookie, !isRecheck);
  if (viewer === null) throw new Refusal("session");
  return viewer;
}

async function identifyUser(token: string, options: IdentifyOptions): Promise<Viewer> {
  if (options.verifyIssuerToken === null) throw new Refusal("no-issuer");
  const viewer = await options.verifyIssuerToken(token);
  await options.openTenant(viewer);
  return viewer;
}

/** @throws Refusal */
export function readBearer(authorization: string | undefined): string {
  if (authorization === undefined || authorization === "") throw new Refusal("missing");
  if (authorization.length > TOKEN_BYTES_MAX + HEADER_EXTRA_MAX) throw new Refusal("too-large");
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw new Refusal("malformed");
  if (token.length > TOKEN_BYTES_MAX) throw new Refusal("too-large");
  return token;
}
