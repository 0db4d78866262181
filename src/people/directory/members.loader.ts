import DataLoader from "dataloader";
import type { Read } from "../../access/request-context.ts";
import { type Connection, pageOf } from "../../paging/connection.ts";
import type { Cursors } from "../../paging/cursors.ts";
import type { PageArgs } from "../../paging/page-args.ts";
import { checkFirst } from "../../paging/page-size.ts";
import type { PersonRow } from "../person.repository.ts";
import { countMembers, findMembers, type Member, type Membership } from "./people-page.repository.ts";
import { type PageBounds, positionOf } from "./people-page-sql.ts";
import { createCountLoader } from "../../access/row-loader.ts";

type PageOfGroup = PageBounds & { readonly groupId: string };

/** The people of a department, an office or a supervisor: pages by name, and how many there are. */
export type MembersLoader = {
  readonly pages: DataLoader<PageOfGroup, readonly Member[], string>;
  readonly counts: DataLoader<string, number>;
};

/** One statement for the same page of any number of groups: the usual case, as only few follow cursors at once. */
export const createMembersLoader = (read: Read, membership: Membership): MembersLoader => ({
  pages: new DataLoader(
    async (pages) => {
      const samePages = Map.groupBy(pages, ({ after, limit }) => JSON.stringify([after, limit]));
      const members = await Promise.all(
        [...samePages.values()].map((pages) => read((manager) => findMembers(manager, membership, pages))),
      );
      const membersByPage = new Map(
    },
    { cacheKeyFn: ({ groupId, after, limit }) => JSON.stringify([groupId, after, limit]) },
  ),
  counts: createCountLoader(read, (manager, ids) => countMembers(manager, membership, ids)),
});
