import type { EntityManager } from "typeorm";
import type { Integration } from "../../integration/integration.ts";
import { listOrgNames, type OrgName, type OrgTable } from "../../org/org-changes.repository.ts";
import { ORG_TABLES } from "../../org/org-names.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";
import type { ApiVersion } from "../../personio/employee.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { TranslatedPerson } from "../read/translate.ts";

/**
 * Each version of Personio's API numbers departments, offices and legal entities in its own way. After a
 * switch of the version, the sync matches the stored rows by name, once:
 *
 *     hold  5120 "Nordlicht AG"    5127 "Nordlicht BV"    5134 "Closed Ltd"
 *     read  5127 "Nordlicht AG"    5120 "Nordlicht BV"
 *     move  5120 ─▶ 5127           5127 ─▶ 5120           5134 ─▶ V1:5134
 *
 * The plan compares in the new ids, and apply writes them together with the plan. So a held, failed or dry
 * run moves nothing, and the next run starts from the same rows.
 */
export type OrgMatch = {
  /** From a row's current id to its new one; rows that keep their id are left out. */
  readonly moves: Readonly<Record<OrgTable, ReadonlyMap<string, string>>>;
  /**
   * Tables that still have the other version's ids, because this read cannot be matched; the plan ignores its
   * values.
   */
  readonly waiting: ReadonlySet<OrgTable>;
  /** Tables that have ids of the version in use once the plan is applied. */
  readonly matched: readonly OrgTable[];
};

/** Only a complete read proves that a name is unique. */
export async function matchOrg(
  manager: EntityManager,
  { apiVersion, orgVersions }: Pick<Integration, "apiVersion" | "orgVersions">,
  { orgNames, facts }: Pick<Snapshot, "orgNames" | "facts">,
): Promise<OrgMatch> {
  const match = { moves: noMoves(), waiting: new Set<OrgTable>(), matched: [] as OrgTable[] };
  for (const table of ORG_TABLES) {
    const former = orgVersions[table];
    const names = orgNames[table];
    if (former === apiVersion || names.length === 0) continue;
    if (former && !facts.complete) {
      match.waiting.add(table);
      continue;
    }
    match.matched.push(table);
    if (former) match.moves[table] = planMoves(await listOrgNames(manager, table), names, former);
  }
  return match;
}

const noMoves = (): Record<OrgTable, ReadonlyMap<string, string>> => ({
  departments: new Map(),
  offices: new Map(),
  legal_entities: new Map(),
});

/** For a preview, which shows names instead of ids. */
export const unmatchedOrg = (): OrgMatch => ({ moves: noMoves(), waiting: new Set(), matched: [] });

/**
 * Which rows get which ids: by name, if the name is unique on both sides. If both versions number alike, an
 * unmatched row was renamed, and keeps its id. Otherwise its number may now belong to another row, so it is
 * set aside under the name of the `former` version. Pure.
 */
export function planMoves(
  rows: readonly OrgName[],
  read: readonly OrgName[],
  former: ApiVersion,
): Map<string, string> {
  const [held, wanted] = [namedOnce(rows), namedOnce(read)];
  const matched = new Map<string, string>();
  for (const [name, personioId] of held) {
    const becomes = wanted.get(name);
    if (becomes !== undefined) matched.set(personioId, becomes);
  }
  if (numberAlike(rows, read) && [...matched].every(([was, becomes]) => was === becomes)) return new Map();

  const taken = new Set(rows.map(({ personioId }) => personioId));
  const setAside = (id: string): string =>
    taken.has(`${former}:${id}`) ? setAside(`${former}:${id}`) : `${former}:${id}`;
  const moves = new Map<string, string>();
  for (const { personioId } of rows) {
    const becomes = matched.get(personioId) ?? (isSetAside(personioId) ? personioId : setAside(personioId));
    if (becomes !== personioId) moves.set(personioId, becomes);
  }
  return moves;
}

/** Personio's ids are numbers and uuids. */
const isSetAside = (personioId: string): boolean => personioId.includes(":");

/** Whether any id has the same name on both sides. */
function numberAlike(rows: readonly OrgName[], read: readonly OrgName[]): boolean {
  const nameOf = new Map(rows.map(({ personioId, name }) => [personioId, name]));
  return read.some(({ personioId, name }) => nameOf.get(personioId) === name);
}

/** The id by name, without names that occur twice. */
const namedOnce = (names: readonly OrgName[]): Map<string, string> =>
  new Map(
    [...Map.groupBy(names, ({ name }) => name)].flatMap(([name, [first, ...others]]) =>
      first && others.length === 0 ? [[name, first.personioId]] : [],
    ),
  );

/** By table: the field of a read person with the reference, and the field of a stored person with its id. */
const REFERENCES = {
  departments: { field: "department", id: "departmentPersonioId" },
  offices: { field: "office", id: "officePersonioId" },
  legal_entities: { field: "legalEntity", id: "legalEntityPersonioId" },
} as const satisfies Record<OrgTable, unknown>;

type BothSides = { readonly staged: TranslatedPerson | null; readonly stored: PersonRecord | null };

/** Puts both sides of a person into the same ids. In most runs there is nothing to do. */
export function alignOrgIds({ moves, waiting }: OrgMatch): <Row extends BothSides>(row: Row) => Row {
  if (waiting.size === 0 && ORG_TABLES.every((table) => moves[table].size === 0)) return (row) => row;
  return (row) => ({
    ...row,
    stored: row.stored && moved(row.stored, moves),
    staged: row.staged && without(row.staged, waiting),
  });
}

function moved(stored: PersonRecord, moves: OrgMatch["moves"]): PersonRecord {
  const ids = ORG_TABLES.map((table) => {
    const { id } = REFERENCES[table];
    return [id, moves[table].get(stored[id] ?? "") ?? stored[id]];
  });
  return { ...stored, ...Object.fromEntries(ids) };
}

function without(staged: TranslatedPerson, tables: OrgMatch["waiting"]): TranslatedPerson {
  const fields = { ...staged.fields };
  for (const table of tables) delete fields[REFERENCES[table].field];
  return { ...staged, fields };
}
