import DataLoader from "dataloader";
import type { OrgContext } from "../org/org.loader.ts";
import { createRowLoader, type Loading, type RowLoader } from "../request/row-loader.ts";
import {
  findPeopleByEmails,
  findPeopleByIds,
  findPreHires,
  type PersonByEmail,
  type PersonRow,
  personColumns,
} from "./person.repository.ts";

export type PersonLoaders = {
  readonly personById: RowLoader<PersonRow>;
  /** By normalized address: the person who has it now, else the last person who had it. */
  readonly personByEmail: RowLoader<PersonByEmail>;
  readonly isPreHire: DataLoader<string, boolean>;
};

/** What this room needs from a request; its folders add their own loaders. */
export type PeopleContext = OrgContext & { readonly loaders: PersonLoaders };

/**
 * For one request and its snapshot: the loaders cache rows and never read one twice. Ids come from
 * `readOpaqueId`.
 */
export const createPersonLoaders = (loading: Loading, now: Date): PersonLoaders => ({
  personById: createRowLoader(
    loading,
    (manager, ids) => findPeopleByIds(manager, ids, personColumns(loading.selected)),
    ({ id }) => id,
  ),
  personByEmail: createRowLoader(loading, findPeopleByEmails, ({ requestedEmail }) => requestedEmail),
  isPreHire: createPreHireLoader(loading, now),
});

const createPreHireLoader = ({ read, schedule }: Loading, now: Date): DataLoader<string, boolean> =>
  new DataLoader(
    async (ids) => {
      const preHires = await read((manager) => findPreHires(manager, ids, now));
      const preHireIds = new Set(preHires.map(({ id }) => id));
      return ids.map((id) => preHireIds.has(id));
    },
    { batchScheduleFn: schedule },
  );
