import type { EntityManager } from "typeorm";

/** Creates the tenant of the transaction if it does not exist: every other row refers to it. */
export async function ensureTenant(manager: EntityManager): Promise<void> {
  await manager.query(
    `/* tenant.ensureTenant */
    insert into tenants (id) values (current_setting('app.tenant')) on conflict do nothing`,
  );
}
