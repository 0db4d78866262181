import pg from "pg";
import type { DataSource } from "typeorm";
import { EXIT, StartError } from "../errors.ts";
import { DatabaseClient } from "./database-client.ts";
import { isOutage } from "./database-errors.ts";
import { APP_ROLE } from "./transaction.ts";

/** The first version with `security_invoker` views and without the right to create in the public schema. */
const OLDEST_VERSION = 150_000;

/** The variable that an operator has to change. */
export type UrlVariable = "DATABASE_URL" | "MIGRATION_DATABASE_URL";

/** The server as the login sees it. */
export type Server = {
  readonly version: number;
  readonly versionName: string;
  readonly login: string;
  readonly hasRole: boolean;
  readonly mayCreateRole: boolean;
  readonly mayUseRole: boolean;
  readonly isStandby: boolean;
};

/**
 * Rejects with an error that the operator can act on when the database is unreachable or unusable. It is
 * unusable if it is too old or a standby. Its login must be able to use or create the role that row-level
 * security needs.
 *
 * @returns whether a pooler is in between.
 */
export async function checkServer(
  url: string,
  variable: UrlVariable = "DATABASE_URL",
): Promise<{ readonly isPooled: boolean }> {
  const { server, isPooled } = await readServer(url, variable);
  const problem = findServerProblem(server, variable);
  if (problem) throw new StartError(problem, EXIT.config);
  return { isPooled };
}

/**
 * Rejects when the server has become a standby, as after a failover: it lags behind and refuses every write.
 */
export async function checkPrimary(dataSource: DataSource): Promise<void> {
  const [server] = await dataSource.query(
    "/* database.checkPrimary */ select pg_is_in_recovery() as standby",
  );
  if (server?.standby) throw new Error(isStandby("DATABASE_URL"));
}

const isStandby = (variable: UrlVariable): string =>
  `${variable} points to a standby, which lags behind and accepts no writes. Point it to the primary.`;

/** The reason why the service cannot use this server; undefined when it can. */
export function findServerProblem(
  server: Server,
  variable: UrlVariable = "DATABASE_URL",
): string | undefined {
  const login = pg.escapeIdentifier(server.login);
  const asAdministrator = "Run this once, as an administrator of that Postgres:";
  if (server.version < OLDEST_VERSION) {
    return `${variable} points to Postgres ${server.versionName}; the service needs 15 or newer.`;
  }
  if (server.isStandby) return isStandby(variable);
  if (!server.hasRole && !server.mayCreateRole) {
    return (
      `The login ${login} may not create the role ${APP_ROLE}. ` +
      `${asAdministrator} create role ${APP_ROLE} nologin; grant ${APP_ROLE} to ${login};`
    );
  }
  if (server.hasRole && !server.mayUseRole) {
    return `The login ${login} may not use the role ${APP_ROLE}. ${asAdministrator} grant ${APP_ROLE} to ${login};`;
  }
  return undefined;
}

async function readServer(
  url: string,
  variable: UrlVariable,
): Promise<{ server: Server; isPooled: boolean }> {
  const client = createClient(url, variable);
  try {
    await client.connect();
    const { rows } = await client.query<Server & { processId: number }>(READ_SERVER, [APP_ROLE]);
    const { processId, ...server } = rows[0]!;
    // The server names its process at login. Behind a pooler that is not the process that runs the query.
    return { server, isPooled: "processID" in client && client.processID !== processId };
  } catch (cause) {
    // A wrong password, a missing database or an untrusted certificate stays wrong; an outage passes.
    throw new StartError(
      `Cannot use the database at ${placeOf(client)}: ${reasonOf(cause)}. Check ${variable}.`,
      isOutage(cause) ? EXIT.unavailable : EXIT.config,
      { cause },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The constructor reads certificate files that the URL names. */
function createClient(url: string, variable: UrlVariable): DatabaseClient {
  try {
    return new DatabaseClient({ connectionString: url });
  } catch (cause) {
    throw new StartError(`Cannot use ${variable}: ${reasonOf(cause)}.`, EXIT.config, { cause });
  }
}

// Since Postgres 16 each membership has an option that allows `set role`. A login with the admin option can
// grant the role to itself, which the first migration does.
const READ_SERVER = `
  select
    current_setting('server_version_num')::int as "version",
    current_setting('server_version') as "versionName",
    current_user as "login",
    pg_is_in_recovery() as "isStandby",
    pg_backend_pid() as "processId",
    role.oid is not null as "hasRole",
    login.rolsuper or login.rolcreaterole as "mayCreateRole",
    coalesce(
      pg_has_role(login.oid, role.oid,
        case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end)
      or pg_has_role(login.oid, role.oid, 'member with admin option'), false) as "mayUseRole"
  from pg_roles login left join pg_roles role on role.rolname = $1
  where login.rolname = current_user
`;

/** The address of the database, without the password. */
const placeOf = ({ host, port, database }: pg.Client): string => `${host}:${port}/${database}`;

/** A refused connection to a host name with several addresses is an `AggregateError` without a message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(", ");
  return error instanceof Error ? error.message : "unknown";
}
