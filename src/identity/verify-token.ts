import { LRUCache } from "lru-cache";
import type { DataSource } from "typeorm";
import type { Viewer } from "../access/viewer.ts";
import { ActionableError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { takeTurns } from "../request/take-turns.ts";
import { createLastUseRecorder, type RecordUse } from "./record-last-use.ts";
import { hashToken } from "./token-text.ts";

/**
 * How long an answer is used again. A revoked token has no effect after 60 s on any replica, and sockets ask
 * again every 30 s.
 */
export const ANSWER_KEPT_MS = 20_000;

/** Tokens in use at a time; beyond that, each request costs a lookup. About 5 MB. */
const KNOWN_MAX = 10_000;

/** Its own cache: a flood of invented tokens must not push out the real ones. */
const REFUSED_MAX = 10_000;

/**
 * A process has ten connections for all requests, and a flood of invented tokens must leave most of them. A
 * lookup takes about a millisecond, so the last one waits for a quarter of a second.
 */
const LOOKUPS = { atOnce: 4, queue: { max: 1_000, fullError: () => tooBusy() } };

/** How exactly the last use is stored: more often, a busy token would be a hot row. */
export const LAST_USE_EVERY_MS = 60_000;

/** A stored token, as far as verifying needs it. */
export type StoredToken = { readonly id: string; readonly lastUsedAt: Date | null };

/** One kind of tokens: how their texts name a tenant, and where they are stored. */
export type TokenKind<Token extends StoredToken> = {
  /** The tenant that a text names; null if it cannot be a token of this kind. */
  readonly tenantOf: (text: string) => string | null;
  readonly find: (dataSource: DataSource, tenantId: string, tokenHash: Buffer) => Promise<Token | null>;
  readonly recordUse: RecordUse;
  readonly hasEnded?: (token: Token, now: Date) => boolean;
};

export type Tokens<Token> = AsyncDisposable & {
  /** The token of a text; null for any other text. Rejects with UNAVAILABLE if the database cannot answer. */
  verify(text: string): Promise<Token | null>;
  /** Looks the token up again at its next use. */
  forget(tokenHash: Buffer): void;
};

export type TokensDeps = {
  readonly dataSource: DataSource;
  readonly log: Logger;
  /** The time by which tokens end. */
  readonly clock: () => Date;
  /** A clock that is never set back, for the age of answers. */
  readonly elapsedMs?: () => number;
};

type Known<Token> = { readonly token: Token; usedAt: Date | null };

/** Verifies tokens of one kind, with a bounded memory of recent answers. */
export function openTokens<Token extends StoredToken>(
  deps: TokensDeps,
  kind: TokenKind<Token>,
): Tokens<Token> {
  const lookups = createLookups(deps, kind);
  const lastUse = createLastUseRecorder({ ...deps, recordUse: kind.recordUse });
  return {
    async verify(text) {
      const tenantId = kind.tenantOf(text);
      if (tenantId === null) return null;
      const found = await lookups.find(tenantId, hashToken(text));
      const now = deps.clock();
      if (!found || kind.hasEnded?.(found.token, now)) return null;
      if (isWorthRecording(found.usedAt, now)) {
        found.usedAt = now;
        lastUse.record({ tenantId, tokenId: found.token.id, usedAt: now });
      }
      return found.token;
    },
    forget: lookups.forget,
    [Symbol.asyncDispose]: () => lastUse[Symbol.asyncDispose](),
  };
}

/** Looks tokens up by their hash, and keeps recent answers. Requests that come together share one lookup. */
function createLookups<Token extends StoredToken>(
  { dataSource, elapsedMs = () => performance.now() }: TokensDeps,
  kind: TokenKind<Token>,
) {
  const aging = { ttl: ANSWER_KEPT_MS, ttlResolution: 0, perf: { now: elapsedMs } };
  const known = new LRUCache<string, Known<Token>>({ max: KNOWN_MAX, ...aging });
  const refused = new LRUCache<string, true>({ max: REFUSED_MAX, ...aging });
  const inTurn = takeTurns(LOOKUPS);
  const running = new Map<string, Promise<Known<Token> | null>>();
  let forgotten = 0;

  async function lookUp(tenantId: string, tokenHash: Buffer, key: string): Promise<Known<Token> | null> {
    const before = forgotten;
    const token = await inTurn(() => kind.find(dataSource, tenantId, tokenHash));
    const found = token && { token, usedAt: token.lastUsedAt };
    // A token may have been revoked during the lookup. Then the answer is not used again.
    if (found && before === forgotten) known.set(key, found);
    if (!found) refused.set(key, true);
    return found;
  }

  return {
    async find(tenantId: string, tokenHash: Buffer): Promise<Known<Token> | null> {
      const key = tokenHash.toString("base64");
      const answer = known.get(key);
      if (answer) return answer;
      if (refused.has(key)) return null;
      const lookup = running.get(key) ?? lookUp(tenantId, tokenHash, key).finally(() => running.delete(key));
      running.set(key, lookup);
      return lookup;
    },
    forget(tokenHash: Buffer): void {
      forgotten += 1;
      known.delete(tokenHash.toString("base64"));
    },
  };
}

/** Keeps the viewer of a token as long as the token itself, so what is known of the viewer is not lost. */
export function keepViewers<Token extends object>(
  viewerOf: (token: Token) => Viewer,
): (token: Token) => Viewer {
  const viewers = new WeakMap<Token, Viewer>();
  return (token) => {
    const viewer = viewers.get(token) ?? viewerOf(token);
    viewers.set(token, viewer);
    return viewer;
  };
}

const tooBusy = (): ActionableError =>
  new ActionableError(
    "UNAVAILABLE",
    "Too many tokens wait for their verification.",
    "Retry in a few seconds. If the problem persists, ask the operator to look at people_tokens_refused_total.",
  );

const isWorthRecording = (usedAt: Date | null, now: Date): boolean =>
  usedAt === null || now.getTime() - usedAt.getTime() >= LAST_USE_EVERY_MS;
