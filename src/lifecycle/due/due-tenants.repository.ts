import type { DataSource, EntityManager } from "typeorm";
import { inTenant } from "../../database/transaction.ts";
import type { Queue } from "../../jobs/queue.ts";
import { turnJob } from "./turn.job.ts";

/** Looked at in one statement: each costs a few lookups. */
const TENANTS_PER_LOOK = 500;

/** The function binds its transaction to each tenant in turn. */
const NO_TENANT = "";

/** Companies in one of whose zones a day has begun by an instant that nobody has looked at yet. */
export async function findDueTenants(
  { dataSource, queue }: { readonly dataSource: DataSource; readonly queue: Queue },
  at: (manager: EntityManager) => Promise<Date>,
): Promise<string[]> {
  const tenants = (await queue.listSchedules(turnJob)).map(({ payload }) => payload.tenantId);
  const due: string[] = [];
  for (let from = 0; from < tenants.length; from += TENANTS_PER_LOOK) {
    const some = tenants.slice(from, from + TENANTS_PER_LOOK);
    const rows = await inTenant(dataSource, NO_TENANT, async (manager) =>
      manager.query<{ tenant: string }[]>(
        "/* lifecycle.findDueTenants */ select tenant from lifecycle_due_tenants($1, $2) tenant",
        [some, await at(manager)],
      ),
    );
    due.push(...rows.map(({ tenant }) => tenant));
  }
  return due;
}
