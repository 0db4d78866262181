import type { EntityManager } from "typeorm";
import { STORED_RECORD_COLUMNS } from "../../people/write/person-changes.repository.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";
import { ALTERED_ADDRESSES, LOST_ADDRESSES } from "../plan/comparison.repository.ts";
import type { RecordCandidate } from "../plan/match-records.ts";
import { ALTERATION_LENGTH } from "../plan/same-person.ts";
import type { TranslatedPerson } from "../read/translate.ts";

/**
 * People of the directory who have the address of somebody who left, or of somebody whose address was altered to free it. The same question
 * as of a newcomer, and of all of them: nothing new has to come of people who are known to be unchanged, and the evidence may come with
 * either record.
 */
export async function listRehireCandidates(manager: EntityManager): Promise<RecordCandidate[]> {
  const pairs: { heirId: string; leaverId: string }[] = await manager.query(
    `/* people.listRehireCandidates */
    with leavers as (
      select id, work_email as address from people where status = 'INACTIVE' and work_email is not null
      union all ${LOST_ADDRESSES}
      union all ${ALTERED_ADDRESSES("$1")}
    )
    select distinct heir.id as "heirId", leavers.id as "leaverId"
    from leavers join people heir on heir.work_email = leavers.address and heir.status <> 'INACTIVE' and heir.id <> leavers.id`,
    [ALTERATION_LENGTH],
  );
  const records = await findStoredRecords(
    manager,
    pairs.flatMap(({ heirId, leaverId }) => [heirId, leaverId]),
  );
  return pairs.flatMap(({ heirId, leaverId }) => {
    const [heir, stored] = [records.get(heirId), records.get(leaverId)];
    if (!heir || !stored) return [];
    const current = { wasRead: false, staged: null };
    // Which day it is makes no difference to what is ambiguous.
    return { staged: asRead(heir), personId: leaverId, stored, current, known: null, today: "" };
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
