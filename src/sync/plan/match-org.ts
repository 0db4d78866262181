import type { EntityManager } from "typeorm";
import type { Integration } from "../../integration/integration.ts";
import { listOrgNames, type OrgName, type OrgTable } from "../../org/org-changes.repository.ts";
import { ORG_TABLES } from "../../org/org-names.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";
import type { ApiVersion } from "../../personio/employee.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { TranslatedPerson } from "../read/translate.ts";

/**
 * The versions of Personio's API number departments, offices and legal entities each in its own way. After another version was chosen,
 * those that we hold are matched by name, once:
 *
 *     hold  5120 "Nordlicht AG"    5127 "Nordlicht BV"    5134 "Closed Ltd"
 *     read  5127 "Nordlicht AG"    5120 "Nordlicht BV"
 *     move  5120 ─▶ 5127           5127 ─▶ 5120           5134 ─▶ V1:5134
 *
 * Planning compares with the ids as they will be, and they are written together with the plan. So a run that is held, fails or is
 * only to plan moves nothing, and the next one finds all as it was.
 */
export type OrgMatch = {
  /** From the id that a row has to the one that it gets; rows that stay are not named. */
  readonly moves: Readonly<Record<OrgTable, ReadonlyMap<string, string>>>;
  /** Tables with the other version's ids that this read cannot be matched with, so what it says of them is left out. */
  readonly waiting: ReadonlySet<OrgTable>;
  /** Tables that have ids of the version that was read, once the plan is applied. */
  readonly settled: readonly OrgTable[];
};

/** Only a complete read proves that a name is unique. */
export async function matchOrg(
  manager: EntityManager,
  { apiVersion, orgVersions }: Pick<Integration, "apiVersion" | "orgVersions">,
  { orgNames, facts }: Pick<Snapshot, "orgNames" | "facts">,
): Promise<OrgMatch> {
  const match = { moves: noMoves(), waiting: new Set<OrgTable>(), settled: [] as OrgTable[] };
  for (const table of ORG_TABLES) {
    const former = orgVersions[table];
    const names = orgNames[table];
    if (former === apiVersion || names.length === 0) continue;
    if (former && !facts.complete) {
      match.waiting.add(table);
      continue;
    }
    match.settled.push(table);
    if (former) match.moves[table] = planMoves(await listOrgNames(manager, table), names, former);
  }
  return match;
}

const noMoves = (): Record<OrgTable, ReadonlyMap<string, string>> => ({
  departments: new Map(),
  offices: new Map(),
  legal_entities: new Map(),
});

/** For a plan that is only shown. */
export const unmatchedOrg = (): OrgMatch => ({ moves: noMoves(), waiting: new Set(), settled: [] });

/**
 * Which rows get which ids: by name, where that stands once on both sides. A row that is not matched keeps its id where both versions
 * number alike, for then it was renamed; else its number may be another one's now, and it is set aside under the `former` version's name.
 * Pure.
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

/** Whether any number means the same on both sides. */
function numberAlike(rows: readonly OrgName[], read: readonly OrgName[]): boolean {
  const nameOf = new Map(rows.map(({ personioId, name }) => [personioId, name]));
  return read.some(({ personioId, name }) => nameOf.get(personioId) === name);
}

/** The id by name, of those whose name nobody else has. */
const namedOnce = (names: readonly OrgName[]): Map<string, string> =>
  new Map(
    [...Map.groupBy(names, ({ name }) => name)].flatMap(([name, [first, ...others]]) =>
      first && others.length === 0 ? [[name, first.personioId]] : [],
    ),
  );

/** Where each table's reference stands in what was read, and its id in what is stored. */
const REFERENCES = {
  departments: { field: "department", id: "departmentPersonioId" },
  offices: { field: "office", id: "officePersonioId" },
  legal_entities: { field: "legalEntity", id: "legalEntityPersonioId" },
} as const satisfies Record<OrgTable, unknown>;

type BothSides = { readonly staged: TranslatedPerson | null; readonly stored: PersonRecord | null };

/** Both sides of a person in the same ids. Most runs move nothing and wait for nothing. */
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
