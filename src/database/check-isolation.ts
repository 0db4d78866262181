import { randomUUID } from "node:crypto";
import type { DataSource, EntityManager } from "typeorm";
import { EXIT, StartError } from "../errors.ts";
import { APP_ROLE } from "./transaction.ts";

/**
 * Rejects when one tenant could see another's rows. It checks the running database instead of the migrations.
 * A restored backup, an owner's `alter table` or a role created by hand can undo a migration.
 */
export async function checkIsolation(dataSource: DataSource): Promise<void> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await queryRunner.query("begin");
    await checkRole(queryRunner.manager);
    await checkTables(queryRunner.manager);
    await probe(queryRunner.manager);
  } finally {
    await queryRunner.query("rollback").catch(() => undefined);
    await queryRunner.release();
  }
}

async function checkRole(manager: EntityManager): Promise<void> {
  const [role] = await manager.query(
    `select rolsuper or rolbypassrls as "bypasses",
       exists (select from pg_class where relowner = role.oid) as "owns",
       exists (select from pg_auth_members where member = role.oid) as "inherits"
     from pg_roles role where rolname = $1`,
    [APP_ROLE],
  );
  if (!role) throw unsafe(`the role ${APP_ROLE} is missing`);
  if (role.bypasses) throw unsafe(`the role ${APP_ROLE} bypasses row-level security`);
  if (role.owns) throw unsafe(`the role ${APP_ROLE} owns tables`);
  if (role.inherits) throw unsafe(`the role ${APP_ROLE} is a member of another role`);
}

/**
 * Each relation that the application may read is a table under forced row-level security or a view with
 * `security_invoker`. All policies of such a table name the tenant.
 */
async function checkTables(manager: EntityManager): Promise<void> {
  const open: { name: string }[] = await manager.query(
    `select relation.relname as "name" from pg_class relation
     where relation.relnamespace = 'public'::regnamespace
       and relation.relkind in ('r', 'p', 'v', 'm', 'f')
       and has_table_privilege($1, relation.oid, 'select, insert, update, delete')
       and not (relation.relrowsecurity and relation.relforcerowsecurity and not exists (
         select from pg_policy policy
         where policy.polrelid = relation.oid and policy.polpermissive
           and pg_get_expr(policy.polqual, policy.polrelid) not like '%app.tenant%'))
       and not (relation.relkind = 'v' and 'security_invoker=true' = any (coalesce(relation.reloptions, '{}')))`,
    [APP_ROLE],
  );
  if (open.length > 0) throw unsafe(`every tenant can read ${open.map(({ name }) => name).join(", ")}`);
}

/** Two tenants that exist only inside this transaction try to read each other's rows. */
async function probe(manager: EntityManager): Promise<void> {
  const [one, other] = [`probe-${randomUUID()}`, `probe-${randomUUID()}`];
  await manager.query(`set local role ${APP_ROLE}`);
  for (const tenant of [one, other]) {
    await bind(manager, tenant);
    await manager.query("insert into tenants (id) values ($1)", [tenant]);
  }
  if ((await visibleTenants(manager)).some((id) => id !== other))
    throw unsafe("a tenant can read another one");
  await bind(manager, "");
  if ((await visibleTenants(manager)).length > 0) throw unsafe("rows can be read without a tenant");
}

const bind = (manager: EntityManager, tenant: string): Promise<unknown> =>
  manager.query("select set_config('app.tenant', $1, true)", [tenant]);

async function visibleTenants(manager: EntityManager): Promise<string[]> {
  const rows: { id: string }[] = await manager.query("select id from tenants limit 2");
  return rows.map(({ id }) => id);
}

const unsafe = (finding: string): StartError =>
  new StartError(
    `The database does not isolate tenants: ${finding}. The service starts only when row-level security is restored.`,
    EXIT.config,
  );
