import { createHash } from "node:crypto";
import DataLoader from "dataloader";
import { type Connection, pageOf } from "../../request/connection.ts";
import type { Cursors } from "../../request/cursors.ts";
import { checkFirst } from "../../request/page-size.ts";
import type { Read } from "../../request/request-context.ts";
import type { Loading } from "../../request/row-loader.ts";
import type { PeopleContext } from "../person.loader.ts";
import { checkLookups, type PeopleFilter } from "./people-filter.ts";
import type { PeopleListArgs } from "./people-list-args.ts";
import { BY_NAME, checkOrder } from "./people-order.ts";
import {
  countMembers,
  findMembers,
  type Member,
  type Membership,
  type PeopleList,
} from "./people-page.repository.ts";
import { type ListedPerson, type PageBounds, positionOf } from "./people-page-sql.ts";

/**
 * Groups with the same `sameKey` share one statement. It is text, because equal filters are different
 * objects.
 */
type BatchKey = { readonly groupId: string; readonly sameKey: string };
type GroupPage = BatchKey & PageBounds & { readonly list: PeopleList };
type GroupCount = BatchKey & { readonly filter: PeopleFilter };

/** The people of departments, offices, legal entities or supervisors: their pages and their numbers. */
export type MembersLoader = {
  readonly membership: Membership;
  /** The moment of the request, for filters that depend on the day. */
  readonly now: Date;
  readonly pages: DataLoader<GroupPage, readonly Member[], string>;
  readonly counts: DataLoader<GroupCount, number, string>;
};

export const createMembersLoader = (
  { read, schedule }: Loading,
  membership: Membership,
  now: Date,
): MembersLoader => ({
  membership,
  now,
  pages: new DataLoader((pages: readonly GroupPage[]) => findPages(read, membership, pages), {
    ...KEYS,
    batchScheduleFn: schedule,
  }),
  counts: new DataLoader((counts: readonly GroupCount[]) => findCounts(read, membership, { counts, now }), {
    ...KEYS,
    batchScheduleFn: schedule,
  }),
});

/** The people of departments, offices and legal entities; `reporting/` has the loader of direct reports. */
export type DirectoryLoaders = {
  readonly departmentPeople: MembersLoader;
  readonly officePeople: MembersLoader;
  readonly legalEntityPeople: MembersLoader;
};

export type DirectoryContext = PeopleContext & { readonly loaders: DirectoryLoaders };

export const createDirectoryLoaders = (loading: Loading, now: Date): DirectoryLoaders => ({
  departmentPeople: createMembersLoader(loading, "department_id", now),
  officePeople: createMembersLoader(loading, "office_id", now),
  legalEntityPeople: createMembersLoader(loading, "legal_entity_id", now),
});

const KEYS = { cacheKeyFn: ({ groupId, sameKey }: BatchKey): string => `${groupId} ${sameKey}` };

const findPages = (
  read: Read,
  membership: Membership,
  pages: readonly GroupPage[],
): Promise<readonly Member[][]> =>
  loadBatched(pages, async ({ list, after, limit }, groupIds) => {
    const members = await read((manager) =>
      findMembers(manager, membership, { groupIds, list, after, limit }),
    );
    const membersById = Map.groupBy(members, ({ groupId }) => groupId);
    return (groupId) => membersById.get(groupId) ?? [];
  });

const findCounts = (
  read: Read,
  membership: Membership,
  { counts, now }: { counts: readonly GroupCount[]; now: Date },
): Promise<readonly number[]> =>
  loadBatched(counts, async ({ filter }, groupIds) => {
    const rows = await read((manager) => countMembers(manager, membership, { groupIds, filter, now }));
    const countById = new Map(rows.map(({ id, count }) => [id, count]));
    return (groupId) => countById.get(groupId) ?? 0;
  });

/** Loads all groups with the same key at once, and gives each its own answer. */
async function loadBatched<GroupRequest extends BatchKey, Answer>(
  requests: readonly GroupRequest[],
  load: (request: GroupRequest, groupIds: readonly string[]) => Promise<(groupId: string) => Answer>,
): Promise<Answer[]> {
  const batches = Map.groupBy(requests, ({ sameKey }) => sameKey);
  const answers = new Map<string, Promise<(groupId: string) => Answer>>();
  for (const [sameKey, [request, ...others]] of batches) {
    if (request)
      answers.set(
        sameKey,
        load(
          request,
          [request, ...others].map(({ groupId }) => groupId),
        ),
      );
  }
  await Promise.all(answers.values());
  return Promise.all(
    requests.map(async ({ sameKey, groupId }) => {
      const answer = await answers.get(sameKey);
      if (!answer) throw new Error("The batch has no answer for this request.");
      return answer(groupId);
    }),
  );
}

/** How many people of a group the filter lists; without a filter, how many `people` would list. */
export const countGroup = (
  { counts }: MembersLoader,
  groupId: string,
  filter: PeopleFilter = {},
  sameKey = toFilterKey(filter),
): Promise<number> => counts.load({ groupId, filter, sameKey });

/**
 * Equal filters give the same text. A list in a variable is one object for all groups, and is hashed once.
 */
const toFilterKey = (filter: PeopleFilter): string =>
  JSON.stringify(filter, (_name, value: unknown) => (Array.isArray(value) ? digestOf(value) : value));

/** A look-up list may have 40 KB; its digest in the key has 32 bytes. */
function digestOf(list: readonly unknown[]): string {
  const known = digests.get(list);
  if (known !== undefined) return known;
  const digest = createHash("sha256").update(JSON.stringify(list)).digest("base64");
  digests.set(list, digest);
  return digest;
}

const digests = new WeakMap<readonly unknown[], string>();

/**
 * One page of the people of one group, as a connection; by name unless the arguments contain another order.
 */
export async function loadMembers(
  loader: MembersLoader,
  { groupId, args, cursors }: { groupId: string; args: PeopleListArgs; cursors: Cursors },
): Promise<Connection<ListedPerson>> {
  const first = checkFirst(args.first);
  const filter = args.filter ?? {};
  checkLookups(filter);
  const order = args.orderBy ?? BY_NAME;
  checkOrder(order, filter.search);
  const cursorList = `${loader.membership}/${order.field}/${order.direction}`;
  const after = args.after == null ? null : cursors.decode(cursorList, args.after);
  const limit = first + 1;
  const list = { filter, order, now: loader.now };
  const filterKey = toFilterKey(filter);
  const sameKey = JSON.stringify([filterKey, order, after, limit]);
  const rows = await loader.pages.load({ groupId, list, after, limit, sameKey });
  return pageOf(rows, {
    first,
    after: args.after,
    cursorOf: (person) => cursors.encode(cursorList, positionOf(person, order.field)),
    countAll: () => countGroup(loader, groupId, filter, filterKey),
  });
}
