import { z } from "zod";
import type { MissingRight } from "../employee.ts";
import type { ApiClient } from "../http/api-client.ts";
import { cursorPages, listOf } from "../http/cursor-pages.ts";
import { type FailureDetails, isRightMissing, valueOrThrow } from "../http/failure.ts";
import { missingRightOf } from "../http/missing-right.ts";
import type { CallOptions } from "../http/retry.ts";
import type { PersonioRequest } from "../http/send-request.ts";

/** Records that employments reference by id only, by the attribute that they become. */
export type OrgKind = "department" | "team" | "office" | "legal_entity" | "cost_centers";

/** The names by id. `null` if the credential may not read them. */
export type OrgNames = Readonly<Record<OrgKind, ReadonlyMap<string, string> | null>>;

type OrgList = {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The access right, as Personio's pages call it. */
  readonly needs: string;
};

/** Documented for persons; most of these lists have no documented maximum. */
const PAGE_SIZE = 50;

// VERIFY(personio): the name of the right to workplaces; those of the others are from guides of integrators.
const ORG_LISTS: Readonly<Record<OrgKind, OrgList>> = {
  department: { path: "/v2/org-units", query: { type: "department" }, needs: "Org Units: Read" },
  team: { path: "/v2/org-units", query: { type: "team" }, needs: "Org Units: Read" },
  office: { path: "/v2/workplaces", query: {}, needs: "Workplaces: Read" },
  legal_entity: { path: "/v2/legal-entities", query: {}, needs: "Legal Entities: Read" },
  cost_centers: { path: "/v2/cost-centers", query: {}, needs: "Cost Centers: Read" },
};

/**
 * The first page of a list. Accounts without the beta release answered 404 without the header; it is
 * harmless.
 */
export const orgListRequest = (kind: OrgKind, limit = PAGE_SIZE): PersonioRequest => {
  const { path, query, needs } = ORG_LISTS[kind];
  return { method: "GET", path, query: { ...query, limit }, headers: { beta: "true" }, needs };
};

/**
 * Reads all lists at the same time: they are small, and each has its own rate limit. A missing right is a
 * result.
 */
export async function readOrgNames(
  client: ApiClient,
  call: CallOptions & { readonly apiUrl: URL },
): Promise<{ readonly names: OrgNames; readonly missingRights: readonly MissingRight[] }> {
  const kinds = Object.keys(ORG_LISTS) as OrgKind[];
  const lists = await Promise.all(kinds.map((kind) => readNames(kind, client, call)));
  const names = Object.fromEntries(
    lists.map((list, index) => [kinds[index], list instanceof Map ? list : null]),
  ) as OrgNames;
  const missingRights = lists.flatMap((list) => (list instanceof Map ? [] : list));
  return { names, missingRights };
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
  { apiUrl, ...call }: CallOptions & { readonly apiUrl: URL },
): Promise<Map<string, string> | MissingRight> {
  const request = orgListRequest(kind);
  const first = await client.request(request, unitsResponse, call);
  if (!first.ok && isRightMissing(first.failure)) return missingRightOf(request, first.failure, [kind]);

  const follow = async (query: Readonly<Record<string, string>>) =>
    valueOrThrow(await client.request({ ...request, query }, unitsResponse, call));
  const listError = (details: FailureDetails) => client.listError(`GET ${request.path}`, details);
  const list = { apiUrl, first: async () => valueOrThrow(first), follow, listError };
  const names = new Map<string, string>();
  for await (const records of cursorPages(list)) {
    for (const record of records) {
      const { data } = named.safeParse(record);
      if (data) names.set(data.id, data.name);
    }
  }
  return names;
}
