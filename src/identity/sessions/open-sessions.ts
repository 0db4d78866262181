import type { DataSource, EntityManager } from "typeorm";
import type { Viewer } from "../../access/viewer.ts";
import type { SecretKey } from "../../config/secret-keys.ts";
import { inTenant } from "../../database/transaction.ts";
import { ActionableError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { takeTurns } from "../../request/take-turns.ts";
import { createLastUseRecorder } from "../record-last-use.ts";
import { createSealedTexts } from "../sealed-texts.ts";
import {
  deleteEndedSessions,
  deleteSession,
  findSession,
  insertSession,
  moveIdleEnd,
} from "./console-session.repository.ts";
import type { ConsoleSession } from "./console-session.ts";
import { createSessionCookies, type SessionKey } from "./session-cookie.ts";

/** A working day. Then the browser goes to the identity provider again, which usually asks for nothing. */
export const SESSION_MS = 8 * 3_600_000;

/** So long a computer may stand unattended, without a request from the console. */
export const IDLE_MS = 3_600_000;

/** The last use is stored at most once in this time: a busy session would otherwise be a hot row. */
export const IDLE_STORED_EVERY_MS = 60_000;

/** Browsers of one user. With one more, the oldest session ends. */
export const SESSIONS_PER_USER_MAX = 20;

/** The address of a sign-out contains it, and servers refuse addresses that are much longer. */
const ID_TOKEN_LENGTH_MAX = 6_000;

/** A process has ten connections for all requests. Those of one user must leave most of them. */
const LOOKUPS = { atOnce: 4, queue: { max: 1_000, fullError: () => tooBusy() } };

/** The people who are signed in at the console. */
export type Sessions = AsyncDisposable & {
  /**
   * Begins a session of the viewer, whose company exists. `replaced` is the session that the browser had, and
   * `idToken` is for the sign-out at the identity provider.
   */
  begin(
    viewer: Viewer,
    replaced: SessionKey | null,
    idToken?: string | null,
  ): Promise<{ readonly cookie: string }>;
  /**
   * The viewer of a cookie; null for any other text, and after the end. Rejects with UNAVAILABLE if the
   * database cannot answer. `isUse`: whether a person did something, or the service only looks.
   */
  verify(cookie: string, isUse: boolean): Promise<Viewer | null>;
  /** The key of a genuine cookie, whether its session has ended or not. */
  keyOf(cookie: string): SessionKey | null;
  /** @returns the ID token with which the session began, if it has one. */
  end(key: SessionKey): Promise<string | null>;
};

export type SessionsDeps = {
  readonly dataSource: DataSource;
  readonly secretKeys: readonly SecretKey[];
  readonly log: Logger;
  /** The time by which sessions end. */
  readonly clock: () => Date;
  /** Has the sessions of the company deleted that have ended by then. */
  readonly deleteWhenEnded: (manager: EntityManager, tenantId: string, lifeMs: number) => Promise<void>;
};

/** A session is read in each request, so it ends on every replica at once. */
export function openSessions(deps: SessionsDeps): Sessions {
  const { dataSource, secretKeys, log, clock, deleteWhenEnded } = deps;
  const cookies = createSessionCookies(secretKeys);
  const inTurn = takeTurns(LOOKUPS);
  const lastUse = createLastUseRecorder({
    dataSource,
    log,
    recordUse: (manager, hash, usedAt) =>
      moveIdleEnd(manager, Buffer.from(hash, "base64"), after(usedAt, IDLE_MS)),
  });
  const idTokens = createSealedTexts(secretKeys, "ID tokens");
  const end = async ({ tenantId, idHash }: SessionKey): Promise<string | null> => {
    // A browser may sign out as often as it likes, and no rate limit counts that.
    const sealed = await inTurn(() =>
      inTenant(dataSource, tenantId, (manager) => deleteSession(manager, idHash)),
    );
    return sealed === null ? null : idTokens.open(sealed);
  };

  return {
    async begin(viewer, replaced, idToken = null) {
      const { tenantId, idHash, cookie } = cookies.make(viewer.tenantId);
      const now = clock();
      const isKept = idToken !== null && idToken.length <= ID_TOKEN_LENGTH_MAX;
      const sealedIdToken = isKept ? idTokens.seal(idToken) : null;
      const session = { ...sessionOf(viewer, idHash, now), sealedIdToken };
      await inTenant(dataSource, tenantId, async (manager: EntityManager) => {
        await deleteEndedSessions(manager, now);
        await insertSession(manager, session, SESSIONS_PER_USER_MAX);
        await deleteWhenEnded(manager, tenantId, SESSION_MS);
      });
      if (replaced) await end(replaced);
      return { cookie };
    },
    async verify(cookie, isUse) {
      const key = cookies.open(cookie);
      if (!key) return null;
      const session = await inTurn(() => findSession(dataSource, key.tenantId, key.idHash));
      const now = clock();
      if (!session || session.expiresAt <= now || session.idleUntil <= now) return null;
      if (isUse && after(now, IDLE_MS - IDLE_STORED_EVERY_MS) >= session.idleUntil)
        lastUse.record({ tenantId: key.tenantId, tokenId: key.idHash.toString("base64"), usedAt: now });
      return viewerOf(session);
    },
    keyOf: cookies.open,
    end,
    [Symbol.asyncDispose]: () => lastUse[Symbol.asyncDispose](),
  };
}

const after = (date: Date, ms: number): Date => new Date(date.getTime() + ms);

const sessionOf = (
  { subject, email, scopes }: Viewer,
  idHash: Buffer,
  now: Date,
): Omit<ConsoleSession, "tenantId"> => ({
  idHash,
  subject,
  email,
  scopes: [...scopes],
  createdAt: now,
  expiresAt: after(now, SESSION_MS),
  idleUntil: after(now, IDLE_MS),
});

const viewerOf = ({ tenantId, subject, email, scopes, expiresAt, idHash }: ConsoleSession): Viewer => ({
  tenantId,
  kind: "USER",
  subject,
  email,
  scopes: new Set(scopes),
  expiresAt,
  authIsOff: false,
  hasSession: true,
  sessionHash: idHash,
});

const tooBusy = (): ActionableError =>
  new ActionableError(
    "UNAVAILABLE",
    "Too many requests of the console wait for their session.",
    "Retry in a few seconds.",
  );
