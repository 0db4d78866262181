import type { EntityManager } from "typeorm";
import { openWordIndex } from "../../people/search/word-index.repository.ts";
import {
  type PersonWrite,
  STORED_RECORD_COLUMNS,
  updatePeople,
} from "../../people/write/person-changes.repository.ts";
import { displayNameOf, type PersonRecord } from "../../people/write/person-record.ts";
import { personWrite } from "../../people/write/person-write.ts";
import { columnsOf, type Unwanted, withoutUnwanted } from "./hidden-values.ts";

/** People per transaction: a sync, which needs the same lock, waits for at most one of them. */
const BATCH_SIZE = 500;

/** A person with an unwanted value, and our ids of what the person belongs to. */
export type UnwantedPerson = {
  readonly id: string;
  readonly departmentId: string | null;
  readonly legalEntityId: string | null;
  readonly officeId: string | null;
  readonly supervisorId: string | null;
  readonly record: PersonRecord;
};

/** The next people, by id, who have an unwanted value. Leavers count. */
export async function listUnwanted(
  manager: EntityManager,
  { hidden, customKeys }: Unwanted,
  after: string | null,
): Promise<UnwantedPerson[]> {
  const has = columnsOf(hidden).map((column) => `people."${column}" is not null`);
  const rows = await manager.query<(UnwantedPerson & { readonly displayName: string })[]>(
    `/* wipe.listUnwanted */
    select p.id, p.department_id as "departmentId", p.legal_entity_id as "legalEntityId", p.office_id as "officeId",
      p.supervisor_id as "supervisorId", p.display_name as "displayName", to_jsonb(stored) - 'id' as record
    from (
      select people.id, ${STORED_RECORD_COLUMNS}
      where ($1::uuid is null or people.id > $1) and (${[...has, "people.custom_attributes - $2::text[] <> '{}'"].join(" or ")})
      order by people.id limit ${BATCH_SIZE}
    ) stored join people p on p.id = stored.id order by p.id`,
    [after, customKeys],
  );
  return rows.map(({ displayName, record, ...person }) => ({
    ...person,
    record: displayName === displayNameOf(record) ? record : { ...record, displayName },
  }));
}

/** The person without the unwanted values. The next run compares the person in full. Pure. */
export function asWanted(person: UnwantedPerson, unwanted: Unwanted): PersonWrite {
  const { hidden } = unwanted;
  const record = withoutUnwanted(person.record, unwanted);
  return personWrite(record, {
    id: person.id,
    departmentId: hidden.includes("department") ? null : person.departmentId,
    legalEntityId: hidden.includes("legalEntity") ? null : person.legalEntityId,
    officeId: hidden.includes("office") ? null : person.officeId,
    supervisorId: hidden.includes("supervisor") ? null : person.supervisorId,
    sourceHash: null,
    continuation: null,
  });
}

export async function storeWanted(manager: EntityManager, people: readonly PersonWrite[]): Promise<void> {
  const words = openWordIndex(manager);
  await updatePeople(manager, people, words);
  await words.flush();
}
