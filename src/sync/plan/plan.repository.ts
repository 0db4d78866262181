import type { EntityManager } from "typeorm";
import { fetchAhead } from "../../database/fetch-ahead.ts";
import { jsonLines, toJsonLines } from "../../database/json-lines.ts";
import type { LosingValues } from "../../people/sources/merge-sources.ts";
import type { Continuation, PersonRecord } from "../../people/write/person-record.ts";
import { causeToStore, type PlannedSkip } from "./explain-skip.ts";
import { ALTERATION_LENGTH } from "./same-person.ts";

/** How many changes are applied at a time. */
const FETCH_SIZE = 1_000;

export type PlanItem = {
  readonly personioId: string;
  readonly change: PlanItemChange;
  readonly personId: string;
  /** Null for an ADD. */
  readonly before: PersonRecord | null;
  readonly after: PersonRecord;
  /** How the person continues under another record than before; null if they do not. */
  readonly continuation: Continuation | null;
  /** Personio's values in fields of `after` that another source wins; null for most people. */
  readonly losing: LosingValues | null;
};

/**
 * `ABSENT`: a first absence, which becomes a LEAVE when an admin approves the plan. `SOURCES`: only what a
 * losing source contains changes, so no reader sees a difference.
 */
export type PlanItemChange = "ADD" | "CHANGE" | "LEAVE" | "ABSENT" | "SOURCES";

/** Stores the decisions about a batch of people. */
export async function insertPlanned(
  manager: EntityManager,
  readId: string,
  { items, skips }: { readonly items: readonly PlanItem[]; readonly skips: readonly PlannedSkip[] },
): Promise<void> {
  await insertPlanItems(manager, readId, items);
  await insertPlannedSkips(manager, readId, skips);
}

const ITEM_COLUMNS =
  "personio_id, change, person_id, supervisor_personio_id, status, work_email, next_personio_id, goes_on";

export async function insertPlanItems(
  manager: EntityManager,
  readId: string,
  items: readonly PlanItem[],
): Promise<void> {
  if (items.length === 0) return;
  await manager.query(
    `/* plan.insertItems */
    insert into sync_plan_items (tenant_id, read_id, ${ITEM_COLUMNS}, before, after, losing)
    select current_setting('app.tenant'), $1, ${ITEM_COLUMNS}, item.before::json, item.after::json, item.losing::json
    from rows from (unnest($2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]),
      ${jsonLines("$10")}, ${jsonLines("$11")}, ${jsonLines("$12")}) as item (${ITEM_COLUMNS}, before, after, losing)`,
    [
      readId,
      items.map((item) => item.personioId),
      items.map((item) => item.change),
      items.map((item) => item.personId),
      items.map((item) => item.after.supervisorPersonioId),
      items.map((item) => item.after.status),
      items.map((item) => item.after.workEmail),
      items.map((item) => item.after.nextPersonioId),
      items.map((item) => item.continuation),
      toJsonLines(items.map((item) => item.before && JSON.stringify(item.before))),
      toJsonLines(items.map((item) => JSON.stringify(item.after))),
      toJsonLines(items.map((item) => item.losing && JSON.stringify(item.losing))),
    ],
  );
}

export async function insertPlannedSkips(
  manager: EntityManager,
  readId: string,
  skips: readonly PlannedSkip[],
): Promise<void> {
  if (skips.length === 0) return;
  await manager.query(
    `/* plan.insertSkips */
    insert into planned_skips (tenant_id, read_id, personio_id, reason, field, name, work_email, message, help, cause,
      has_left)
    select current_setting('app.tenant'), $1, skip.*
    from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::jsonb[], $10::boolean[])
      as skip (personio_id, reason, field, name, work_email, message, help, cause, has_left)
    on conflict do nothing`,
    [
      readId,
      skips.map((skip) => skip.personioId),
      skips.map((skip) => skip.reason),
      skips.map((skip) => skip.field),
      skips.map((skip) => skip.name),
      skips.map((skip) => skip.workEmail),
      skips.map((skip) => skip.message),
      skips.map((skip) => skip.help),
      skips.map(causeToStore),
      skips.map((skip) => skip.hasLeft),
    ],
  );
}

/**
 * People who keep an address that the record has in altered form, too: the next full run decides whether
 * Personio altered it.
 */
const KEEPS_ADDRESS = (read: string, kept: string): string =>
  `coalesce(length(${read}) = length(${kept}) + ${ALTERATION_LENGTH}, false)`;

export type LinkedPlanItem = PlanItem & {
  readonly supervisorId: string | null;
  /** Before the plan; null for a new person. */
  readonly formerSupervisorId: string | null;
  /** The hash of the record as it was read; null if the next run has to compare the person in full. */
  readonly sourceHash: string | null;
};

/**
 * People with a ledger entry are compared in full on every run, because the entry must be found again.
 * Entries that the ledger stage finds by itself do not need this.
 */
