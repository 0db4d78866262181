import type { DataSource } from "typeorm";
import { inTenant } from "../database/transaction.ts";
import type { Queue } from "../jobs/queue.ts";
import type { DirectoryFigures } from "../metrics/gauges.ts";
import { syncDueJob } from "./runs/sync.job.ts";

/** Tenants per statement: well under its time limit with thousands of people each. */
const TENANTS_PER_QUERY = 200;

type FigureRow = {
  readonly status: string;
  readonly people: number;
  readonly ageSeconds: number | null;
};

/**
 * Sums up the directories of all tenants on the timetable. Row-level security shows a transaction one tenant,
 * also here: the timetable lists the tenants, and `directory_figures` visits them one by one.
 */
export async function readDirectoryFigures(deps: {
  readonly dataSource: DataSource;
  readonly queue: Queue;
  readonly clock: () => Date;
}): Promise<DirectoryFigures> {
  const schedules = await deps.queue.listSchedules(syncDueJob);
  const tenants = schedules.map(({ payload }) => payload.tenantId);
  const integrations: Record<string, number> = {};
  const agesSeconds: number[] = [];
  let people = 0;
  for (let from = 0; from < tenants.length; from += TENANTS_PER_QUERY) {
    for (const row of await readFigures(deps, tenants.slice(from, from + TENANTS_PER_QUERY))) {
      integrations[row.status] = (integrations[row.status] ?? 0) + 1;
      people += row.people;
      if (row.ageSeconds !== null) agesSeconds.push(row.ageSeconds);
    }
  }
  return { people, agesSeconds, integrations };
}

/** A directory without a successful sync is as old as its connection. */
const readFigures = (
  { dataSource, clock }: { readonly dataSource: DataSource; readonly clock: () => Date },
  tenants: readonly string[],
): Promise<FigureRow[]> =>
  inTenant(dataSource, NO_TENANT, (manager) =>
    manager.query(
      `/* figures.read */
      select status, people::int as people,
        case when status in ('CONNECTED', 'BROKEN')
          then greatest(0, extract(epoch from $2::timestamptz - coalesce(last_succeeded_at, connected_at)))::float8
        end as "ageSeconds"
      from directory_figures($1)`,
      [tenants, clock()],
    ),
  );

/** The function binds its transaction to each tenant in turn. */
const NO_TENANT = "";
