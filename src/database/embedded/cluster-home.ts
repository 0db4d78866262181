import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, mkdir, mkdtemp, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { platform } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { EXIT, StartError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { isErrorCode } from "../database-errors.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { canReach, choosePostgresUser, type RunAs } from "./postgres-user.ts";

const run = promisify(execFile);

export const SUPERUSER = "postgres";

const PASSWORD_BYTES = 24;

/** Older versions kept the cluster of a closed DATA_DIR elsewhere, with its path in this file. */
export const FORMER_POINTER = "postgres-folder";

/** A cluster: its files, its password, and the user who owns them. */
export type ClusterHome = {
  readonly folder: string;
  readonly dataFolder: string;
  readonly passwordFile: string;
  readonly runAs: RunAs;
};

/**
 * The path by which a program finds the data folder that is its working directory. On Linux it needs no right
 * on the folders above. Root enters the folder before the program changes its user, so DATA_DIR may stay
 * closed to that user.
 */
export const seenFromInside = (dataFolder: string): string =>
  platform() === "linux" ? "/proc/self/cwd" : dataFolder;

/** Finds the cluster's place in `dataDir`. The user who created a cluster always runs it. */
export async function findClusterHome(dataDir: string, log: Logger): Promise<ClusterHome> {
  const former = resolve(dataDir, FORMER_POINTER);
  if (existsSync(former)) {
    throw new StartError(
      `DATA_DIR: ${former} names a database folder that an older version kept elsewhere. ` +
        `Move that folder to ${resolve(dataDir, "postgres")}, delete the file, then start again.`,
      EXIT.config,
    );
  }
  await mkdir(dataDir, { recursive: true });
  const parent = await realpath(dataDir);
  const folder = join(parent, "postgres");
  const runAs = await choosePostgresUser();
  if (platform() !== "linux" && !(await canReach(parent, runAs))) {
    throw new StartError(
      `DATA_DIR: the user who runs Postgres cannot enter ${parent}. ` +
        "Start as a user who is not root, or choose a folder that other users may enter.",
      EXIT.config,
    );
  }
  log.info({ folder }, "database folder");
  const owner = await findOwner(folder);
  if (owner && runAs.uid === undefined && owner.uid !== process.getuid?.()) {
    throw new StartError(
      `${folder} belongs to another user (id ${owner.uid}): was the app started as root before? ` +
        "Start it as that user again, or choose another DATA_DIR.",
      EXIT.config,
    );
  }
  return {
    folder,
    dataFolder: join(folder, "data"),
    passwordFile: join(folder, "password"),
    runAs: runAs.uid === undefined ? runAs : (owner ?? runAs),
  };
}

/**
 * Creates the cluster unless it exists. It first builds the cluster in a folder beside the final one, and
 * then renames that folder. So a crash leaves no incomplete cluster.
 */
export async function initialiseCluster(
  { folder, runAs }: ClusterHome,
  { initdb }: PostgresBinaries,
  flags: readonly string[],
): Promise<void> {
  if (existsSync(folder)) return;
  const draft = await mkdtemp(`${folder}.`);
  const [dataFolder, passwordFile] = [join(draft, "data"), join(draft, "password")];
  try {
    await mkdir(dataFolder);
    await writeFile(passwordFile, randomBytes(PASSWORD_BYTES).toString("base64url"), { mode: 0o600 });
    for (const path of [dataFolder, passwordFile, draft]) await giveTo(path, runAs);
    const inside = seenFromInside(dataFolder);
    await run(
      initdb,
      [
        `--pgdata=${inside}`,
        `--pwfile=${inside}/../password`,
        `--username=${SUPERUSER}`,
        "--auth=scram-sha-256",
        // Unicode in the same way on every machine, whatever its locales.
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
        ...flags,
      ],
      { ...runAs, cwd: dataFolder, env: { LC_ALL: "C", TZ: "UTC" } },
    );
    await rename(draft, folder);
  } catch (error) {
    // Another app that started at the same moment has created the cluster, and this app uses it.
    if (!isErrorCode(error, "ENOTEMPTY", "EEXIST")) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function findOwner(folder: string): Promise<Required<RunAs> | undefined> {
  try {
    const { uid, gid } = await stat(folder);
    return { uid, gid };
  } catch (error) {
    if (isErrorCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

async function giveTo(path: string, { uid, gid }: RunAs): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}
