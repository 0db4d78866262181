import { type Queries, queryPlannedOnce } from "../../database/queries.ts";
import type { PersonStatus } from "../../tenant/person-status.ts";
import { CURRENT } from "../directory/people-criteria.ts";
import { NAME, sorted } from "../directory/people-page-sql.ts";
import type { ChosenTeams } from "./choose-teams.ts";
import type { LeaderLink } from "./reporting-forest.ts";

/** Up to so many people below a person, a walk down reads less than one pass over the whole company. */
const WALKED_MAX = 2_000;

/** The links of the people with reports, and how many people who work here have no supervisor. */
export type Links = { readonly links: readonly LeaderLink[]; readonly topCount: number };

/** What a tree below this person needs; below null, a tree from the top. */
export async function findLinks(manager: Queries, rootId: string | null): Promise<Links> {
  const links = rootId === null ? null : await findLinksBelow(manager, rootId);
  return links ? { links, topCount: 0 } : findAllLinks(manager);
}

/** Of the person and the people below, with their number in each row; null if there are too many. */
async function findLinksBelow(manager: Queries, rootId: string): Promise<readonly LeaderLink[] | null> {
  // `offset 0` as in `countAllReports`. A common table expression with a limit ends the walk early.
  const rows = await queryPlannedOnce<(LeaderLink & { readonly found: number })[]>(
    manager,
    `/* people.findLinksBelow */
    with recursive below (id, supervisor_id, status) as (
      select p.id, p.supervisor_id, p.status from people p where p.id = $1
      union
      select team.* from below cross join lateral
        (select p.id, p.supervisor_id, p.status from people p where p.supervisor_id = below.id offset 0) team
    ), found as materialized (select * from below limit ${WALKED_MAX + 1})
    select s.id, s.supervisor_id as "supervisorId", s.status = 'INACTIVE' as "hasLeft",
      (count(*) filter (where ${CURRENT}))::int as "directReportCount", (select count(*)::int from found) as found
    from found p join found s on s.id = p.supervisor_id group by s.id, s.supervisor_id, s.status`,
    [rootId],
  );
  return rows.some(({ found }) => found > WALKED_MAX) ? null : rows;
}

/** Of the whole company: it counts the reports of each person in one pass, without a walk. */
async function findAllLinks(manager: Queries): Promise<Links> {
  const rows: (LeaderLink & { readonly id: string | null })[] = await manager.query(
    `/* people.findAllLinks */
    select team.supervisor_id as id, s.supervisor_id as "supervisorId", s.status = 'INACTIVE' as "hasLeft",
      team.size as "directReportCount"
    from (
      select p.supervisor_id, (count(*) filter (where ${CURRENT}))::int as size from people p group by 1
    ) team left join people s on s.id = team.supervisor_id`,
  );
  return {
    links: rows.filter(({ id }) => id !== null),
    topCount: rows.find(({ id }) => id === null)?.directReportCount ?? 0,
  };
}

/** A person of the tree, as stored. */
export type NodeRow = {
  readonly personId: string;
  /** As HR has it, also where the tree cuts a circle. */
  readonly storedSupervisorId: string | null;
  readonly supervisorPersonioId: string | null;
  readonly displayName: string;
  readonly position: string | null;
  readonly departmentName: string | null;
  readonly status: PersonStatus;
  readonly level: number;
};

const COLUMNS =
  "p.id, p.supervisor_id, p.supervisor_personio_id, p.display_name, p.position, p.status, p.department_id, p.last_name, p.first_name";

/** The people of these teams: level by level, leaders first, then by name. */
export function findNodes(
  manager: Queries,
  { teams, leaders }: ChosenTeams,
  { cutIds, limit }: { readonly cutIds: readonly string[]; readonly limit: number },
): Promise<NodeRow[]> {
  const below = teams.filter(({ supervisorId }) => supervisorId !== null);
  const others = `${CURRENT} and p.id <> all($3::uuid[]) order by ${sorted(NAME, "ASC")} limit ${limit}`;
  return manager.query(
    `/* people.findNodes */
    select p.id as "personId", p.supervisor_id as "storedSupervisorId", p.supervisor_personio_id as "supervisorPersonioId",
      p.display_name as "displayName", p.position, d.name as "departmentName", p.status, p.level
    from (
      select ${COLUMNS}, leader.level, leader.leads
      from unnest($1::uuid[], $2::integer[], $6::boolean[]) leader (id, level, leads) join people p on p.id = leader.id
      union all
      select p.*, team.level, false
      from unnest($4::uuid[], $5::integer[]) team (id, level)
      cross join lateral (select ${COLUMNS} from people p where p.supervisor_id = team.id and ${others}) p
      ${teams.length > below.length ? `union all select p.*, 1, false from (select ${COLUMNS} from people p where p.supervisor_id is null and ${others}) p` : ""}
    ) p left join departments d on d.id = p.department_id
    order by p.level, p.leads desc, ${sorted(NAME, "ASC")} limit ${limit}`,
    [
      leaders.map(({ id }) => id),
      leaders.map(({ level }) => level),
      [...leaders.map(({ id }) => id), ...cutIds],
      below.map(({ supervisorId }) => supervisorId),
      below.map(({ level }) => level),
      leaders.map(({ leads }) => leads),
    ],
  );
}
