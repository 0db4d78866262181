import { readdir, readFile } from "node:fs/promises";
import pg from "pg";

/** Linux reports CPU time in hundredths of a second, whatever its kernel uses. */
const MS_A_TICK = 10;

/** The places of the fields in `/proc/<pid>/stat`, counted after the name, which may contain blanks. */
const [PARENT, USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM] = [1, 11, 12, 13, 14];

/**
 * Reads the CPU time of all processes of a Postgres on this machine, also of those that have ended, in
 * milliseconds. NaN where there is no `/proc`.
 */
export async function watchPostgres(databaseUrl: string): Promise<() => Promise<number>> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  const server = (await readStat(rows[0]?.pid))?.[PARENT];
  await client.end();
  return async () => {
    if (server === undefined) return Number.NaN;
    const stats = await Promise.all(
      (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(readStat),
    );
    const own = stats.filter((stat) => stat?.[PARENT] === server);
    const ended = sum(await readStat(server), [USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM]);
    return own.reduce((total, stat) => total + sum(stat, [USER, SYSTEM]), ended) * MS_A_TICK;
  };
}

/** Null for a process that has ended meanwhile. */
async function readStat(pid: string | number | undefined): Promise<string[] | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? null;
}

const sum = (stat: string[] | null | undefined, places: readonly number[]): number =>
  places.reduce((total, place) => total + Number(stat?.[place] ?? 0), 0);
