import type { Credential, Identify, Viewer } from "../../access/viewer.ts";
import { ActionableError } from "../../errors.ts";
import type { ClientTiming } from "./client-timing.ts";

/** A connection outlives its token by at most this much. One sweep of ten thousand takes a millisecond. */
const SWEEP_MS = 1_000;

/** Half of the minute within which a revoked token must have no effect (E7). */
const RECHECK_MS = 30_000;

/** Each recheck may need a database connection, and a process has ten for all requests. */
const RECHECKS_AT_ONCE = 4;

/** Why a connection ends, for the client; at most 100 bytes, because it is part of a close frame. */
export type EndReason = "token expired" | "token no longer accepted" | "scopes changed";

export type ViewerLifetimes = Disposable & {
  /** Calls `end` once, as soon as the viewer's rights end. Returns a function that stops watching. */
  watch(viewer: Viewer, credential: Credential, end: (reason: EndReason) => void): () => void;
};

type Watched = { readonly viewer: Viewer; readonly end: (reason: EndReason) => void };

/** The connections of one service token, or of one session, which are checked together. */
type SharedToken = {
  readonly credential: Credential;
  readonly connections: Set<Watched>;
  dueAt: number | null;
};

/**
 * Ends sockets and event streams together with the rights of their viewers. That is when the token expires,
 * when it is revoked (E7), and when its scopes change. Clients reconnect with their cursor.
 *
 * A token of an issuer contains its scopes and cannot be revoked, so only its expiry is watched. A service
 * token and a session are rows, so they are identified again every half minute. One sweep serves all
 * connections: a timer for each would cost more memory, and overflows after 24 days.
 */
export function watchViewerLifetimes(
  identify: Identify,
  { sweepMs = SWEEP_MS, recheckMs = RECHECK_MS, readNow = () => new Date() }: ClientTiming = {},
): ViewerLifetimes {
  const expiring = new Set<Watched>();
  const tokens = new Map<string, SharedToken>();
  let isChecking = false;

  const sweep = (): void => {
    const now = readNow().getTime();
    for (const { viewer, end } of expiring)
      if (viewer.expiresAt && viewer.expiresAt.getTime() <= now) end("token expired");
    const due = takeDueTokens(tokens, now, recheckMs);
    // While the database is slow, the next round waits, so that checks do not pile up.
    if (isChecking || due.length === 0) return;
    isChecking = true;
    void Promise.all(Array.from({ length: RECHECKS_AT_ONCE }, () => recheckAll(due))).finally(() => {
      isChecking = false;
    });
  };
  const recheckAll = async (due: SharedToken[]): Promise<void> => {
    for (let next = due.pop(); next; next = due.pop()) await recheck(next);
  };
  const recheck = async ({ credential, connections }: SharedToken): Promise<void> => {
    const current = await identify(credential).catch(viewerUnlessRefused);
    if (current === undefined) return;
    for (const { viewer, end } of connections) {
      if (current === null) end("token no longer accepted");
      else if (!hasSameRights(viewer, current)) end("scopes changed");
    }
  };
  const timer = setInterval(sweep, sweepMs);

  return {
    // No closure here may use the credential: it would stay in memory as long as the connection.
    watch(viewer, credential, end) {
      const watched: Watched = {
        viewer,
        end(reason) {
          stop();
          end(reason);
        },
      };
      if (viewer.expiresAt) expiring.add(watched);
      const leave = isRow(viewer, credential) ? joinToken(tokens, credential, watched) : undefined;
      const stop = (): void => {
        expiring.delete(watched);
        leave?.();
      };
      return stop;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

const isRow = ({ kind }: Viewer, { authorization, session }: Credential): boolean =>
  kind === "TOKEN" || (!authorization && session !== undefined);

/** Adds a connection to those with its token or session. Returns a function that removes it. */
function joinToken(
  tokens: Map<string, SharedToken>,
  { authorization, session }: Credential,
  watched: Watched,
): () => void {
  // A stream in a forgotten window must not keep its session from ending.
  const credential = { authorization, session: session && { ...session, isRecheck: true } };
  const key = authorization || (session?.cookie ?? "");
  const token = tokens.get(key) ?? { credential, connections: new Set<Watched>(), dueAt: null };
  tokens.set(key, token);
  token.connections.add(watched);
  return () => {
    token.connections.delete(watched);
    if (token.connections.size === 0 && tokens.get(key) === token) tokens.delete(key);
  };
}

/** The tokens whose recheck is due. The first sweep that sees a token schedules its first recheck. */
function takeDueTokens(tokens: Map<string, SharedToken>, now: number, recheckMs: number): SharedToken[] {
  return [...tokens.values()].filter((token) => {
    const isDue = token.dueAt !== null && token.dueAt <= now;
    if (isDue || token.dueAt === null) token.dueAt = now + recheckMs;
    return isDue;
  });
}

/** Null for a refusal; undefined for any other failure, such as an unavailable database: nothing ends. */
function viewerUnlessRefused(error: unknown): null | undefined {
  const isRefusal =
    error instanceof ActionableError && (error.code === "UNAUTHENTICATED" || error.code === "FORBIDDEN");
  return isRefusal ? null : undefined;
}

const hasSameRights = (before: Viewer, now: Viewer): boolean =>
  before.tenantId === now.tenantId &&
  before.subject === now.subject &&
  before.scopes.size === now.scopes.size &&
  [...before.scopes].every((scope) => now.scopes.has(scope));
