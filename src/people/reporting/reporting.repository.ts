import { type Queries, queryPlannedOnce } from "../../database/queries.ts";
import { CURRENT } from "../directory/people-criteria.ts";
import { PERSON_COLUMNS, type PersonRow } from "../person.repository.ts";

/** No company has this many levels. The limit bounds the work that an error in the data can cause. */
export const REPORTING_DEPTH_MAX = 50;

/** The supervisors above a person, the direct one first. */
export type ReportingChain = { readonly id: string; readonly supervisors: readonly PersonRow[] };

/**
 * The chains of these people up to the top. People without a supervisor, and people who are not in the
 * directory, have none.
 */
export async function findReportingChains(
  manager: Queries,
  ids: readonly string[],
  columns?: string,
): Promise<ReportingChain[]> {
  const people = await findPeopleAndAbove(manager, ids, columns);
  const personById = new Map(people.map((person) => [person.id, person]));
  return ids
    .map((id) => ({ id, supervisors: walkUp(personById, id) }))
    .filter(({ supervisors }) => supervisors.length > 0);
}

/** A cycle ends before the first person who repeats, also before the start. Pure. */
function walkUp<Person extends Pick<PersonRow, "id" | "supervisorId">>(
  personById: ReadonlyMap<string, Person>,
  id: string,
): Person[] {
  const start = personById.get(id);
  const walked = new Set(start ? [start] : []);
  for (let person = start; person && walked.size <= REPORTING_DEPTH_MAX; ) {
    person = person.supervisorId === null ? undefined : personById.get(person.supervisorId);
    if (!person || walked.has(person)) break;
    walked.add(person);
  }
  return [...walked].slice(1);
}

/**
 * These people and all above them, each once. The lines of a page share most people, so to walk each line
 * costs twice as much. Levels come one after another, so the limit leaves out no one within the depth.
 */
const findPeopleAndAbove = (
  manager: Queries,
  ids: readonly string[],
  columns = PERSON_COLUMNS,
): Promise<PersonRow[]> =>
  queryPlannedOnce(
    manager,
    // `offset 0` keeps Postgres from reading all of `people` for each level.
    `/* people.findReportingChains */
    with recursive above as (
      select ${columns} from people p where p.id = any($1::uuid[])
      union
      select next.* from above cross join lateral
        (select ${columns} from people p where p.id = above."supervisorId" offset 0) next
    )
    select * from above limit $2`,
    [ids, ids.length * (REPORTING_DEPTH_MAX + 1)],
  );

/**
 * How many current people report to each person, over the levels of a reporting chain. People who left are
 * not counted, but current people below them are: their chain leads through the leaver.
 */
export const countAllReports = (
  manager: Queries,
  ids: readonly string[],
): Promise<{ id: string; count: number }[]> =>
  manager.query(
    // Each person has one supervisor, so a way down meets a person again only at its root. `offset 0` keeps
    // Postgres from reading all of `people` for each level: it cannot know how few reports most people have.
    `/* people.countAllReports */
    with recursive report (root_id, id, is_current, depth) as (
      select p.supervisor_id, p.id, ${CURRENT}, 1 from people p
      where p.supervisor_id = any($1::uuid[]) and p.id <> p.supervisor_id
      union all
      select report.root_id, below.id, below.is_current, depth + 1 from report cross join lateral
        (select p.id, ${CURRENT} as is_current from people p
          where p.supervisor_id = report.id and p.id <> report.root_id offset 0) below
      where depth < ${REPORTING_DEPTH_MAX}
    )
    select root_id as id, count(*)::int as count from report where is_current group by root_id`,
    [ids],
  );
