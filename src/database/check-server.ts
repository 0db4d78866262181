import pg from "pg";
import { APP_ROLE } from "./transaction.ts";

/** `security_invoker` views and the public schema's closed door came with it. */
const OLDEST_VERSION = 150_000;

/** A start may find a database that is just coming up; waiting longer than this helps nobody. */
const CONNECT_TIMEOUT_MS = 10_000;

type Server = {
  version: number;
  versionName: string;
  login: string;
  hasRole: boolean;
  mayCreateRole: boolean;
  mayUseRole: boolean;
};

/**
 * Rejects, in words an operator can act on, when the database cannot be reached or cannot carry us: too old, or a login
 * that may neither use nor create the role that row-level security rests on.
 */
export async function checkServer(url: string): Promise<void> {
  const server = await readServer(url);
  if (server.version < OLDEST_VERSION) {
    throw new Error(`DATABASE_URL points to Postgres ${server.versionName}; 15 or newer is needed.`);
  }
  const login = pg.escapeIdentifier(server.login);
  if (!server.hasRole && !server.mayCreateRole) {
    throw new Error(
      `The login ${login} may not create the role ${APP_ROLE}. Run once, as an administrator of that Postgres: ` +
        `create role ${APP_ROLE} nologin; grant ${APP_ROLE} to ${login};`,
    );
  }
  if (server.hasRole && !server.mayUseRole) {
    throw new Error(
      `The login ${login} may not use the role ${APP_ROLE}. Run once, as an administrator of that Postgres: ` +
        `grant ${APP_ROLE} to ${login};`,
    );
  }
}

async function readServer(url: string): Promise<Server> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Server>(READ_SERVER, [APP_ROLE]);
    return rows[0]!;
  } catch (cause) {
    throw new Error(
      `Cannot use the database at ${placeOf(client)}: ${reasonOf(cause)}. Check DATABASE_URL.`,
      {
        cause,
      },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

// A role that may be administered can also be granted to oneself, which the first migration does.
const READ_SERVER = `
  select
    current_setting('server_version_num')::int as "version",
    current_setting('server_version') as "versionName",
    current_user as "login",
    role.oid is not null as "hasRole",
    login.rolsuper or login.rolcreaterole as "mayCreateRole",
    login.rolsuper
      or pg_has_role(login.oid, role.oid, 'member')
      or pg_has_role(login.oid, role.oid, 'member with admin option') as "mayUseRole"
  from pg_roles login left join pg_roles role on role.rolname = $1
  where login.rolname = current_user
`;

/** Where, and never with which password. */
const placeOf = ({ host, port, database }: pg.Client): string => `${host}:${port}/${database}`;

/** A refused connection to a name with several addresses is an `AggregateError` without a message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(", ");
  return error instanceof Error ? error.message : "unknown";
}
