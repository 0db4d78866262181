const TIMES = 5;

/**
 * The share of the work's CPU time that its longest turn of the event loop takes, the least of five.
 * Garbage collection may hit a turn of some, and work that never pauses takes one turn each time.
 */
export async function measureLongestTurn(work: () => Promise<unknown>): Promise<number> {
  let least = 1;
  for (let measured = 0; measured < TIMES; measured += 1) {
    const { total, longest } = await measureTurns(work);
    least = Math.min(least, longest / total);
  }
  return least;
}

/** The CPU time of the whole work, and of its longest turn. */
async function measureTurns(
  work: () => Promise<unknown>,
): Promise<{ readonly total: number; readonly longest: number }> {
  let [total, longest] = [0, 0];
  let startedAt = process.threadCpuUsage();
  let isOver = false;
  const endTurn = (): void => {
    const { user, system } = process.threadCpuUsage(startedAt);
    total += user + system;
    longest = Math.max(longest, user + system);
    startedAt = process.threadCpuUsage();
    if (!isOver) setImmediate(endTurn);
  };
  setImmediate(endTurn);
  await work();
  isOver = true;
  endTurn();
  return { total, longest };
}
