import DataLoader from "dataloader";
import type { Read } from "../../access/request-context.ts";
import { createCountLoader } from "../../access/row-loader.ts";
import { type Connection, pageOf } from "../../paging/connection.ts";
import type { Cursors } from "../../paging/cursors.ts";
import type { PageArgs } from "../../paging/page-args.ts";
import { checkFirst } from "../../paging/page-size.ts";
import type { PersonRow } from "../person.repository.ts";
import { countMembers, findMembers, type Member, type Membership } from "./people-page.repository.ts";
import { type PageBounds, positionOf } from "./people-page-sql.ts";

type GroupPage = PageBounds & { readonly groupId: string };

/** The people of departments, of offices or of supervisors: their pages by name, and how many they are. */
export type MembersLoader = {
  readonly membership: Membership;
  readonly pages: DataLoader<GroupPage, readonly Member[], string>;
  readonly counts: DataLoader<string, number>;
};

/** Pages that begin alike and are of one size take one statement for all their groups. */
export const createMembersLoader = (read: Read, membership: Membership): MembersLoader => ({
  membership,
  pages: new DataLoader((pages) => findPages(read, membership, pages), {
    cacheKeyFn: ({ groupId, after, limit }) => JSON.stringify([groupId, after, limit]),
  }),
  counts: createCountLoader(read, (manager, ids) => countMembers(manager, membership, ids)),
});

async function findPages(
  read: Read,
  membership: Membership,
  pages: readonly GroupPage[],
): Promise<readonly (readonly Member[])[]> {
  const boundsOf = ({ after, limit }: GroupPage): string => JSON.stringify([after, limit]);
  const statements = Map.groupBy(pages, boundsOf);
  const found = await Promise.all(
    [...statements].map(async ([bounds, alike]) => {
      const { after = null, limit = 0 } = alike[0] ?? {};
      const groupIds = alike.map(({ groupId }) => groupId);
      const members = await read((manager) => findMembers(manager, membership, { groupIds, after, limit }));
      return [bounds, Map.groupBy(members, ({ groupId }) => groupId)] as const;
    }),
  );
  const membersByBounds = new Map(found);
  return pages.map((page) => membersByBounds.get(boundsOf(page))?.get(page.groupId) ?? []);
}

/** One page of the people of one group, by name, as a connection. */
export async function loadMembers(
  { membership, pages, counts }: MembersLoader,
  { groupId, args, cursors }: { groupId: string; args: PageArgs; cursors: Cursors },
): Promise<Connection<PersonRow>> {
  const first = checkFirst(args.first);
  const after = args.after == null ? null : cursors.decode(membership, args.after);
  const rows = await pages.load({ groupId, after, limit: first + 1 });
  return pageOf(rows, {
    first,
    after: args.after,
    cursorOf: (person) => cursors.encode(membership, positionOf(person, "NAME")),
    countAll: () => counts.load(groupId),
  });
}
