/** The CPU time of the whole work, and of its longest turn of the event loop. */
export async function measureTurns(
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
