import type { EntityManager } from "typeorm";
import type { Queries } from "../../database/queries.ts";
import type { IdpField } from "../../fields/field-source.ts";
import { STORED_RECORD_COLUMNS } from "../write/person-changes.repository.ts";
import { displayNameOf, type PersonRecord } from "../write/person-record.ts";
import type { PersonSources } from "./merge-sources.ts";

/** Whether any person may have a second source. Most companies have none, and then no statement reads it. */
export async function hasSecondSource(manager: EntityManager): Promise<boolean> {
  const [row] = await manager.query<[{ found: boolean }]>(
    `/* sources.hasSecond */
    select exists (select from idp_users) or exists (select from person_sources) as found`,
  );
  return row.found;
}

/** A person as stored. */
export type StoredPerson = {
  readonly personId: string;
  /** With the values that won. */
  readonly served: PersonRecord;
  readonly sources: PersonSources | null;
  readonly departmentId: string | null;
  readonly officeId: string | null;
  readonly legalEntityId: string | null;
  readonly supervisorId: string | null;
  readonly sourceHash: string | null;
  /** When the directory first stored the person. */
  readonly storedAt: Date;
};

type StoredRow = Omit<StoredPerson, "sources"> & {
  readonly displayName: string;
  readonly idpUserId: string | null;
  readonly idpVersion: number | null;
  readonly personio: PersonSources["personio"] | null;
  readonly winners: PersonSources["winners"] | null;
};

export async function findStoredPeople(manager: Queries, ids: readonly string[]): Promise<StoredPerson[]> {
  if (ids.length === 0) return [];
  const rows = await manager.query<StoredRow[]>(
    `/* sources.findStored */
    select own.id as "personId", to_jsonb(p) - 'id' as served, own.display_name as "displayName",
      own.department_id as "departmentId", own.office_id as "officeId", own.legal_entity_id as "legalEntityId",
      own.supervisor_id as "supervisorId", own.source_hash as "sourceHash", own.stored_at as "storedAt",
      src.idp_user_id as "idpUserId", src.idp_version as "idpVersion", src.winners,
      case when src.personio ? 'departmentPersonioId'
        then src.personio || jsonb_build_object('departmentPersonioId', d.personio_id) else src.personio end as personio
    from people own
    join (select people.id, ${STORED_RECORD_COLUMNS}) p on p.id = own.id
    left join person_sources src on src.person_id = own.id
    left join departments d on d.id = src.personio_department_id
    where own.id = any($1::uuid[]) order by own.personio_id`,
    [ids],
  );
  return rows.map(storedPerson);
}

function storedPerson({
  displayName,
  idpUserId,
  idpVersion,
  personio,
  winners,
  served,
  ...row
}: StoredRow): StoredPerson {
  if (!personio || !winners) return { ...row, served, sources: null };
  const idp = idpUserId === null ? null : { userId: idpUserId, version: idpVersion ?? 0 };
  const isDerived = displayName === displayNameOf(served);
  return {
    ...row,
    served: isDerived ? served : { ...served, displayName },
    sources: { idp, personio, winners },
  };
}

/** A user of the identity provider who matches an address. */
export type IdpOffer = {
  readonly email: string;
  readonly userId: string;
  readonly version: number;
  readonly offered: Readonly<Partial<Record<IdpField, string | null>>>;
  /** The person matched with the offered supervisor, by Personio's id and ours; null without a match. */
  readonly supervisorPersonioId: string | null;
  readonly supervisorId: string | null;
};

/**
 * The user of each address: an active one rather than an inactive one, then the oldest. Two users with one
 * address are rare, and one of them has to decide.
 */
const MATCHED_USERS = `
  select distinct on (u.email) u.email, u.id, u.version, u.offered, u.supervisor_id
  from idp_users u where u.email is not null`;
const MATCHED_ORDER = "order by u.email, u.active desc, u.created_at, u.id";

/** The person who is matched with the supervisor of a user `u`. */
const SUPERVISOR_OF_USER = `
  left join idp_users lead on lead.id = u.supervisor_id
  left join people boss on boss.work_email = lead.email`;

export async function findOffers(manager: Queries, emails: readonly string[]): Promise<IdpOffer[]> {
  if (emails.length === 0) return [];
  return manager.query(
    `/* sources.findOffers */
    select u.email, u.id as "userId", u.version, u.offered,
      boss.personio_id as "supervisorPersonioId", boss.id as "supervisorId"
    from (${MATCHED_USERS} and u.email = any($1) ${MATCHED_ORDER}) u ${SUPERVISOR_OF_USER}`,
    [emails],
  );
}

