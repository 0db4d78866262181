/**
 * One statement per measured read, which builds the whole response as JSON. They use the service's own
 * indexes, so they name the company as row-level security would: without it no index would match.
 */

const OF_COMPANY = "tenant_id = 'default'";
const POSITION = "(last_name, first_name, id) > ($1, $2, $3::uuid)";

const page = (columns: string): string => `
  select ${columns} from people
  where ${OF_COMPANY} and status in ('ONBOARDING', 'ACTIVE', 'LEAVE') and ${POSITION}
  order by last_name, first_name, id limit 50`;

const DIRECTORY_PAGE = `
  select json_agg(json_build_object(
    'id', p.id, 'displayName', p.display_name, 'workEmail', p.work_email, 'position', p.position,
    'status', p.status, 'hireDate', p.hire_date,
    'department', case when d.id is not null then json_build_object('id', d.id, 'name', d.name) end,
    'office', case when o.id is not null then json_build_object('id', o.id, 'name', o.name) end,
    'supervisor', case when s.id is not null then json_build_object('id', s.id, 'displayName', s.display_name) end
  ) order by p.last_name, p.first_name, p.id)::text as json
  from (${page("*")}) p
  left join departments d on d.${OF_COMPANY} and d.id = p.department_id
  left join offices o on o.${OF_COMPANY} and o.id = p.office_id
  left join people s on s.${OF_COMPANY} and s.id = p.supervisor_id`;

const REPORTING_CHAINS = `
  with recursive page as (${page("id, supervisor_id, last_name, first_name")}),
  chain (start_id, person_id, depth) as (
    select id, id, 0 from page
    union all
    select chain.start_id, p.supervisor_id, chain.depth + 1
    from chain join people p on p.${OF_COMPANY} and p.id = chain.person_id
    where p.supervisor_id is not null and chain.depth < 50
  ) cycle person_id set repeats using path,
  chains as (
    select chain.start_id, json_agg(json_build_object(
      'id', s.id, 'displayName', s.display_name, 'position', s.position) order by chain.depth) as supervisors
    from chain join people s on s.${OF_COMPANY} and s.id = chain.person_id
    where chain.depth > 0 and not chain.repeats group by chain.start_id
  )
  select json_agg(json_build_object('id', page.id, 'reportingChain', coalesce(chains.supervisors, '[]'))
    order by last_name, first_name, id)::text as json
  from page left join chains on chains.start_id = page.id`;

const ENTITIES = `
  select json_agg(json_build_object(
    '__typename', 'Person', 'id', p.id, 'displayName', p.display_name, 'workEmail', p.work_email,
    'position', p.position, 'status', p.status, 'hireDate', p.hire_date
  ) order by wanted.place)::text as json
  from unnest($1::uuid[]) with ordinality wanted (id, place)
  left join people p on p.${OF_COMPANY} and p.id = wanted.id`;

export const FLOOR_STATEMENTS: Readonly<Record<string, string>> = {
  "directory-page": DIRECTORY_PAGE,
  "reporting-chains": REPORTING_CHAINS,
  entities: ENTITIES,
};
