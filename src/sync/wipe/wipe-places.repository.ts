import type { EntityManager } from "typeorm";
import { PEOPLE_FIELDS } from "../../integration/fields/people-fields.ts";
import { wipeEvents } from "../../lifecycle/events/wipe-events.repository.ts";
import { recordFieldsOf } from "../plan/hide-fields.ts";
import { SHOWN_BY_EXCLUSIONS } from "../runs/redact-entry.ts";
import { kindsOf, type Unwanted } from "./hidden-values.ts";

/** Deletes the unwanted values of one place. */
export type WipePlace = (manager: EntityManager, unwanted: Unwanted) => Promise<unknown>;

const FIELDS = PEOPLE_FIELDS.map(({ field }) => field);

/** Entries about a whole record, and about who a person is. */
const NO_FIELD = ["", "originalHireDate"];

/** The fields of read records. What is absent stays absent: an empty value would clear a stored one. */
export const wipeStaged: WipePlace = (manager, { hidden, customKeys }) =>
  manager.query(
    `/* wipe.staged */
    update staged_employees s set source_hash = null, record = c.cleaned::json
    from (
      select tenant_id, read_id, personio_id,
        jsonb_set(jsonb_set(jsonb_set(read, '{fields}', (read -> 'fields') - $1::text[]),
          '{fields,customAttributes}', ${keptCustom("read #> '{fields,customAttributes}'", "$2")}, false),
          '{unreadable}', (
            select coalesce(jsonb_agg(u), '[]') from jsonb_array_elements(read -> 'unreadable') as u
            where u ->> 'field' <> all ($1) and u ->> 'field' = any ($2 || $3::text[])), false) as cleaned
      from (select *, record::jsonb as read from staged_employees where record is not null) stored
    ) c
    where s.tenant_id = c.tenant_id and s.read_id = c.read_id and s.personio_id = c.personio_id
      and c.cleaned <> s.record::jsonb`,
    [hidden, customKeys, FIELDS],
  );

/** A hidden field changes the mapping, so none of them counts any more. */
export const wipeTranslations: WipePlace = (manager) =>
  manager.query("/* wipe.translations */ delete from translated_records");

/** Both sides of planned changes, so also of held plans. */
export const wipePlans: WipePlace = async (manager, { hidden, customKeys }) => {
  const emptied = Object.fromEntries(hidden.flatMap(recordFieldsOf).map((field) => [field, null]));
  const wanted = (side: string): string =>
    `(${side}::jsonb || $1::jsonb || jsonb_build_object('customAttributes', ${keptCustom(`${side}::jsonb -> 'customAttributes'`, "$2")}))`;
  const isUnwanted = (side: string): string => `${side} is not null and ${wanted(side)} <> ${side}::jsonb`;
  await manager.query(
    `/* wipe.plans */
    update sync_plan_items set before = ${wanted("before")}::json, after = ${wanted("after")}::json,
      losing = (losing::jsonb - $4::text[])::json,
      supervisor_personio_id = case when $3 then null else supervisor_personio_id end
    where ${isUnwanted("before")} or ${isUnwanted("after")} or losing::jsonb ?| $4::text[]`,
    [JSON.stringify(emptied), customKeys, hidden.includes("supervisor"), Object.keys(emptied)],
  );
};

/** Personio's values in fields that the identity provider wins, and the source that won. */
export const wipeSources: WipePlace = (manager, { hidden }) =>
  manager.query(
    `/* wipe.sources */
    update person_sources set personio = personio - $1::text[], winners = winners - $2::text[],
      personio_department_id = case when $3 then null else personio_department_id end
    where personio ?| $1::text[] or winners ?| $2::text[]`,
    [hidden.flatMap(recordFieldsOf), hidden, hidden.includes("department")],
  );

/** The custom attributes that the mapping keeps, of a JSON object in SQL; of none, nothing. */
const keptCustom = (custom: string, keys: string): string =>
  `coalesce((select jsonb_object_agg(key, value) from jsonb_each(${custom}) where key = any (${keys}::text[])), '{}')`;

/**
 * An entry about a field quotes what could not be read, or shows who the supervisor is. One about an
 * exclusion shows what excluded the person; the next run adds those that still apply.
 */
const wipeEntries =
  (table: "planned_skips" | "skipped_employees"): WipePlace =>
  (manager, { hidden, customKeys }) =>
    manager.query(
      `/* wipe.entries */
      delete from ${table} where field = any ($1) or field <> all ($2 || $3::text[]) or ($4 and reason = 'EXCLUDED')`,
      [
        hidden,
        customKeys,
        [...FIELDS, ...NO_FIELD],
        hidden.some((field) => SHOWN_BY_EXCLUSIONS.includes(field)),
      ],
    );
export const wipePlannedSkips = wipeEntries("planned_skips");
export const wipeLedger = wipeEntries("skipped_employees");

export const wipeFormerEmployments: WipePlace = (manager, { hidden }) =>
  manager.query(
    `/* wipe.formerEmployments */
    update former_employments set hire_date = case when $1 then null else hire_date end,
      termination_date = case when $2 then null else termination_date end
    where ($1 and hire_date is not null) or ($2 and termination_date is not null)`,
    [hidden.includes("hireDate"), hidden.includes("terminationDate")],
  );

export const wipeDates: WipePlace = (manager, { hidden }) => wipeEvents(manager, kindsOf(hidden));

export const wipeDefinitions: WipePlace = (manager, { customKeys }) =>
  manager.query("/* wipe.definitions */ delete from custom_attribute_definitions where key <> all ($1)", [
    customKeys,
  ]);

/** The keys of all custom attributes that people may have. */
export async function listDefined(manager: EntityManager): Promise<string[]> {
  const rows: { key: string }[] = await manager.query(
    "/* wipe.listDefined */ select key from custom_attribute_definitions",
  );
  return rows.map(({ key }) => key);
}
