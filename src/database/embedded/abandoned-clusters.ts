import { existsSync, lstatSync, readdirSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Logger } from "../../log.ts";
import { FORMER_POINTER, pidFileOf } from "./cluster-home.ts";
import { signal } from "./server.ts";

/** Where root's older versions kept the cluster of a DATA_DIR that its Postgres user could not enter. */
const FORMER_FOLDERS = ["/var/lib/people-subgraph", "/var/tmp/people-subgraph"];

/** `cluster-1f….json` beside the cluster: each DATA_DIR that used it, with its file system. */
const RECORD = /^(cluster-[0-9a-f]{16})\.json$/;
const recordSchema = z.array(z.object({ dataDir: z.string(), device: z.number() })).min(1);

/**
 * Deletes the clusters of older versions that have outlived their DATA_DIR, with a company's people in them.
 * Only root may look for them. A failure is logged, and the next start tries again.
 */
export async function deleteAbandonedClusters(dataDir: string, log: Logger, folders = FORMER_FOLDERS) {
  // This DATA_DIR may have been moved here: the start explains what to do about its cluster.
  if (process.getuid?.() !== 0 || existsSync(join(dataDir, FORMER_POINTER))) return;
  for (const parent of folders.filter(isRoots)) {
    for (const name of readdirSync(parent).flatMap((file) => RECORD.exec(file)?.[1] ?? [])) {
      await deleteIfAbandoned(join(parent, name), log).catch((error: Error) =>
        log.warn({ name, reason: error.message }, "database folder not deleted"),
      );
    }
  }
}

async function deleteIfAbandoned(folder: string, log: Logger): Promise<void> {
  const [record, link] = [`${folder}.json`, `${folder}.pointer`];
  const owners = recordSchema.parse(JSON.parse(await readFile(record, "utf8")));
  // A hard link to a file of the DATA_DIR: a second name means that the DATA_DIR was moved.
  if (!owners.every(isGone) || (lookAt(link)?.nlink ?? 0) > 1) return;
  const found = lookAt(folder);
  if (found) {
    const pid = Number((await readFile(pidFileOf(folder), "utf8").catch(() => "")).split("\n")[0]);
    if (pid && signal(pid, 0)) return;
    await rm(folder, { recursive: true });
    log.info({ folder }, "database folder of an older version deleted: its DATA_DIR is gone");
  }
  for (const file of [link, record]) await rm(file, { force: true });
}

/** What is left of the path must be on the same file system as the folder was, or a disk is not mounted. */
function isGone({ dataDir, device }: z.output<typeof recordSchema>[number]): boolean {
  let left = dataDir;
  while (!lookAt(left)) left = dirname(left);
  return left !== dataDir && lookAt(left)?.dev === device;
}

/** Any user may create a folder in /var/tmp, so we trust only one that only root may change. */
function isRoots(folder: string): boolean {
  const found = lookAt(folder);
  return found?.isDirectory() === true && found.uid === 0 && (found.mode & 0o022) === 0;
}

const lookAt = (path: string) => lstatSync(path, { throwIfNoEntry: false });
