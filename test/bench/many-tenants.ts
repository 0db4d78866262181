import { randomUUID } from "node:crypto";
import type { DataSource } from "typeorm";
import { inTenant } from "../../src/database/transaction.ts";
import { type SecretKey, sealSecret } from "../../src/integration/secret.ts";
import type { Queue } from "../../src/jobs/queue.ts";
import { syncDueJob } from "../../src/sync/runs/sync.job.ts";

/** The only tenant while the graph needs no login. */
const ORIGINAL = "default";

export type ManyTenants = {
  readonly count: number;
  readonly clientSecret: string;
  readonly keys: readonly SecretKey[];
};

/**
 * Creates tenants that follow the account of the connected one: copies of its integration, with the secret
 * sealed for each.
 */
export async function connectTenants(dataSource: DataSource, options: ManyTenants): Promise<string[]> {
  const { count, clientSecret, keys } = options;
  const tenantIds = Array.from({ length: count }, () => `tenant-${randomUUID()}`);
  for (const tenantId of tenantIds) {
    const integrationId = randomUUID();
    const { sealed } = sealSecret(keys, { tenantId, integrationId }, clientSecret);
    const copied = "status, api_version, client_id, secret_key_id, connected_at, attributes, field_mapping";
    await dataSource.query("insert into tenants (id) values ($1)", [tenantId]);
    await dataSource.query(
      `insert into integrations (tenant_id, id, sealed_secret, ${copied})
      select $1, $2, $3, ${copied} from integrations where tenant_id = $4`,
      [tenantId, integrationId, sealed, ORIGINAL],
    );
  }
  return tenantIds;
}

/**
 * Enqueues a due sync for all of them, as the timetable does, but in one transaction, so at one moment.
 *
 * @returns that moment.
 */
export const makeDue = (queue: Queue, dataSource: DataSource, tenantIds: readonly string[]): Promise<Date> =>
  inTenant(dataSource, ORIGINAL, async (manager) => {
    for (const tenantId of tenantIds)
      await queue.enqueue(syncDueJob, { tenantId }, { key: tenantId, manager });
    return new Date();
  });
