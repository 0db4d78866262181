/** Resolves at once, or in a later turn of the event loop, when the tenant may go on. */
export type Pace = (tenantId: string) => Promise<void>;

/**
 * Each turn of the event loop continues one operation that waits here, for tenants in rotation. Otherwise one
 * turn serves all that arrived together: with three hundred operations, those of others waited 80 ms.
 * A turn costs 20 µs.
 */
export function createPace(): Pace {
  // In the order of the rotation.
  const lanes = new Map<string, (() => void)[]>();
  let isTaken = false;

  const continueNext = (): void => {
    const [first] = lanes;
    isTaken = first !== undefined;
    if (!first) return;
    const [tenantId, waiting] = first;
    waiting.shift()?.();
    lanes.delete(tenantId);
    if (waiting.length > 0) lanes.set(tenantId, waiting);
    setImmediate(continueNext);
  };

  return async (tenantId) => {
    if (!isTaken) {
      isTaken = true;
      setImmediate(continueNext);
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const lane = lanes.get(tenantId) ?? [];
    lanes.set(tenantId, lane);
    lane.push(resolve);
    return promise;
  };
}
