import type { DataSource, EntityManager } from "typeorm";
import { readAtOnce } from "../../database/read-snapshot.ts";
import type { OfficeCountry } from "./office-countries.ts";

/** A translation to remember. */
export type Translation = {
  readonly personioId: string;
  /** Null if the record must be translated again in any case. */
  readonly recordHash: string | null;
  readonly sourceHash: string;
  readonly officeCountry: OfficeCountry | null;
};

export async function storeTranslations(
  manager: EntityManager,
  translations: readonly Translation[],
): Promise<void> {
  if (translations.length === 0) return;
  await manager.query(
    `/* translations.store */
    insert into translated_records as t (tenant_id, personio_id, record_hash, source_hash, office_personio_id, holiday_country)
    select current_setting('app.tenant'), row.* from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) as row
    on conflict (tenant_id, personio_id) do update set record_hash = excluded.record_hash,
      source_hash = excluded.source_hash, office_personio_id = excluded.office_personio_id,
      holiday_country = excluded.holiday_country
    where (t.record_hash, t.source_hash, t.office_personio_id, t.holiday_country) is distinct from
      (excluded.record_hash, excluded.source_hash, excluded.office_personio_id, excluded.holiday_country)`,
    [
      translations.map(({ personioId }) => personioId),
      translations.map(({ recordHash }) => recordHash),
      translations.map(({ sourceHash }) => sourceHash),
      translations.map(({ officeCountry }) => officeCountry?.officePersonioId),
      translations.map(({ officeCountry }) => officeCountry?.country),
    ],
  );
}

/**
 * The people whose record has these bytes and is the one that was applied last, by the hash of the record.
 * Compares ids and hashes in two lists, as `stageKnownPeople` does. Looks up each person, because a join
 * might read the whole directory for each page.
 */
export async function findAppliedRecords(
  dataSource: DataSource,
  tenantId: string,
  records: { readonly personioIds: readonly string[]; readonly hashes: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const rows = (await readAtOnce(dataSource, tenantId, FIND_APPLIED, [records.personioIds, records.hashes], {
    plannedOnce: false,
  })) as readonly { personioId: string; recordHash: string }[];
  return new Map(rows.map(({ personioId, recordHash }) => [recordHash, personioId]));
}

const FIND_APPLIED = `/* translations.findApplied */
  select t.personio_id as "personioId", t.record_hash as "recordHash"
  from translated_records t
  where t.personio_id = any($1) and t.record_hash = any($2)
    and t.source_hash = (select p.source_hash from people p where p.personio_id = t.personio_id)`;

export async function hasTranslations(manager: EntityManager): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    "/* translations.exist */ select from translated_records limit 1",
  );
  return rows.length > 0;
}

/** The countries of offices by the people of this read whose record was not translated again. */
export const listKnownCountries = (manager: EntityManager, readId: string): Promise<OfficeCountry[]> =>
  manager.query(
    `/* translations.listCountries */
    select distinct t.office_personio_id as "officePersonioId", t.holiday_country as country
    from staged_employees s
    join translated_records t on t.personio_id = s.personio_id and t.source_hash = s.source_hash
    where s.read_id = $1 and s.record is null and t.holiday_country is not null`,
    [readId],
  );

/** Deletes the translations of records that a complete read missed. */
export async function removeMissedTranslations(manager: EntityManager, readId: string): Promise<void> {
  await manager.query(
    `/* translations.removeMissed */
    delete from translated_records t where not exists (
      select from staged_employees s where s.read_id = $1 and s.personio_id = t.personio_id)`,
    [readId],
  );
}
