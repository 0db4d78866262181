import DataLoader from "dataloader";
import type { Queries } from "../database/queries.ts";
import type { Selected } from "./look-ahead.ts";
import type { Read } from "./request-context.ts";

/** Loads rows by one kind of key for the length of a request; null for a key without a row. */
export type RowLoader<Row> = DataLoader<string, Row | null>;

/** One statement for a batch: `find` gets the keys of a whole level of the answer at once. */
export type FindRows<Row> = (manager: Queries, keys: readonly string[]) => Promise<readonly Row[]>;

/** What a loader needs of its request. */
export type Loading = {
  readonly read: Read;
  /** See `RequestContext.selected`. */
  readonly selected: Selected | null;
  /** Sends a batch when all objects of a level of the answer have been entered. */
  readonly schedule: (sendBatch: () => void) => void;
};

export function createRowLoader<Row>(
  { read, schedule }: Loading,
  find: FindRows<Row>,
  keyOf: (row: Row) => string,
): RowLoader<Row> {
  return new DataLoader(
    async (keys) => {
      const rows = await read((manager) => find(manager, keys));
      const rowByKey = new Map(rows.map((row) => [keyOf(row), row]));
      return keys.map((key) => rowByKey.get(key) ?? null);
    },
    { batchScheduleFn: schedule },
  );
}

type Counted = { readonly id: string; readonly count: number };

/** Loads a count for each id; 0 if `find` returns no row. */
export function createCountLoader(
  { read, schedule }: Loading,
  find: FindRows<Counted>,
): DataLoader<string, number> {
  return new DataLoader(
    async (ids) => {
      const rows = await read((manager) => find(manager, ids));
      const countById = new Map(rows.map(({ id, count }) => [id, count]));
      return ids.map((id) => countById.get(id) ?? 0);
    },
    { batchScheduleFn: schedule },
  );
}
