/**
 * Runs `work` once at a time for the same arguments. Calls that come meanwhile share the run that begins
 * next, so each gets what was true after it came.
 */
export function shareNext<Args extends readonly string[], Result>(
  work: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  const running = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<Result>>();
  const begin = (key: string, args: Args): Promise<Result> => {
    next.delete(key);
    const result = work(...args).finally(() => running.delete(key));
    running.set(key, result);
    return result;
  };
  return (...args) => {
    const key = JSON.stringify(args);
    // First: in the moment between two runs none is running, and the next one is about to.
    const waiting = next.get(key);
    if (waiting) return waiting;
    const current = running.get(key);
    if (!current) return begin(key, args);
    const shared = current.then(
      () => begin(key, args),
      () => begin(key, args),
    );
    next.set(key, shared);
    return shared;
  };
}
