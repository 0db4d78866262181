import type { EntityManager } from "typeorm";

/** What a repository needs in order to run its statements: a transaction's manager, or a read snapshot. */
export type Queries = Pick<EntityManager, "query">;
