import { z } from "zod";
import { ActionableError, type ErrorCode } from "../../errors.ts";
import type { MissingRight, UnreadList } from "../employee.ts";
import type { ApiClient } from "../http/api-client.ts";
import { cursorPages, listOf } from "../http/cursor-pages.ts";
import { type FailureDetails, valueOrThrow } from "../http/failure.ts";
import type { CallOptions } from "../http/retry.ts";
import type { PersonioRequest } from "../http/send-request.ts";

type OrgList = {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The access right, as Personio's pages call it. */
  readonly needs: string;
  /** Version 1's name of the type of such a record. */
  readonly type: string;
};

/** Documented for persons; most of these lists have no documented maximum. */
const PAGE_SIZE = 50;

/** Records that employments reference by id only, by the attribute that they become. */
// VERIFY(personio): the name of the right to workplaces; those of the others are from guides of integrators.
const ORG_LISTS = {
  department: {
    path: "/v2/org-units",
    query: { type: "department" },
    needs: "Org Units: Read",
    type: "Department",
  },
  team: { path: "/v2/org-units", query: { type: "team" }, needs: "Org Units: Read", type: "Team" },
  office: { path: "/v2/workplaces", query: {}, needs: "Workplaces: Read", type: "Office" },
  legal_entity: {
    path: "/v2/legal-entities",
    query: {},
    needs: "Legal Entities: Read",
    type: "LegalEntity",
  },
  cost_centers: { path: "/v2/cost-centers", query: {}, needs: "Cost Centers: Read", type: "CostCenter" },
} as const satisfies Readonly<Record<string, OrgList>>;

export type OrgKind = keyof typeof ORG_LISTS;

const ORG_KINDS = Object.keys(ORG_LISTS) as OrgKind[];

/** The names by id. `null` if the credential may not read them, or if their list is unreadable. */
export type OrgNames = Readonly<Record<OrgKind, ReadonlyMap<string, string> | null>>;

export const orgTypeOf = (kind: OrgKind): string => ORG_LISTS[kind].type;

/** The kinds whose names one right lets a credential read, right by right. */
export const KINDS_OF_RIGHTS: readonly (readonly OrgKind[])[] = [
  ...Map.groupBy(ORG_KINDS, (kind) => ORG_LISTS[kind].needs).values(),
];

/**
 * The first page of a list. Accounts without the beta release answered 404 without the header; it is
 * harmless.
 */
export const orgListRequest = (kind: OrgKind, limit = PAGE_SIZE): PersonioRequest => {
  const { path, query, needs } = ORG_LISTS[kind];
  return { method: "GET", path, query: { ...query, limit }, headers: { beta: "true" }, needs };
};

/** No company has more units of one kind. A list that goes on without end would fill the memory. */
const UNITS_MAX = 100_000;

type ListCall = CallOptions & { readonly apiUrl: URL };

type OrgLists = {
  readonly names: OrgNames;
  readonly missingRights: readonly MissingRight[];
  readonly unreadLists: readonly UnreadList[];
};

/**
 * Reads all lists at the same time: they are small, and each has its own rate limit. A missing right is a
 * result. So is an unreadable list: it only has names, and people keep the names that they have.
 */
export async function readOrgNames(client: ApiClient, call: ListCall): Promise<OrgLists> {
  const lists = await Promise.all(ORG_KINDS.map((kind) => readList(kind, client, call)));
  const failed = lists.flatMap(({ kind, failure }) =>
    failure ? [{ asked: `GET ${ORG_LISTS[kind].path}`, attributes: [kind], reason: failure }] : [],
  );
  const isRefused = ({ reason }: MissingRight): boolean => reason.code === "PERSONIO_ACCESS_MISSING";
  return {
    names: Object.fromEntries(lists.map(({ kind, names }) => [kind, names])) as OrgNames,
    missingRights: failed.filter(isRefused),
    unreadLists: failed.filter((list) => !isRefused(list)).map(({ asked: _, ...list }) => list),
  };
}

/** A rate limit or a refused credential concerns people as well; an aborted read has no result. */
const OF_ONE_LIST: readonly ErrorCode[] = ["PERSONIO_ACCESS_MISSING", "PERSONIO_UNAVAILABLE"];

async function readList(kind: OrgKind, ...reading: [ApiClient, ListCall]) {
  try {
    return { kind, names: await readNames(kind, ...reading), failure: null };
  } catch (error) {
    if (error instanceof ActionableError && OF_ONE_LIST.includes(error.code))
      return { kind, names: null, failure: error };
    throw error;
  }
}

/**
 * Ids are numbers in some lists, and texts in all references. Legal entities contain bank details: they are
 * dropped.
 */
const named = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  name: z.string().min(1),
});

export const unitsResponse = listOf(z.unknown());

async function readNames(
  kind: OrgKind,
  client: ApiClient,
  { apiUrl, ...call }: ListCall,
): Promise<Map<string, string>> {
  const request = orgListRequest(kind);
  const ask = async (query: PersonioRequest["query"] = {}) =>
    valueOrThrow(await client.request({ ...request, query }, unitsResponse, call));
  const listError = (details: FailureDetails) => client.listError(`GET ${request.path}`, details);
  const list = { apiUrl, first: () => ask(request.query), follow: ask, listError, recordsMax: UNITS_MAX };
  const names = new Map<string, string>();
  for await (const records of cursorPages(list)) {
    for (const record of records) {
      const { data } = named.safeParse(record);
      if (data) names.set(data.id, data.name);
    }
  }
  return names;
}
