import type { DataSource, EntityManager } from "typeorm";
import type { Queries } from "../../database/queries.ts";
import { readAtOnce } from "../../database/read-snapshot.ts";
import type { ConsoleSession } from "./console-session.ts";

const COLUMNS = `tenant_id as "tenantId", id_hash as "idHash", subject, email, scopes, created_at as "createdAt",
  expires_at as "expiresAt", idle_until as "idleUntil"`;

/** In one round trip: every request of the console begins with it. */
export async function findSession(
  dataSource: DataSource,
  tenantId: string,
  idHash: Buffer,
): Promise<ConsoleSession | null> {
  const text = `/* sessions.find */ select ${COLUMNS} from console_sessions where id_hash = $1`;
  const rows = (await readAtOnce(dataSource, tenantId, text, [idHash])) as readonly ConsoleSession[];
  return rows[0] ?? null;
}

/** Those that have not ended, newest first. */
export const listSessions = (
  queries: Queries,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<ConsoleSession[]> =>
  queries.query(
    `/* sessions.list */ select ${COLUMNS} from console_sessions
    where expires_at > $1 and idle_until > $1 order by created_at desc, id_hash limit $2`,
    [now, limit],
  );

/** Also deletes the oldest sessions of the user beyond `keep`. */
export async function insertSession(
  manager: EntityManager,
  session: Omit<ConsoleSession, "tenantId">,
  keep: number,
): Promise<void> {
  await manager.query(
    `/* sessions.insert */
    insert into console_sessions
      (tenant_id, id_hash, subject, email, scopes, created_at, expires_at, idle_until, sealed_id_token)
    values (current_setting('app.tenant'), $1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      session.idHash,
      session.subject,
      session.email,
      session.scopes,
      session.createdAt,
      session.expiresAt,
      session.idleUntil,
      session.sealedIdToken ?? null,
    ],
  );
  await manager.query(
    `/* sessions.deleteSurplus */
    delete from console_sessions where id_hash in (
      select id_hash from console_sessions where subject = $1 order by created_at desc, id_hash offset $2)`,
    [session.subject, keep],
  );
}

/** Moves the end of an idle session forward. Another replica may have stored a later one. */
export async function moveIdleEnd(manager: EntityManager, idHash: Buffer, idleUntil: Date): Promise<void> {
  await manager.query(
    "/* sessions.moveIdleEnd */ update console_sessions set idle_until = $2 where id_hash = $1 and idle_until < $2",
    [idHash, idleUntil],
  );
}

/** @returns the sealed ID token of the session, if it has one. */
export async function deleteSession(manager: EntityManager, idHash: Buffer): Promise<string | null> {
  const rows: { sealedIdToken: string | null }[] = await manager.query(
    `/* sessions.delete */
    with ended as (delete from console_sessions where id_hash = $1 returning sealed_id_token)
    select sealed_id_token as "sealedIdToken" from ended`,
    [idHash],
  );
  return rows[0]?.sealedIdToken ?? null;
}

/** @returns how many of them had not ended. */
export async function deleteSessionsOf(manager: EntityManager, subject: string, now: Date): Promise<number> {
  const rows: { count: number }[] = await manager.query(
    `/* sessions.deleteOfSubject */
    with ended as (delete from console_sessions where subject = $1 returning expires_at, idle_until)
    select count(*) filter (where expires_at > $2 and idle_until > $2)::int as count from ended`,
    [subject, now],
  );
  return rows[0]?.count ?? 0;
}

/** A user whose account the identity provider closed: what it sent about the user. */
export type ClosedAccount = { readonly email: string | null; readonly externalId: string | null };

/**
 * Signs these users out. A session has the user's address, or a subject that some providers send over SCIM as
 * `externalId`.
 */
export async function deleteSessionsOfUsers(
  manager: EntityManager,
  accounts: readonly ClosedAccount[],
): Promise<void> {
  const emails = accounts.flatMap(({ email }) => email ?? []);
  const subjects = accounts.flatMap(({ externalId }) => externalId ?? []);
  if (emails.length + subjects.length === 0) return;
  await manager.query(
    "/* sessions.deleteOfUsers */ delete from console_sessions where email = any($1) or subject = any($2)",
    [emails, subjects],
  );
}

/** Deletes the sessions of the company that have ended. */
export async function deleteEndedSessions(manager: EntityManager, now: Date): Promise<void> {
  await manager.query(
    "/* sessions.deleteEnded */ delete from console_sessions where expires_at <= $1 or idle_until <= $1",
    [now],
  );
}
