/**
 * One statement per measured read, which answers with ready JSON. They use the service's own indexes. Without
 * row-level security a statement names the company itself, as no index would match without it.
 */

const OF_COMPANY = "tenant_id = 'default'";
const POSITION = "(last_name, first_name, id) > ($1, $2, $3::uuid)";

/** One text for both floors: `of` is the condition that names the company, or empty. */
type Text = (of: (table: string) => string) => string;

const page = (columns: string, of: string): string => `
  select ${columns} from people
  where ${of} status in ('ONBOARDING', 'ACTIVE', 'LEAVE') and ${POSITION}
  order by last_name, first_name, id limit 50`;

const DIRECTORY_PAGE: Text = (of) => `
  select json_agg(json_build_object(
    'id', p.id, 'displayName', p.display_name, 'workEmail', p.work_email, 'position', p.position,
    'status', p.status, 'hireDate', p.hire_date,
    'department', case when d.id is not null then json_build_object('id', d.id, 'name', d.name) end,
    'office', case when o.id is not null then json_build_object('id', o.id, 'name', o.name) end,
    'supervisor', case when s.id is not null then json_build_object('id', s.id, 'displayName', s.display_name) end
  ) order by p.last_name, p.first_name, p.id)::text
  from (${page("*", of("people"))}) p
  left join departments d on ${of("d")} d.id = p.department_id
  left join offices o on ${of("o")} o.id = p.office_id
  left join people s on ${of("s")} s.id = p.supervisor_id`;

/**
 * The cheapest statement that we found: it reads each person above the page once, and `assemble` builds the
 * chains. `offset 0` keeps Postgres from reading all people.
 */
const REPORTING_CHAINS: Text = (of) => `
  with recursive page as (
    select row_number() over (order by last_name, first_name, id) as place,
      id, supervisor_id, display_name, position
    from (${page("*", of("people"))}) p
  ),
  above (place, id, supervisor_id, display_name, position) as (
    select * from page
    union
    select null, s.* from above cross join lateral (
      select p.id, p.supervisor_id, p.display_name, p.position
      from people p where ${of("p")} p.id = above.supervisor_id offset 0) s
  )
  select place, id, supervisor_id,
    json_build_object('id', id, 'displayName', display_name, 'position', position)::text from above`;

const ENTITIES: Text = (of) => `
  select json_agg(json_build_object(
    '__typename', 'Person', 'id', p.id, 'displayName', p.display_name, 'workEmail', p.work_email,
    'position', p.position, 'status', p.status, 'hireDate', p.hire_date
  ) order by wanted.place)::text
  from unnest($1::uuid[]) with ordinality wanted (id, place)
  left join people p on ${of("p")} p.id = wanted.id`;

/** A row in Postgres' own texts. */
export type Row = readonly (string | null)[];

export type FloorStatement = {
  /** Under row-level security, and without it. */
  readonly fair: string;
  readonly bare: string;
  readonly assemble: (rows: readonly Row[]) => string;
};

const DEPTH_MAX = 50;

/** Each chain ends before the first person who repeats. */
function assembleChains(rows: readonly Row[]): string {
  const people = new Map(rows.map((row) => [row[1], row]));
  const chains: string[] = [];
  for (const [place, id, supervisorId] of rows) {
    if (place === null || place === undefined) continue;
    const chain = new Map<string | null | undefined, string | null | undefined>([[id, ""]]);
    for (let next = people.get(supervisorId); next && chain.size <= DEPTH_MAX; next = people.get(next[2])) {
      if (chain.has(next[1])) break;
      chain.set(next[1], next[3]);
    }
    const [, ...supervisors] = chain.values();
    chains[Number(place) - 1] = `{"id":"${id}","reportingChain":[${supervisors.join()}]}`;
  }
  return `[${chains.join()}]`;
}

const statement = (text: Text, assemble = (rows: readonly Row[]) => rows[0]?.[0] ?? ""): FloorStatement => ({
  fair: text(() => ""),
  bare: text((table) => `${table}.${OF_COMPANY} and`),
  assemble,
});

export const FLOOR_STATEMENTS: ReadonlyMap<string, FloorStatement> = new Map([
  ["page", statement(DIRECTORY_PAGE)],
  ["chains", statement(REPORTING_CHAINS, assembleChains)],
  ["entities", statement(ENTITIES)],
]);
