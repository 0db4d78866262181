import type { EntityManager } from "typeorm";
import type { Viewer } from "../access/viewer.ts";
import type { Cursors } from "./cursors.ts";

/**
 * What every room may expect of a request; a room adds what else it needs (`type OrgContext = RequestContext & …`).
 *
 * All reads of one request happen in one REPEATABLE READ READ ONLY transaction that `read` opens at its first call, so
 * an answer never mixes two directories. `write` commits a transaction of its own and afterwards forgets the snapshot and the
 * loaders, so that a mutation's answer shows what it wrote.
 */
export type RequestContext = {
  readonly viewer: Viewer;
  /** The moment of the request: the only clock that a rule may ask. */
  readonly now: Date;
  readonly read: Read;
  readonly write: Read;
  /** Makes and checks the opaque cursors of the viewer's tenant. */
  readonly cursors: Cursors;
};

/** Runs `work` with a manager whose connection has role and tenant set. */
export type Read = <Result>(work: (manager: EntityManager) => Promise<Result>) => Promise<Result>;
