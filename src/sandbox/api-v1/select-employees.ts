import { type Fault, hiddenEmployees } from "../api/faults.ts";
import type { FakePersonio } from "../api/personio.ts";
import type { Person } from "../company/person.ts";
import { createZone } from "../records/zone.ts";

export type Selection = { readonly people: readonly Person[]; readonly total: number };

export type EmployeeQuery = {
  readonly offset: number;
  readonly limit: number;
  readonly email: string | null;
  readonly updatedSince: string | null;
  /** The keys in `attributes[]`; empty means all. */
  readonly attributes: readonly string[];
};

/** The employees of one page, in the account's order, after the faults. */
export function selectEmployees(
  personio: FakePersonio,
  query: EmployeeQuery,
  faults: readonly Fault[],
): Selection {
  const list = openList(personio, query, hiddenEmployees(faults));
  return faults.reduce((selection, fault) => applyFault(selection, fault, { list, query }), {
    people: list.slice(query.offset, query.limit),
    total: list.total,
  });
}

/** All employees that match a query; a page is a slice of it. */
type List = { readonly total: number; slice(offset: number, limit: number): readonly Person[] };

function openList(personio: FakePersonio, query: EmployeeQuery, hidden: ReadonlySet<string>): List {
  const ascending = without(hidden, openAscending(personio, query));
  if (personio.settings.order === "ascending") return ascending;
  const { total } = ascending;
  return {
    total,
    slice(offset, limit) {
      const start = Math.max(0, total - offset - limit);
      return ascending.slice(start, Math.max(0, total - offset - start)).toReversed();
    },
  };
}

/** Hidden people leave no gap: the following pages move up. */
function without(hidden: ReadonlySet<string>, list: List): List {
  if (hidden.size === 0) return list;
  const people = list.slice(0, list.total).filter(({ id }) => !hidden.has(id));
  return { total: people.length, slice: (offset, limit) => people.slice(offset, offset + limit) };
}

function openAscending({ records, settings, account }: FakePersonio, query: EmployeeQuery): List {
  const listOf = (ids: readonly string[]): List => ({
    total: ids.length,
    slice: (offset, limit) => ids.slice(offset, offset + limit).map((id) => records.get(id)),
  });
  if (query.updatedSince !== null) {
    const since = sinceInstant(query.updatedSince, settings.updatedSinceZone);
    // Only changes of readable attributes count, and of these only the requested ones.
    const counts = (key: string) =>
      account.canRead(key) && (!query.attributes.length || query.attributes.includes(key));
    return listOf(records.findIdsChangedSince(since, counts));
  }
  if (query.email !== null) return listOf(records.findIdsByEmail(query.email));
  return { total: records.count, slice: (offset, limit) => records.slice(offset, limit) };
}

/** NaN unless it is `YYYY-MM-DD` or `YYYY-MM-DDThh:mm:ss`, with or without an offset. */
export function sinceInstant(updatedSince: string, zone: string): number {
  if (/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?$/.test(updatedSince)) return createZone(zone).parse(updatedSince);
  return Date.parse(updatedSince);
}

type FaultContext = { readonly list: List; readonly query: EmployeeQuery };

function applyFault(selection: Selection, fault: Fault, { list, query }: FaultContext): Selection {
  const { offset, limit } = query;
  switch (fault.kind) {
    case "empty-company":
      return { people: [], total: 0 };
    case "missing-page":
      return { ...selection, people: [] };
    case "repeated-page":
      return { ...selection, people: list.slice(Math.max(0, offset - limit), limit) };
    case "duplicate-record":
      if (offset === 0) return selection;
      return { ...selection, people: [...list.slice(offset - 1, 1), ...selection.people].slice(0, limit) };
    case "shrinking-total":
      return {
        ...selection,
        total: Math.max(0, selection.total - Math.floor(offset / limit) * (fault.by ?? 1)),
      };
    default:
      return selection;
  }
}
