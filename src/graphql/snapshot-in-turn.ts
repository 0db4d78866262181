import { QueryFailedError } from "typeorm";
import { isErrorCode, isOutage } from "../database/database-errors.ts";
import type { Queries } from "../database/queries.ts";
import type { ReadSnapshot } from "../database/read-snapshot.ts";
import { RAISED_FIELDS_SQL, type RaisedFields, readRaisedFields } from "../fields/raised-fields.ts";
import type { Read, RequestContext } from "../request/request-context.ts";
import { DIRECTORY_VERSION_SQL } from "../tenant/directory-version.ts";
import type { Slices } from "./slices.ts";
import type { EndTurn } from "./tenant-turns.ts";

export type HoldTurn = () => Promise<EndTurn>;

export type SnapshotInTurn = Pick<ReadSnapshot, "close" | "expectOneRead"> & {
  /** Resolves when the request has its turn. */
  queries(): Promise<Queries>;
  /** The raised fields, once the snapshot has answered; null before. */
  raised(): RaisedFields | null;
  /** The raised fields of a snapshot that `queries` opened. */
  readRaised(): Promise<RaisedFields>;
  /** The version of the directory, once the snapshot has answered; null before, and if there is none. */
  version(): string | null;
  /** Reports an error of the work in this snapshot. After an outage, its turn ends unanswered. */
  noteError(error: unknown): void;
};

/** What a snapshot reads first: the version of the directory, in a row without a name; the raised fields. */
export const SNAPSHOT_START_SQL = `
  select null as name, version as sensitivity from (${DIRECTORY_VERSION_SQL}) as current
  union all ${RAISED_FIELDS_SQL}`;

type StartRow = { readonly name: string | null; readonly sensitivity: string | null };

type Start = { readonly version: string | null; readonly raised: RaisedFields };

function readSnapshotStart(rows: readonly unknown[]): Start {
  const { start = [], raised = [] } = Object.groupBy(rows as readonly StartRow[], ({ name }) =>
    name === null ? "start" : "raised",
  );
  return { version: start[0]?.sensitivity ?? null, raised: readRaisedFields(raised) };
}

/** A snapshot that waits for a turn before it opens, and ends the turn when its connection is free again. */
export function snapshotInTurn(create: () => ReadSnapshot, holdTurn: HoldTurn): SnapshotInTurn {
  type Opened = {
    readonly snapshot: ReadSnapshot;
    readonly turn: Promise<EndTurn>;
    readonly queries: Promise<Queries>;
    start: Start | null;
  };
  const readStart = async (opening: Opened): Promise<Start> => {
    opening.start ??= readSnapshotStart(await opening.snapshot.firstRows());
    return opening.start;
  };
  let opened: Opened | undefined;
  let wasAnswered = true;
  let hasOneRead = false;
  return {
    expectOneRead() {
      hasOneRead = true;
      opened?.snapshot.expectOneRead();
    },
    raised: () => opened?.start?.raised ?? null,
    version: () => opened?.start?.version ?? null,
    noteError(error) {
      if (isOutage(error)) wasAnswered = false;
    },
    queries() {
      if (!opened) {
        const snapshot = create();
        if (hasOneRead) snapshot.expectOneRead();
        const turn = holdTurn();
        const queries = turn.then(() => {
          readStart(opening).catch(() => undefined);
          return snapshot.queries();
        });
        const opening: Opened = { snapshot, turn, queries, start: null };
        opened = opening;
      }
      return opened.queries;
    },
    async readRaised() {
      if (!opened) throw new Error("The snapshot is closed.");
      return (await readStart(opened)).raised;
    },
    async close() {
      const closing = opened;
      opened = undefined;
      if (!closing) return;
      const endTurn = await closing.turn.catch(() => null);
      try {
        await closing.snapshot.close();
      } finally {
        endTurn?.(wasAnswered);
      }
    },
  };
}

const TRANSACTION_ABORTED = "25P02";

type Reads = Pick<RequestContext, "read" | "raised" | "expectOneRead">;

/**
 * Reads of one request in its one snapshot, until it is over.
 *
 * @param raisedBefore the raised fields while no snapshot is open, if they are known without one.
 */
export function createSnapshotReads(
  snapshot: SnapshotInTurn,
  slices: Slices,
  raisedBefore?: RaisedFields,
): Reads & { close(): void } {
  let open = true;
  let failure: unknown;
  const read: Read = async (work) => {
    // Work that outlives its request would open a transaction that is never closed.
    if (!open) throw new Error("The request is over.");
    try {
      const result = await work(await snapshot.queries());
      await slices.settled();
      return result;
    } catch (error) {
      // A failed statement aborts the transaction, so later failures report the error of the first one.
      failure ??= error instanceof QueryFailedError ? error : undefined;
      snapshot.noteError(error);
      throw isErrorCode(error, TRANSACTION_ABORTED) ? failure : error;
    }
  };
  return {
    read,
    expectOneRead: () => snapshot.expectOneRead(),
    raised: () => snapshot.raised() ?? raisedBefore ?? read(() => snapshot.readRaised()),
    close() {
      open = false;
      slices.end();
    },
  };
}

/** Reads of a subscription: each has a snapshot of its own. */
export function createReads(open: () => SnapshotInTurn, close: (snapshot: SnapshotInTurn) => void): Reads {
  const within = async <Result>(
    work: (queries: Queries, snapshot: SnapshotInTurn) => Promise<Result>,
  ): Promise<Result> => {
    const snapshot = open();
    try {
      return await work(await snapshot.queries(), snapshot);
    } catch (error) {
      snapshot.noteError(error);
      throw error;
    } finally {
      close(snapshot);
    }
  };
  return {
    read: (work) => within((queries) => work(queries)),
    // Each read has a snapshot that ends with it.
    expectOneRead: () => undefined,
    raised: () => within((_, snapshot) => snapshot.readRaised()),
  };
}
