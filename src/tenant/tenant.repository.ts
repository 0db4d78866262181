import type { DataSource, EntityManager } from "typeorm";
import { acrossTenants } from "../database/across-tenants.ts";
import { isErrorCode } from "../database/database-errors.ts";
import { EXIT, StartError } from "../errors.ts";

/** While it waits for the table, every request that needs it waits as well. */
const LOCK_TIMEOUT = "1s";

const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Creates the tenant of the transaction if it does not exist: every other row refers to it. It needs nothing
 * else to begin, because the columns have the defaults and the timetable begins when an account is connected.
 *
 * @returns whether this call created it.
 */
export async function ensureTenant(manager: EntityManager): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `/* tenant.ensureTenant */
    insert into tenants (id) values (current_setting('app.tenant')) on conflict do nothing returning id`,
  );
  return rows.length > 0;
}

/** The id of the tenant of the transaction. */
export async function getTenantId(manager: EntityManager): Promise<string> {
  const [{ id }] = await manager.query<[{ id: string }]>(
    "/* tenant.getTenantId */ select current_setting('app.tenant') as id",
  );
  return id;
}

/** Whether the tenant of the transaction exists. */
export async function hasTenant(manager: EntityManager): Promise<boolean> {
  const rows: unknown[] = await manager.query("/* tenant.hasTenant */ select id from tenants");
  return rows.length > 0;
}

/** The ids of all tenants, for an operator. */
export async function listTenants(dataSource: DataSource): Promise<string[]> {
  try {
    const rows = await acrossTenants(
      dataSource,
      ["tenants"],
      (manager) => manager.query<{ id: string }[]>("/* tenant.list */ select id from tenants order by id"),
      { lockTimeout: LOCK_TIMEOUT },
    );
    return rows.map(({ id }) => id);
  } catch (cause) {
    if (!isErrorCode(cause, LOCK_NOT_AVAILABLE)) throw cause;
    const message = "A sync is writing at the moment. Run the command again in a minute.";
    throw new StartError(message, EXIT.unavailable, { cause });
  }
}
