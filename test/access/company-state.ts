import type { DataSource } from "typeorm";
import { readTexts } from "./canaries.ts";

/** What a company has decided, and what the requests might change. */
export async function readDecisions(dataSource: DataSource, tenantId: string): Promise<string[]> {
  const decided =
    /^(tenants|fallback_approvers|lifecycle_(kinds|offsets)|offices|\w+_tokens|console_sessions|idp_\w+)[.]/;
  const texts = await readTexts(dataSource, tenantId);
  const decisions = texts
    .filter(({ place }) => decided.test(place))
    .map(({ place, value }) => `${place} ${value}`);
  const reviewed = await dataSource.query(
    "select id from sync_runs where tenant_id = $1 and (status = 'REJECTED' or approved_at is not null)",
    [tenantId],
  );
  return [...decisions, ...reviewed.map(({ id }: { id: string }) => `reviewed ${id}`)].sort();
}

/** Every row of every table of the queue. */
export async function readJobTables(dataSource: DataSource): Promise<string> {
  const tables: { name: string }[] = await dataSource.query(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'pgboss'",
  );
  const rows: string[] = [];
  for (const { name } of tables)
    for (const { row } of await dataSource.query(`select to_jsonb(t)::text as row from ${name} t`))
      rows.push(row);
  return rows.join("\n");
}
