import pg from "pg";
import type { DataSource } from "typeorm";
import { EXIT, StartError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { APP_ROLE } from "./transaction.ts";

/** What the login that serves could do beyond the application's role. */
export type ServingLogin = {
  readonly login: string;
  readonly isSuperuser: boolean;
  /** Attributes of the login itself that outrank row-level security, or let it create another login. */
  readonly attributes: readonly string[];
  /** Whether it owns the database, a schema, a table or another object. */
  readonly owns: boolean;
  /** Roles besides the application's that it may become, or whose rights it has. */
  readonly memberOf: readonly string[];
  readonly mayCreateIn: readonly string[];
};

/**
 * Checks that an injected statement on a serving connection gains no rights. `reset role` and its relatives
 * lead to the login, so the login has only the rights of the application's role.
 *
 * @throws {StartError} with the statement that corrects it; only a warning when every request has an
 * administrator's rights anyway.
 */
export async function checkServingLogin(
  dataSource: DataSource,
  { authIsOff, log }: { readonly authIsOff: boolean; readonly log: Logger },
): Promise<void> {
  const [login]: ServingLogin[] = await dataSource.query(READ_LOGIN, [APP_ROLE]);
  const problem = login && findLoginProblem(login);
  if (!problem) return;
  if (!authIsOff) throw new StartError(problem, EXIT.config);
  log.warn({ reason: problem }, "the login that serves has more rights than it needs");
}

/** Why this login must not serve, and the statement for an administrator; undefined when it may. */
function findLoginProblem(found: ServingLogin): string | undefined {
  const login = pg.escapeIdentifier(found.login);
  const finding = (what: string, statement: string): string =>
    `DATABASE_URL: the login ${login} ${what}, so it must not serve. ` +
    `Run this once, as an administrator of that Postgres: ${statement}`;
  if (found.isSuperuser || found.owns) {
    const what = found.isSuperuser ? "is a superuser" : "owns objects of this database";
    const statement = `create role people_serving login password '…' in role ${APP_ROLE};`;
    const andThen = `Then put people_serving into DATABASE_URL, and ${login} into MIGRATION_DATABASE_URL.`;
    return `${finding(what, statement)} ${andThen}`;
  }
  if (found.attributes.length > 0) {
    const attributes = found.attributes.join(" ");
    return finding(`is ${attributes}`, `alter role ${login} no${found.attributes.join(" no")};`);
  }
  if (found.memberOf.length > 0) {
    const roles = found.memberOf.map((role) => pg.escapeIdentifier(role)).join(", ");
    return finding(`is a member of ${roles}`, `revoke ${roles} from ${login};`);
  }
  if (found.mayCreateIn.length > 0) {
    const places = found.mayCreateIn.join(", ");
    const statements = found.mayCreateIn.map((place) => `revoke create on ${place} from public, ${login};`);
    return finding(`may create objects in ${places}`, statements.join(" "));
  }
  return undefined;
}

// The check of isolation finds excess rights of the application's role itself.
const READ_LOGIN = `
  /* database.checkServingLogin */
  select rolname as "login", rolsuper as "isSuperuser",
    array_remove(array[case when rolbypassrls then 'bypassrls' end, case when rolcreaterole then 'createrole' end,
      case when rolcreatedb then 'createdb' end, case when rolreplication then 'replication' end], null) as "attributes",
    exists (
      select from pg_shdepend where refclassid = 'pg_authid'::regclass and refobjid = login.oid and deptype = 'o'
        and dbid in (0, (select oid from pg_database where datname = current_database()))
    ) as "owns",
    array(
      select other.rolname::text from pg_auth_members join pg_roles other on other.oid = roleid
      where member = login.oid and other.rolname <> $1 order by 1
    ) as "memberOf",
    array(
      select format('schema %I', nspname) from pg_namespace
      where nspname !~ '^pg_(toast|temp)' and has_schema_privilege(login.oid, oid, 'create')
      union all
      select format('database %I', current_database())
      where has_database_privilege(login.oid, current_database(), 'create')
    ) as "mayCreateIn"
  from pg_roles login where rolname = current_user
`;