/** People whose merge can depend on these users: matched with them now or before, or supervised by them. */
export async function listPeopleOfUsers(
  manager: EntityManager,
  userIds: readonly string[],
): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `/* sources.listPeopleOfUsers */
    select p.id from idp_users u join people p on p.work_email = u.email where u.id = any($1::uuid[])
    union select person_id from person_sources where idp_user_id = any($1::uuid[])
    union select p.id from idp_users u join people p on p.work_email = u.email where u.supervisor_id = any($1::uuid[])`,
    [userIds],
  );
  return rows.map(({ id }) => id);
}

/** How many people one merge reads and writes at a time. */
const STALE_SIZE = 1_000;

/**
 * Up to a thousand people after `after` whose stored merge no longer fits. Another user matches, or the user
 * has changed. Or the supervisor or the department of the identity provider is another row now.
 */
export async function listStalePeople(manager: EntityManager, after: string | null): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `/* sources.listStale */
    with u as (${MATCHED_USERS} ${MATCHED_ORDER})
    select p.id from people p
    left join u on u.email = p.work_email
    left join person_sources src on src.person_id = p.id
    left join departments d on d.id = p.department_id
    ${SUPERVISOR_OF_USER}
    where ($1::uuid is null or p.id > $1) and (
      (u.id, u.version) is distinct from (src.idp_user_id, src.idp_version)
      or src.winners -> 'supervisor' ->> 'source' = 'IDP' and p.supervisor_personio_id is distinct from boss.personio_id
      or src.winners -> 'department' ->> 'source' = 'IDP' and (
        lower(d.name) is distinct from lower(trim(u.offered ->> 'department'))
        or d.personio_id like 'IDP:%' and exists (
          select from departments twin where twin.id <> d.id and lower(twin.name) = lower(d.name))))
    order by p.id limit ${STALE_SIZE}`,
    [after],
  );
  return rows.map(({ id }) => id);
}

/** Our ids of the people who own these records: current, coming or former ones. */
export async function findIdsByRecord(
  manager: Queries,
  personioIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (personioIds.length === 0) return new Map();
  const rows = await manager.query<{ personioId: string; id: string }[]>(
    `/* sources.findIdsByRecord */
    select record.id as "personioId", coalesce(p.id, moving.id, f.person_id) as id
    from unnest($1::text[]) as record (id)
    left join people p on p.personio_id = record.id
    left join people moving on moving.next_personio_id = record.id
    left join former_employments f on f.personio_id = record.id
    where coalesce(p.id, moving.id, f.person_id) is not null`,
    [personioIds],
  );
  return new Map(rows.map(({ personioId, id }) => [personioId, id]));
}

export type SourcesWrite = { readonly personId: string; readonly sources: PersonSources | null };

/** Stores what the merge decided; `null` removes the row. */
export async function storeSources(manager: EntityManager, writes: readonly SourcesWrite[]): Promise<void> {
  const gone = writes.flatMap(({ personId, sources }) => (sources ? [] : personId));
  if (gone.length > 0)
    await manager.query("/* sources.remove */ delete from person_sources where person_id = any($1::uuid[])", [
      gone,
    ]);
  const stored = writes.flatMap(({ personId, sources }) => (sources ? [{ personId, ...sources }] : []));
  if (stored.length === 0) return;
  await manager.query(
    `/* sources.store */
    insert into person_sources (tenant_id, person_id, idp_user_id, idp_version, personio, personio_department_id, winners)
    select current_setting('app.tenant'), row.person_id, row.idp_user_id, row.idp_version, row.personio::jsonb, d.id, row.winners::jsonb
    from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[])
      as row (person_id, idp_user_id, idp_version, personio, department, winners)
    left join departments d on d.personio_id = row.department
    on conflict (tenant_id, person_id) do update set idp_user_id = excluded.idp_user_id, idp_version = excluded.idp_version,
      personio = excluded.personio, personio_department_id = excluded.personio_department_id, winners = excluded.winners`,
    [
      stored.map(({ personId }) => personId),
      stored.map(({ idp }) => idp?.userId ?? null),
      stored.map(({ idp }) => idp?.version ?? null),
      stored.map(({ personio }) =>
        JSON.stringify(
          "departmentPersonioId" in personio ? { ...personio, departmentPersonioId: null } : personio,
        ),
      ),
      stored.map(({ personio }) => personio.departmentPersonioId ?? null),
      stored.map(({ winners }) => JSON.stringify(winners)),
    ],
  );
}
