import { readFileSync } from "node:fs";

/** Linux counts CPU time in hundredths of a second, whatever its kernel uses. */
const MS_A_TICK = 10;

/** The CPU time of a process so far, in milliseconds. 0 for a process that has ended, or without `/proc`. */
export function cpuMsOf(pid: number | undefined): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return 0;
  }
  // The name before it may contain blanks.
  const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(")")).split(" ").slice(12, 14).map(Number);
  return (user + system) * MS_A_TICK;
}
