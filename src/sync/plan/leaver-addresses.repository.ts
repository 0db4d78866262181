import type { EntityManager } from "typeorm";
import { queryPlannedOnce } from "../../database/queries.ts";
import { PERSONIO_RECORD_COLUMNS } from "../../people/write/person-changes.repository.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";

/** A leaver who loses the address, because another person has it once the plan is applied. */
export type AddressLoss = {
  readonly personId: string;
  /** As last read from Personio. */
  readonly stored: PersonRecord;
  /** Whether the plan changes the leaver anyway. */
  readonly isPlanned: boolean;
  /** Whether the read contains the leaver, so that the summary counts them as unchanged so far. */
  readonly wasRead: boolean;
};

/**
 * The leavers whose address another person would share once the plan is applied: a current person, or the
 * leaver who left last. A partial read checks only addresses of the plan; a full one checks all, so rows from
 * before this rule heal, too. Sorted by Personio's id.
 */
export const listAddressLosses = (
  manager: EntityManager,
  readId: string,
  { partial }: { readonly partial: boolean },
): Promise<AddressLoss[]> =>
  queryPlannedOnce(
    manager,
    `/* plan.listAddressLosses */
    with planned as materialized (
      select i.person_id, i.status, i.work_email from sync_plan_items i where i.read_id = $1 and i.change <> 'ABSENT'
    ), after as (
      select person_id as id, status, work_email from planned where work_email is not null
      union all
      select p.id, p.status, p.work_email from people p
      where p.work_email is not null and not exists (select from planned where planned.person_id = p.id)
        ${partial ? "and p.work_email in (select work_email from planned)" : ""}
    ), shared as (
      select work_email from after group by work_email having count(*) > 1
    ), ranked as (
      select a.id, a.status, row_number() over (partition by a.work_email
        order by a.status = 'INACTIVE', p.termination_date desc nulls last, p.hire_date desc nulls last, a.id) as place
      from after a left join people p on p.id = a.id
      where a.work_email in (select work_email from shared)
    )
    select r.id as "personId", to_jsonb(p) - 'id' as stored,
      exists (select from planned where planned.person_id = r.id) as "isPlanned",
      exists (select from staged_employees s where s.read_id = $1 and s.personio_id = p."personioId") as "wasRead"
    from ranked r join (select people.id, ${PERSONIO_RECORD_COLUMNS}) p on p.id = r.id
    where r.place > 1 and r.status = 'INACTIVE'
    order by p."personioId"`,
    [readId],
  );

/** Removes the address from the planned changes of these people. */
export async function removePlannedAddresses(
  manager: EntityManager,
  readId: string,
  personIds: readonly string[],
): Promise<void> {
  if (personIds.length === 0) return;
  await manager.query(
    `/* plan.removeAddresses */
    update sync_plan_items set work_email = null, after = (after::jsonb || '{"workEmail": null}')::json
    where read_id = $1 and person_id = any($2::uuid[])`,
    [readId, personIds],
  );
}
