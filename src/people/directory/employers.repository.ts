import type { Queries } from "../../database/queries.ts";
import { CURRENT } from "./people-criteria.ts";

/** The name of the legal entity that employs people who work here, if there is exactly one. */
export async function findOnlyEmployer(manager: Queries): Promise<string | null> {
  const [only, ...others] = await manager.query<{ name: string }[]>(
    `/* people.findOnlyEmployer */
    select e.name from legal_entities e
    where exists (select from people p where p.legal_entity_id = e.id and ${CURRENT}) limit 2`,
  );
  return only && others.length === 0 ? only.name : null;
}
