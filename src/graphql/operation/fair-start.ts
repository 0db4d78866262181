import { createActivity } from "../tenant-turns.ts";

/** Resolves at once, or in a later turn of the event loop, when the tenant may go on. */
export type FairStart = (tenantId: string) => Promise<void>;

/** Some half a millisecond of CPU. With one, a turn costs as much as the operation that it continues. */
export const OPERATIONS_PER_TURN = 4;

/**
 * Each turn of the event loop continues few of the operations that wait here, for tenants in rotation.
 * Otherwise one turn of the loop serves all that came together: with three hundred, operations of other
 * tenants waited 80 ms. While no other tenant is active, none waits.
 */
export function createFairStart(elapsedMs = () => performance.now()): FairStart {
  const { note, isAlone } = createActivity(elapsedMs);
  // In the order of the rotation.
  const lanes = new Map<string, (() => void)[]>();
  let isTaken = false;

  const continueNext = (): void => {
    const [first] = lanes;
    if (!first) return;
    const [tenantId, waiting] = first;
    waiting.shift()?.();
    lanes.delete(tenantId);
    if (waiting.length > 0) lanes.set(tenantId, waiting);
  };
  const takeTurn = (): void => {
    isTaken = lanes.size > 0;
    if (!isTaken) return;
    for (let continued = 0; continued < OPERATIONS_PER_TURN; continued += 1) continueNext();
    setImmediate(takeTurn);
  };

  return async (tenantId) => {
    note(tenantId);
    if (isAlone(tenantId)) return;
    if (!isTaken) {
      isTaken = true;
      setImmediate(takeTurn);
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const lane = lanes.get(tenantId) ?? [];
    lanes.set(tenantId, lane);
    lane.push(resolve);
    return promise;
  };
}
