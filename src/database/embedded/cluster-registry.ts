import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { link, lstat, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import { z } from "zod";
import type { Logger } from "../../log.ts";
import { isErrorCode } from "../database-errors.ts";
import { takeClusterLock } from "./cluster-lock.ts";
import { findRunningServer, type RunningServer } from "./running-server.ts";
import { listStateFolders } from "./state-folder.ts";

/**
 * A cluster that could not live in its DATA_DIR would outlive it, with a company's people in it. So each cluster in the state folder knows
 * the folders that it belongs to, and a start deletes the clusters that have lost theirs.
 *
 *     cluster-1f…/          the cluster
 *     cluster-1f….json      the DATA_DIRs that have used it, each with its file system
 *     cluster-1f….pointer   a hard link to the file `postgres-folder` of one of them, where both lie on one file system
 *
 * Only a folder that was certainly deleted counts as lost:
 * - its path must be gone, and not merely closed to us, or a folder made anew at that path uses another cluster;
 * - what is left of the path must lie on the same file system as the folder did, or a disk is not mounted;
 * - where there is a hard link, the file in the folder must be gone too, or the folder was moved.
 * A folder that was moved to another file system looks deleted until the service has started there once.
 */
const ownersSchema = z.array(z.object({ dataDir: z.string(), device: z.number() }));
type Owner = z.infer<typeof ownersSchema>[number];

/** The file in a DATA_DIR that names a cluster elsewhere, and the folder in it of a cluster that lies inside. */
export const POINTER_FILE = "postgres-folder";
export const INNER_FOLDER = "postgres";

const NAME = /^cluster-[0-9a-f]{16}$/;
const RECORDS = /\.(json|pointer)$/;
/** What `initialiseCluster` builds beside the cluster's place. */
const DRAFT = /^cluster-[0-9a-f]{16}\.[A-Za-z0-9]{6}$/;
/** No `initdb` takes as long as this. */
const DRAFT_MS_MAX = 60 * 60_000;
/** Its data are deleted next, so nothing is lost when it does not write them in time. */
const STOP_MS = 10_000;

/** Notes that the cluster belongs to this data folder. `pointer`: the file in it that names the cluster. */
export async function registerCluster(folder: string, dataDir: string, pointer: string): Promise<void> {
  const owners = (await readOwners(folder)).filter((owner) => owner.dataDir !== dataDir);
  const { dev: device } = await stat(dataDir);
  const draft = `${recordOf(folder)}.${randomBytes(8).toString("hex")}`;
  await writeFile(draft, `${JSON.stringify([...owners, { dataDir, device }])}\n`, { mode: 0o600 });
  await rename(draft, recordOf(folder));
  try {
    await link(pointer, pointerOf(folder));
  } catch (error) {
    // It is linked already, or lies on another file system, or that one knows no hard links.
    if (!isErrorCode(error, "EEXIST", "EXDEV", "EPERM", "ENOTSUP", "EMLINK")) throw error;
  }
}

/**
 * Deletes the clusters whose DATA_DIR is gone, as root, whose clusters they are. It never fails a start: what cannot be deleted is left to the
 * next one.
 */
export async function deleteOrphanedClusters(log: Logger, stateFolders?: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0) return;
  for (const stateFolder of stateFolders ?? (await listStateFolders())) {
    const names = await readdir(stateFolder).catch(() => []);
    const clusters = new Set(
      names.map((name) => name.replace(RECORDS, "")).filter((name) => NAME.test(name)),
    );
    const deletions = [
      ...[...clusters].map((name) => ({ name, act: () => deleteOrphan(join(stateFolder, name), log) })),
      ...names
        .filter((name) => DRAFT.test(name))
        .map((name) => ({ name, act: () => deleteDraft(join(stateFolder, name)) })),
    ];
    for (const { name, act } of deletions) {
      await act().catch((error: unknown) => {
        log.warn(
          { name, reason: error instanceof Error ? error.message : "" },
          "database folder not deleted",
        );
      });
    }
  }
}

async function deleteOrphan(folder: string, log: Logger): Promise<void> {
  const owners = await readOwners(folder);
  if (owners.length === 0) return log.warn({ folder }, "database folder kept: its DATA_DIR is unknown");
  if (!(await areAllGone(owners, folder)) || (await isLinkedElsewhere(folder))) return undefined;
  const home = { dataFolder: join(folder, "data"), passwordFile: join(folder, "password") };
  const running = await findRunningServer(home);
  if (running && !(await stopAbandoned(running)))
    return log.warn({ folder }, "database folder kept: its DATA_DIR is gone, but an app uses it");
  // Renamed first: another process finds the whole cluster or none, never half of one.
  const doomed = `${folder}.${randomBytes(3).toString("hex")}`;
  const exists = await rename(folder, doomed).then(
    () => true,
    (error: unknown) => {
      if (isErrorCode(error, "ENOENT")) return false;
      throw error;
    },
  );
  await rm(doomed, { recursive: true, force: true });
  for (const file of [pointerOf(folder), recordOf(folder)]) await rm(file, { force: true });
  if (exists) log.info({ folder }, "database folder deleted: its DATA_DIR is gone");
  return undefined;
}

/** Stops a Postgres that outlived a killed app: such a cluster has no lock. False when an app holds it. */
async function stopAbandoned(server: RunningServer): Promise<boolean> {
  const lock = await takeClusterLock(server.url).catch(() => undefined);
  await lock?.end();
  if (lock) await server.stop(STOP_MS);
  return lock !== undefined;
}

async function areAllGone(owners: readonly Owner[], folder: string): Promise<boolean> {
  for (const owner of owners) if (!(await isGone(owner, folder))) return false;
  return true;
}

async function isGone({ dataDir, device }: Owner, folder: string): Promise<boolean> {
  for (let path = dataDir; ; path = dirname(path)) {
    try {
      const found = await lstat(path);
      return found.dev === device && (path !== dataDir || (await usesAnother(dataDir, folder)));
    } catch (error) {
      if (!isErrorCode(error, "ENOENT")) return false;
    }
  }
}

/** A DATA_DIR was deleted and made anew when a cluster other than `folder` belongs to it. A file that is torn proves nothing. */
async function usesAnother(dataDir: string, folder: string): Promise<boolean> {
  try {
    const named = (await readFile(join(dataDir, POINTER_FILE), "utf8")).trim();
    return isAbsolute(named) && NAME.test(basename(named)) && basename(named) !== basename(folder);
  } catch (error) {
    if (!isErrorCode(error, "ENOENT")) throw error;
    return existsSync(join(dataDir, INNER_FOLDER));
  }
}

async function isLinkedElsewhere(folder: string): Promise<boolean> {
  try {
    return (await lstat(pointerOf(folder))).nlink > 1;
  } catch (error) {
    if (isErrorCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** Empty for a cluster of a version without records, or with an unreadable record: such a cluster is never deleted. */
async function readOwners(folder: string): Promise<readonly Owner[]> {
  try {
    return ownersSchema.parse(JSON.parse(await readFile(recordOf(folder), "utf8")));
  } catch (error) {
    if (isErrorCode(error, "ENOENT") || error instanceof SyntaxError || error instanceof z.ZodError)
      return [];
    throw error;
  }
}

async function deleteDraft(path: string): Promise<void> {
  if (Date.now() - (await stat(path)).mtimeMs > DRAFT_MS_MAX)
    await rm(path, { recursive: true, force: true });
}

const recordOf = (folder: string): string => join(dirname(folder), `${basename(folder)}.json`);
const pointerOf = (folder: string): string => join(dirname(folder), `${basename(folder)}.pointer`);
