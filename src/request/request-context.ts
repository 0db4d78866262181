import type { EntityManager } from "typeorm";
import type { Viewer } from "../access/viewer.ts";
import type { Queries } from "../database/queries.ts";
import type { RaisedFields } from "../fields/raised-fields.ts";
import type { Cursors } from "./cursors.ts";
import type { Selected } from "./look-ahead.ts";

/**
 * What every room gets with a request; a room adds its own needs (`type OrgContext = RequestContext & …`).
 *
 * All reads of one request run in one REPEATABLE READ READ ONLY transaction, so an answer never mixes two
 * states of the directory. The first call of `read` opens it. `write` commits a transaction of its own. Then
 * it discards the snapshot and the loaders, so the answer of a mutation shows its changes.
 */
export type RequestContext = {
  readonly viewer: Viewer;
  /** The moment of the request: the only clock of rules. */
  readonly now: Date;
  readonly read: Read;
  /**
   * Promises that the request sends no statement after those that it sends now. The snapshot then ends in
   * their write, and a later read fails.
   */
  readonly expectOneRead: () => void;
  /** Whether resolvers read ahead what an answer selects below them. Without it, loaders read all. */
  readonly looksAhead: boolean;
  /** What the document selects. Null: it is not known, or nothing looks ahead, and then rows are whole. */
  readonly selected: Selected | null;
  readonly write: Write;
  /**
   * The fields that the company protects more than the schema does, as of the snapshot. Before there is one,
   * those that came with the event; without an event, it opens one.
   */
  readonly raised: () => RaisedFields | Promise<RaisedFields>;
  /**
   * Counts errors of the answer. More than a request may have end it, and then the result is a promise that
   * stays pending.
   */
  readonly countErrors: (count: number) => Promise<never> | null;
  /** Makes and checks the opaque cursors of the viewer's tenant. */
  readonly cursors: Cursors;
};

/** The events of a subscription. */
export type EventStream<Event> = AsyncIterable<Event> & {
  /** The raised fields, not older than the last event. With them, an answer to it needs no snapshot. */
  readonly raised?: RaisedFields;
};

/** Runs the statements of `work` in the snapshot, as the role of the application and for the tenant. */
export type Read = <Result>(work: (queries: Queries) => Promise<Result>) => Promise<Result>;

/** Runs `work` with the manager of a transaction that has role and tenant set. */
export type Write = <Result>(work: (manager: EntityManager) => Promise<Result>) => Promise<Result>;
