import type { DataSource, EntityManager } from "typeorm";
import type { SecretKey } from "../integration/secret.ts";
import type { Queue } from "../jobs/queue.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Trace } from "../metrics/trace.ts";
import type { Personio } from "../personio/employee.ts";

export type SyncDeps = {
  readonly dataSource: DataSource;
  readonly queue: Queue;
  readonly personio: Personio;
  readonly secretKeys: readonly SecretKey[];
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly trace: Trace;
  readonly clock: () => Date;
  /** The database's time, which decides which day it is for a person. */
  readonly readNow: (manager: EntityManager) => Promise<Date>;
};

/** Comparing and applying take longer the larger the company is; still, a hanging statement must end. */
export const STATEMENT_TIMEOUT_MS = 10 * 60_000;
