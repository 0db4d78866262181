import type { EntityManager } from "typeorm";
import type { Queries } from "../../database/queries.ts";
import type { ConsoleSession } from "./console-session.ts";

export type OwnSessionRow = Pick<ConsoleSession, "idHash" | "createdAt" | "expiresAt" | "idleUntil">;

/** The sessions of a user that have not ended, newest first. A user has at most `SESSIONS_PER_USER_MAX`. */
export const listOwnSessions = (
  queries: Queries,
  { subject, now }: { readonly subject: string; readonly now: Date },
): Promise<OwnSessionRow[]> =>
  queries.query(
    `/* sessions.listOwn */
    select id_hash as "idHash", created_at as "createdAt", expires_at as "expiresAt", idle_until as "idleUntil"
    from console_sessions where subject = $1 and expires_at > $2 and idle_until > $2
    order by created_at desc, id_hash`,
    [subject, now],
  );

type Ended = {
  readonly subject: string;
  /** Null: all but `kept`. */
  readonly idHashes: readonly Buffer[] | null;
  readonly kept: Buffer;
  readonly now: Date;
};

/** @returns how many of them had not ended. */
export async function deleteOwnSessions(
  manager: EntityManager,
  { subject, idHashes, kept, now }: Ended,
): Promise<number> {
  const rows: { count: number }[] = await manager.query(
    `/* sessions.deleteOwn */
    with ended as (
      delete from console_sessions where subject = $1
        and case when $2::bytea[] is null then id_hash <> $3 else id_hash = any($2) end
      returning expires_at, idle_until
    )
    select count(*) filter (where expires_at > $4 and idle_until > $4)::int as count from ended`,
    [subject, idHashes, kept, now],
  );
  return rows[0]?.count ?? 0;
}
