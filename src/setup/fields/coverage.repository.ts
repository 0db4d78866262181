import type { Queries } from "../../database/queries.ts";
import { IDP_FIELDS } from "../../fields/field-source.ts";
import { PEOPLE_FIELDS } from "../../integration/fields/people-fields.ts";
import { PERSONIO_RECORD_COLUMNS } from "../../people/write/person-changes.repository.ts";
import { customAttributeField } from "../../people/write/person-record.ts";
import { recordFieldsOf } from "../../sync/plan/hide-fields.ts";

/** How many current people have a value, by the name of the field. */
export type Coverage = {
  readonly personio: Readonly<Record<string, number>>;
  readonly idp: Readonly<Record<string, number>>;
};

/** An empty text is not a value. */
const counted = (field: string): string => `count(nullif(p."${field}"::text, ''))`;

const OF_PERSON: readonly (readonly [string, string])[] = [
  // Derived from the names, which each record of Personio has.
  ["displayName", "count(*)"],
  ...PEOPLE_FIELDS.map(({ field }) => [field, counted(recordFieldsOf(field)[0] ?? field)] as const),
];

const OF_USER = IDP_FIELDS.map(
  (field) =>
    [field, `count(distinct p.id) filter (where nullif(u.offered ->> '${field}', '') is not null)`] as const,
);

const asObject = (counts: readonly (readonly [string, string])[]): string =>
  `jsonb_build_object(${counts.map(([field, count]) => `'${field}', ${count}`).join(", ")})`;

/** Counts the values of all fields and custom attributes of current people, in one statement. */
export async function countCoverage(manager: Queries): Promise<Coverage> {
  const [row] = await manager.query<[Coverage & { readonly custom: Readonly<Record<string, number>> }]>(
    `/* fields.countCoverage */
    select
      (select ${asObject(OF_PERSON)} from (select ${PERSONIO_RECORD_COLUMNS}) p where p.status <> 'INACTIVE') as personio,
      (select coalesce(jsonb_object_agg(key, count), '{}') from (
        select key, count(*) from people p, jsonb_object_keys(p.custom_attributes) as key
        where p.status <> 'INACTIVE' group by key) keys) as custom,
      (select ${asObject(OF_USER)} from people p join idp_users u on u.email = p.work_email
        where p.status <> 'INACTIVE') as idp`,
  );
  const custom = Object.entries(row.custom).map(([key, count]) => [customAttributeField(key), count]);
  return { personio: { ...row.personio, ...Object.fromEntries(custom) }, idp: row.idp };
}
