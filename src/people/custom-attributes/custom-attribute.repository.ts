import type { Queries } from "../../database/queries.ts";
import type { CustomAttribute } from "./custom-attribute.ts";

export type AttributesOfPerson = { readonly id: string; readonly attributes: readonly CustomAttribute[] };

/**
 * The attributes of each person that have a definition, by label. People without any are not among the rows.
 */
export const findCustomAttributes = (
  manager: Queries,
  personIds: readonly string[],
): Promise<AttributesOfPerson[]> =>
  manager.query(
    `/* people.findCustomAttributes */
    select p.id, jsonb_agg(
      jsonb_build_object(
        'key', d.key, 'label', d.label, 'type', d.type, 'value', p.custom_attributes -> d.key)
      order by d.label collate person_name, d.key) as attributes
    from people p join custom_attribute_definitions d on p.custom_attributes ? d.key
    where p.id = any($1::uuid[]) group by p.id`,
    [personIds],
  );