const HAS_ENTRY = (readId: string, personioId: string): string =>
  `exists (select from planned_skips entry where entry.read_id = ${readId} and entry.personio_id = ${personioId}
    and entry.reason <> 'AMBIGUOUS_REHIRE')`;

/**
 * Streams the plan's changes in batches, each with our id of the supervisor. It finds the supervisor's record
 * among current, coming and former records of the directory, and among the changes of this plan. Foreign keys
 * are deferred, so a person may be written before their supervisor. People with a coming move get no hash,
 * because every run compares both of their records.
 *
 * `linked` first joins without the records. Postgres sorts for a join of many rows, and sorting the records,
 * too, takes it to the disk twice.
 */
export async function* streamPlanItems(
  manager: EntityManager,
  readId: string,
  options: { readonly approved: boolean; readonly peopleRead: number },
): AsyncGenerator<readonly LinkedPlanItem[]> {
  yield* fetchAhead<LinkedPlanItem>(manager, {
    name: "plan_items",
    size: FETCH_SIZE,
    sql: `/* plan.streamItems */
      with linked as materialized (
        select i.personio_id, coalesce(p.id, s.person_id, moving.id, m.person_id, f.person_id) as supervisor_id,
          was.supervisor_id as former_supervisor_id,
          case when i.next_personio_id is null and not ${HAS_ENTRY("$1", "i.personio_id")}
            and not ${KEEPS_ADDRESS("staged.work_email", "i.work_email")} then staged.source_hash end as source_hash
        from sync_plan_items i
        left join staged_employees staged on staged.read_id = $1 and staged.personio_id = i.personio_id
        left join people was on was.id = i.person_id
        left join people p on p.personio_id = i.supervisor_personio_id
        left join sync_plan_items s on s.read_id = $1 and s.change in ('ADD', 'CHANGE', 'LEAVE') and s.personio_id = i.supervisor_personio_id
        left join people moving on moving.next_personio_id = i.supervisor_personio_id
        left join sync_plan_items m on m.read_id = $1 and m.change in ('ADD', 'CHANGE') and m.next_personio_id = i.supervisor_personio_id
        left join former_employments f on f.personio_id = i.supervisor_personio_id
        where i.read_id = $1 and (i.change <> 'ABSENT' or $2)
      )
      select i.personio_id as "personioId", i.change, i.person_id as "personId", i.before, i.after, i.losing,
        i.goes_on as "continuation", linked.supervisor_id as "supervisorId",
        linked.former_supervisor_id as "formerSupervisorId", linked.source_hash as "sourceHash"
      from linked join sync_plan_items i on i.read_id = $1 and i.personio_id = linked.personio_id
      order by i.personio_id`,
    parameters: [readId, options.approved],
    rowsRead: options.peopleRead,
  });
}

/**
 * Selects id and hash of each record that the plan compared in full, except those that every run compares.
 */
export const comparedHashes = (readId: string): { readonly sql: string; readonly parameters: string[] } => ({
  sql: `select s.personio_id, s.source_hash from staged_employees s
    where s.read_id = $1 and s.record is not null and not ${HAS_ENTRY("$1", "s.personio_id")}
      and not exists (select from people p where p.personio_id = s.personio_id and ${KEEPS_ADDRESS("s.work_email", "p.work_email")})`,
  parameters: [readId],
});

/** What a plan does with a person missing from the read. */
export type Missed = "LEAVE" | "ABSENT";

/** The changes of a plan that only come from missing people. */
const MISSED = `sync_plan_items i where i.read_id = $1 and i.change in ('LEAVE', 'ABSENT') and not exists (
  select from staged_employees s where s.read_id = $1 and s.personio_id = i.personio_id)`;

/** How many people a plan takes out, or would, because the read missed them; and their ids, up to a limit. */
export async function listMissed(
  manager: EntityManager,
  readId: string,
  { change, limit }: { readonly change: Missed; readonly limit: number },
): Promise<{ readonly count: number; readonly personioIds: readonly string[] }> {
  const rows: { personioId: string; count: number }[] = await manager.query(
    `/* departures.listMissed */
    select i.personio_id as "personioId", count(*) over ()::int as count from ${MISSED} and i.change = $2
    order by i.personio_id limit greatest($3, 1)`,
    [readId, change, limit],
  );
  return { count: rows[0]?.count ?? 0, personioIds: rows.map(({ personioId }) => personioId) };
}

/** Removes changes from a plan. */
export async function removePlanItems(
  manager: EntityManager,
  readId: string,
  personioIds: readonly string[],
): Promise<void> {
  await manager.query(
    "/* departures.removeItems */ delete from sync_plan_items where read_id = $1 and personio_id = any($2)",
    [readId, personioIds],
  );
}

/** Equal for two plans that take out the same missing people; null if there are none. */
export async function digestMissed(manager: EntityManager, readId: string): Promise<string | null> {
  const rows: { digest: string | null }[] = await manager.query(
    `/* departures.digest */
    select md5(string_agg(i.personio_id, ' ' order by i.personio_id)) as digest from ${MISSED}`,
    [readId],
  );
  return rows[0]?.digest ?? null;
}
