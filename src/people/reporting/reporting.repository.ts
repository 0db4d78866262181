import { type Queries, queryPlannedOnce } from "../../database/queries.ts";
import { CURRENT } from "../directory/people-criteria.ts";

/** No company has this many levels. The limit bounds the work that an error in the data can cause. */
export const REPORTING_DEPTH_MAX = 50;

export type ReportingChain = { readonly id: string; readonly supervisorIds: readonly string[] };

/**
 * From each person up to the top: the ids of the supervisors, the direct one first. A cycle ends before the
 * first person who repeats, also before the start. People without a supervisor are not among the rows.
 */
export const findReportingChains = (manager: Queries, ids: readonly string[]): Promise<ReportingChain[]> =>
  queryPlannedOnce(
    manager,
    `/* people.findReportingChains */
    with recursive chain (start_id, person_id, depth) as (
      select id, id, 0 from unnest($1::uuid[]) id
      union all
      select chain.start_id, p.supervisor_id, chain.depth + 1
      from chain join people p on p.id = chain.person_id
      where p.supervisor_id is not null and chain.depth < ${REPORTING_DEPTH_MAX}
    ) cycle person_id set repeats using path
    select start_id as id, array_agg(person_id order by depth) as "supervisorIds" from chain
    where depth > 0 and not repeats group by start_id`,
    [ids],
  );

/**
 * How many current people report to each person, over all levels. People who left are not counted, but
 * current people below them are: their chain leads through the leaver.
 */
export const countAllReports = (
  manager: Queries,
  ids: readonly string[],
): Promise<{ id: string; count: number }[]> =>
  manager.query(
    // `union` drops rows that were reached before, so it ends in a cycle. `offset 0` keeps Postgres from
    // reading all of `people` for each level: it cannot know how few reports most people have.
    `/* people.countAllReports */
    with recursive report (root_id, id, is_current) as (
      select p.supervisor_id, p.id, ${CURRENT} from people p where p.supervisor_id = any($1::uuid[])
      union
      select report.root_id, below.id, below.is_current from report cross join lateral
        (select p.id, ${CURRENT} as is_current from people p where p.supervisor_id = report.id offset 0) below
    )
    select root_id as id, count(*)::int as count
    from report where is_current and id <> root_id group by root_id`,
    [ids],
  );
