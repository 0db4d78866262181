import DataLoader from "dataloader";
import type { OrgContext } from "../org/org.loader.ts";
import type { Read } from "../request/request-context.ts";
import { createRowLoader, type RowLoader } from "../request/row-loader.ts";
import {
  findPeopleByEmails,
  findPeopleByIds,
  findPreHires,
  type PersonByEmail,
  type PersonRow,
} from "./person.repository.ts";

export type PersonLoaders = {
  readonly personById: RowLoader<PersonRow>;
  /** By normalized address: who holds it now, else who held it last. */
  readonly personByEmail: RowLoader<PersonByEmail>;
  readonly isPreHire: DataLoader<string, boolean>;
};

/** What this room needs of a request; a folder of it adds its own loaders. */
export type PeopleContext = OrgContext & { readonly loaders: PersonLoaders };

/**
 * For one request and its snapshot: rows are remembered and never read again. Ids are those of
 * `readOpaqueId`.
 */
export const createPersonLoaders = (read: Read, now: Date): PersonLoaders => ({
  personById: createRowLoader(read, findPeopleByIds, ({ id }) => id),
  personByEmail: createRowLoader(read, findPeopleByEmails, ({ requestedEmail }) => requestedEmail),
  isPreHire: createPreHireLoader(read, now),
});

const createPreHireLoader = (read: Read, now: Date): DataLoader<string, boolean> =>
  new DataLoader(async (ids) => {
    const preHires = await read((manager) => findPreHires(manager, ids, now));
    const preHireIds = new Set(preHires.map(({ id }) => id));
    return ids.map((id) => preHireIds.has(id));
  });
