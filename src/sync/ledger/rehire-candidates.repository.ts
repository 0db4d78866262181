import type { EntityManager } from "typeorm";
import { PERSONIO_RECORD_COLUMNS } from "../../people/write/person-changes.repository.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";
import type { RecordCandidate } from "../plan/join-record.ts";
import { ALTERED_ADDRESSES, LOST_ADDRESSES } from "../plan/record-candidates.repository.ts";
import { ALTERATION_LENGTH } from "../plan/same-person.ts";
import type { TranslatedPerson } from "../read/translate.ts";

/**
 * People of the directory who have the address of a leaver, or an address that Personio altered to free it.
 * Each is paired with the former holder. The query covers all people, not only those of this read: the
 * evidence may come with either record.
 */
export async function listRehireCandidates(manager: EntityManager): Promise<RecordCandidate[]> {
  const pairs: { holderId: string; leaverId: string }[] = await manager.query(
    `/* people.listRehireCandidates */
    with leavers as (
      select id, work_email as address from people where status = 'INACTIVE' and work_email is not null
      union all ${LOST_ADDRESSES}
      union all ${ALTERED_ADDRESSES("$1")}
    )
    select distinct holder.id as "holderId", leavers.id as "leaverId"
    from leavers join people holder on holder.work_email = leavers.address
      and holder.status <> 'INACTIVE' and holder.id <> leavers.id`,
    [ALTERATION_LENGTH],
  );
  const records = await findStoredRecords(
    manager,
    pairs.flatMap(({ holderId, leaverId }) => [holderId, leaverId]),
  );
  return pairs.flatMap(({ holderId, leaverId }) => {
    const [holder, stored] = [records.get(holderId), records.get(leaverId)];
    if (!holder || !stored) return [];
    const current = { wasRead: false, staged: null };
    // The day makes no difference to whether a rehire is ambiguous.
    return { staged: asRead(holder), personId: leaverId, stored, current, known: null, today: "" };
  });
}

/**
 * By our id. A query of its own: without statistics, Postgres would plan a join that reads all people for
 * each pair.
 */
async function findStoredRecords(
  manager: EntityManager,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PersonRecord>> {
  if (ids.length === 0) return new Map();
  const rows: { id: string; record: PersonRecord }[] = await manager.query(
    `/* people.findStoredRecords */
    select p.id, to_jsonb(p) - 'id' as record from (select people.id, ${PERSONIO_RECORD_COLUMNS}) p where p.id = any($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map(({ id, record }) => [id, record]));
}

/** A stored record in the form of a read one, with the fields that are evidence of a rehire. */
const asRead = (holder: PersonRecord): TranslatedPerson => {
  const { personioId, workEmail, firstName, lastName, preferredName, employeeId, hireDate, dateOfBirth } =
    holder;
  const fields = { workEmail, firstName, lastName, preferredName, employeeId, hireDate, dateOfBirth };
  return { personioId, fields, unreadable: [] };
};
