import type { EntityManager } from "typeorm";
import { planForMany } from "../../database/plan-for-many.ts";

/**
 * How many links one statement writes: usually none, but the supervisor of the whole company may arrive late.
 */
const LINKS_SIZE = 5_000;

/** A person whose supervisor link was written. */
export type LinkedPerson = {
  readonly personId: string;
  readonly personioId: string;
  readonly departmentId: string | null;
  readonly officeId: string | null;
  /** The new supervisor. */
  readonly supervisorId: string | null;
};

/**
 * Sets every supervisor link by Personio's id of the supervisor, after all people are written: it heals links
 * to people who arrived late. Writes only links that differ, and yields these people in batches.
 */
export async function* linkSupervisors(
  manager: EntityManager,
  company: { readonly people: number },
): AsyncGenerator<readonly LinkedPerson[]> {
  for (;;) {
    const linked: LinkedPerson[] = await planForMany(manager, company.people, () =>
      manager.query(
        // Finds all differences first: planned with the limit, Postgres would look up the supervisor of every
        // person singly.
        `/* people.linkSupervisors */
      with differences as materialized (
        select person.id, coalesce(supervisor.id, moving.id, former.person_id) as supervisor_id
        from people person
        left join people supervisor on supervisor.personio_id = person.supervisor_personio_id
        left join people moving on moving.next_personio_id = person.supervisor_personio_id
        left join former_employments former on former.personio_id = person.supervisor_personio_id
        where person.supervisor_id is distinct from coalesce(supervisor.id, moving.id, former.person_id)
      ), linked as (
        update people p set supervisor_id = wanted.supervisor_id
        from (select * from differences limit ${LINKS_SIZE}) wanted
        where p.id = wanted.id returning p.id, p.personio_id, p.department_id, p.office_id, p.supervisor_id
      )
      select id as "personId", personio_id as "personioId", department_id as "departmentId", office_id as "officeId",
        supervisor_id as "supervisorId"
      from linked order by personio_id`,
      ),
    );
    if (linked.length > 0) yield linked;
    if (linked.length < LINKS_SIZE) return;
  }
}

export type SupervisorLink = {
  readonly id: string;
  readonly supervisorId: string;
  readonly personioId: string;
  readonly displayName: string;
  readonly workEmail: string | null;
  readonly hasLeft: boolean;
};

/**
 * All people whose reporting line does not end: those in a circle, and those below one. Walks down from the
 * top and returns the people that the walk never reaches; usually none.
 */
export async function listEndlessSupervisorLinks(manager: EntityManager): Promise<SupervisorLink[]> {
  return manager.query(
    `/* people.listEndlessSupervisorLinks */
    with recursive reached as (
      select id from people where supervisor_id is null
      union all
      select person.id from people person join reached on person.supervisor_id = reached.id
    )
    select p.id, p.supervisor_id as "supervisorId", p.personio_id as "personioId",
      p.display_name as "displayName", p.work_email as "workEmail", p.status = 'INACTIVE' as "hasLeft"
    from people p left join reached on reached.id = p.id
    where reached.id is null
    order by p.personio_id`,
  );
}
