import type { EntityManager } from "typeorm";
import { STORED_RECORD_COLUMNS } from "../../people/changes/person-changes.repository.ts";
import type { PersonRecord } from "../../people/changes/person-record.ts";
import { ALTERATION_LENGTH, type RehireCandidate } from "../plan/settle-rehires.ts";
import type { TranslatedPerson } from "../read/translate.ts";

/**
 * People of the directory who have the address of a leaver, which may have been altered to free it. The same question as of a newcomer, and
 * of all of them: nothing new has to come of whoever is known to be unchanged, and the evidence may come with the leaver.
 */
export async function listAddressHeirs(manager: EntityManager): Promise<RehireCandidate[]> {
  const pairs: { heirId: string; leaverId: string }[] = await manager.query(
    `/* people.listAddressHeirs */
    with leavers as (
      select id, work_email as address from people where status = 'INACTIVE'
      union all
      select id, left(work_email, place - 1) || substr(work_email, place + $1)
      from people, generate_series(1, length(work_email) - $1 + 1) as place
      where status = 'INACTIVE' and strpos(work_email, '_') > 0 and substr(work_email, place, 1) = '_'
    )
    select distinct heir.id as "heirId", leavers.id as "leaverId"
    from leavers join people heir on heir.work_email = leavers.address and heir.status <> 'INACTIVE'`,
    [ALTERATION_LENGTH],
  );
  const records = await findStoredRecords(
    manager,
    pairs.flatMap(({ heirId, leaverId }) => [heirId, leaverId]),
  );
  return pairs.flatMap(({ heirId, leaverId }) => {
    const [heir, stored] = [records.get(heirId), records.get(leaverId)];
    if (!heir || !stored) return [];
    return { staged: asRead(heir), personId: leaverId, stored, terminationDate: stored.terminationDate };
  });
}

/** By our id. Asked for by themselves: joined to people of whom Postgres knows no numbers, it would read everybody for each. */
async function findStoredRecords(
  manager: EntityManager,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PersonRecord>> {
  if (ids.length === 0) return new Map();
  const rows: { id: string; record: PersonRecord }[] = await manager.query(
    `/* people.findStoredRecords */
    select p.id, to_jsonb(p) - 'id' as record from (select people.id, ${STORED_RECORD_COLUMNS}) p where p.id = any($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map(({ id, record }) => [id, record]));
}

/** What Personio last said of somebody, as far as a rehire is told by it. */
const asRead = (heir: PersonRecord): TranslatedPerson => {
  const { personioId, workEmail, firstName, lastName, preferredName, employeeId, hireDate, dateOfBirth } =
    heir;
  const fields = { workEmail, firstName, lastName, preferredName, employeeId, hireDate, dateOfBirth };
  return { personioId, fields, unreadable: [] };
};
