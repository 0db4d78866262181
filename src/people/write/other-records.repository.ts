import type { EntityManager } from "typeorm";

/**
 * A record of a person that was never the current one here: it is over, or comes after the next one. Later
 * ones are stored among the former ones until they are current.
 */
export type OtherRecord = {
  readonly personId: string;
  readonly personioId: string;
  readonly hireDate: string | null;
  readonly terminationDate: string | null;
};

/** Stores other records of people in the directory, so that their ids find these people. */
export async function storeOtherRecords(
  manager: EntityManager,
  records: readonly OtherRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await manager.query(
    `/* people.storeOtherRecords */
    insert into former_employments (tenant_id, personio_id, person_id, hire_date, termination_date)
    select p.tenant_id, row."personioId", p.id, row."hireDate", row."terminationDate"
    from jsonb_to_recordset($1) as row ("personId" uuid, "personioId" text, "hireDate" date, "terminationDate" date)
      join people p on p.id = row."personId"
    on conflict (tenant_id, personio_id) do nothing`,
    [JSON.stringify(records)],
  );
}
