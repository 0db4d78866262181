import { existsSync, type Stats } from "node:fs";
import { lstat, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Logger } from "../../log.ts";
import { isErrorCode } from "../database-errors.ts";
import { FORMER_POINTER } from "./cluster-home.ts";
import { findRunningServer } from "./running-server.ts";

/** Where root's older versions kept the cluster of a DATA_DIR that its Postgres user could not enter. */
const FORMER_FOLDERS = ["/var/lib/people-subgraph", "/var/tmp/people-subgraph"] as const;

/** `cluster-1f….json` beside the cluster: each DATA_DIR that used it, with its file system. */
const RECORD = /^(cluster-[0-9a-f]{16})\.json$/;
const recordSchema = z.array(z.object({ dataDir: z.string(), device: z.number() })).min(1);
type Record = z.infer<typeof recordSchema>;

/**
 * Deletes the clusters of older versions that have outlived their DATA_DIR, with a company's people in them.
 * Only root may look for them. A failure is logged, and the next start tries again.
 */
export async function deleteAbandonedClusters(
  dataDir: string,
  log: Logger,
  folders: readonly string[] = FORMER_FOLDERS,
): Promise<void> {
  // This DATA_DIR may have been moved here: the start explains what to do about its cluster.
  if (process.getuid?.() !== 0 || existsSync(join(dataDir, FORMER_POINTER))) return;
  for (const parent of folders) {
    const names = (await isRoots(parent)) ? await readdir(parent).catch(() => []) : [];
    for (const [, name] of names.map((file) => RECORD.exec(file) ?? [])) {
      if (name === undefined) continue;
      await deleteIfAbandoned(join(parent, name), log).catch((error: unknown) =>
        log.warn(
          { name, reason: error instanceof Error ? error.message : "" },
          "database folder not deleted",
        ),
      );
    }
  }
}

async function deleteIfAbandoned(folder: string, log: Logger): Promise<void> {
  const [record, link] = [`${folder}.json`, `${folder}.pointer`];
  const owners = recordSchema.parse(JSON.parse(await readFile(record, "utf8")));
  if (!(await areGone(owners)) || (await isLinkedElsewhere(link))) return;
  if (existsSync(folder)) {
    const { uid, gid } = await lstat(folder);
    const [dataFolder, passwordFile] = [join(folder, "data"), join(folder, "password")];
    if (await findRunningServer({ folder, dataFolder, passwordFile, runAs: { uid, gid } })) return;
    await rm(folder, { recursive: true });
    log.info({ folder }, "database folder of an older version deleted: its DATA_DIR is gone");
  }
  for (const file of [link, record]) await rm(file, { force: true });
}

/** What is left of each path must be on the same file system as the folder was, or a disk is not mounted. */
async function areGone(owners: Record): Promise<boolean> {
  for (const { dataDir, device } of owners) {
    if (await statIfThere(dataDir)) return false;
    let parent = dirname(dataDir);
    while (!(await statIfThere(parent))) parent = dirname(parent);
    if ((await statIfThere(parent))?.dev !== device) return false;
  }
  return true;
}

/** A hard link to a file of the DATA_DIR: a second name means that the DATA_DIR was moved. */
const isLinkedElsewhere = async (link: string): Promise<boolean> =>
  ((await statIfThere(link))?.nlink ?? 0) > 1;

/** Any user may create a folder in /var/tmp, so we trust only one that root alone may change. */
async function isRoots(folder: string): Promise<boolean> {
  const found = await statIfThere(folder).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === 0 && (found.mode & 0o022) === 0;
}

/** A folder that is only closed to us is there: its error is not ENOENT. */
async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isErrorCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
