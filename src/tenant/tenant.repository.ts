import type { EntityManager } from "typeorm";

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

/** Whether the tenant of the transaction exists. */
export async function hasTenant(manager: EntityManager): Promise<boolean> {
  const rows: unknown[] = await manager.query("/* tenant.hasTenant */ select id from tenants");
  return rows.length > 0;
}
