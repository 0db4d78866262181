import type { DataSource, EntityManager } from "typeorm";
import type { SecretKey } from "../integration/secret.ts";
import type { Queue } from "../jobs/queue.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Trace } from "../metrics/trace.ts";
import type { Personio } from "../personio/employee.ts";

/** What a sync works with. */
export type SyncDeps = {
  readonly dataSource: DataSource;
  readonly queue: Queue;
  readonly personio: Personio;
  readonly secretKeys: readonly SecretKey[];
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly trace: Trace;
  readonly clock: () => Date;
  /** The time by which people's dates come: the database's. */
  readonly readNow: (manager: EntityManager) => Promise<Date>;
};

/** Comparing and applying take as long as a company is large; still, a statement that hangs is found out. */
export const STATEMENT_TIMEOUT_MS = 10 * 60_000;
