import { type Connection, pageOf } from "./connection.ts";
import type { Cursors, CursorValue } from "./cursors.ts";
import type { PageArgs } from "./page-args.ts";
import { checkFirst } from "./page-size.ts";

type Reading<Row> = {
  /** The name of the list: a cursor of another list is a BAD_CURSOR. */
  readonly list: string;
  readonly args: PageArgs;
  readonly defaultSize?: number;
  /** Reads `limit` rows after the position `after`, or from the start. */
  readonly readRows: (bounds: {
    readonly limit: number;
    readonly after: readonly CursorValue[] | null;
  }) => Promise<readonly Row[]>;
  readonly positionOf: (row: Row) => readonly CursorValue[];
  readonly countAll: () => Promise<number>;
};

/** A page of a list by its arguments. One row more is read than shown: see `pageOf`. */
export async function readPage<Row>(
  { cursors }: { readonly cursors: Cursors },
  { list, args: { first, after }, defaultSize, readRows, positionOf, countAll }: Reading<Row>,
): Promise<Connection<Row>> {
  const size = checkFirst(first, defaultSize);
  const position = after ? cursors.decode(list, after) : null;
  const rows = await readRows({ limit: size + 1, after: position });
  return pageOf(rows, {
    first: size,
    after,
    cursorOf: (row) => cursors.encode(list, positionOf(row)),
    countAll,
  });
}
