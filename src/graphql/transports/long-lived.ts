import type { Reach } from "../../config/reach.ts";
import type { Operations } from "../operation/operations.ts";
import type { ClientTiming } from "./client-timing.ts";
import type { ConnectionLimits } from "./connection-limiter.ts";
import type { ViewerLifetimes } from "./viewer-lifetimes.ts";

/** What a transport needs whose connections outlive a request: sockets, and event streams. */
export type LongLivedOptions = {
  readonly operations: Operations;
  readonly reach: Reach;
  readonly lifetimes: ViewerLifetimes;
  readonly timing: ClientTiming;
  /** Absent limits are those of production. */
  readonly limits?: Partial<ConnectionLimits> | undefined;
};
