import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { chown, mkdir, mkdtemp, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { platform } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { EXIT, StartError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { makeFolder } from "../../make-folder.ts";
import { isErrorCode } from "../database-errors.ts";
import { choosePostgresUser, type RunAs } from "./postgres-programs.ts";

const run = promisify(execFile);

const SUPERUSER = "postgres";
const PASSWORD_BYTES = 24;

/**
 * The environment of all Postgres programs, so that nothing depends on the machine's locales and time zone.
 */
export const ENVIRONMENT = { LC_ALL: "C", TZ: "UTC" };

/** Older versions kept the cluster of a closed DATA_DIR elsewhere, with its path in this file. */
export const FORMER_POINTER = "postgres-folder";

/** The folder of a cluster, and the user who owns it. */
export type ClusterHome = { readonly folder: string; readonly runAs: RunAs };

export const dataFolderOf = (folder: string): string => join(folder, "data");
export const pidFileOf = (folder: string): string => join(dataFolderOf(folder), "postmaster.pid");
export const passwordFileOf = (folder: string): string => join(folder, "password");

export const superuserUrl = async ({ folder }: ClusterHome, port: number): Promise<string> =>
  `postgres://${SUPERUSER}:${(await readFile(passwordFileOf(folder), "utf8")).trim()}@127.0.0.1:${port}/postgres`;

/**
 * A program's working directory. Root enters it before it changes the user, so DATA_DIR may stay closed to
 * that user.
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
  makeFolder(dataDir);
  const folder = join(await realpath(dataDir), "postgres");
  log.info({ folder }, "database folder");
  const runAs = await choosePostgresUser();
  const owner = statSync(folder, { throwIfNoEntry: false });
  if (owner && runAs.uid === undefined && owner.uid !== process.getuid?.()) {
    throw new StartError(
      `${folder} belongs to another user (id ${owner.uid}): was the app started as root before? ` +
        "Start it as that user again, or choose another DATA_DIR.",
      EXIT.config,
    );
  }
  return { folder, runAs: owner && runAs.uid !== undefined ? { uid: owner.uid, gid: owner.gid } : runAs };
}

/**
 * Creates the cluster unless it exists: first beside its place and then renamed, so a crash leaves no
 * incomplete cluster.
 */
export async function initialiseCluster(home: ClusterHome, initdb: string, flags: readonly string[]) {
  const { folder, runAs } = home;
  if (existsSync(folder)) {
    if (existsSync(dataFolderOf(folder))) return;
    throw new StartError(
      `DATA_DIR: ${folder} contains no database of this service. Move it away, then start again.`,
      EXIT.config,
    );
  }
  const draft = await mkdtemp(`${folder}.`);
  const [dataFolder, passwordFile] = [dataFolderOf(draft), passwordFileOf(draft)];
  const inside = seenFromInside(dataFolder);
  const access = [`--pwfile=${inside}/../password`, `--username=${SUPERUSER}`, "--auth=scram-sha-256"];
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const options = [`--pgdata=${inside}`, ...access, ...locale, "--no-instructions", ...flags];
  try {
    await mkdir(dataFolder);
    await writeFile(passwordFile, randomBytes(PASSWORD_BYTES).toString("base64url"), { mode: 0o600 });
    const { uid, gid } = runAs;
    if (uid !== undefined && gid !== undefined)
      for (const path of [dataFolder, passwordFile, draft]) await chown(path, uid, gid);
    await run(initdb, options, { ...runAs, cwd: dataFolder, env: ENVIRONMENT });
    await rename(draft, folder);
  } catch (error) {
    // Another app that started at the same moment has created the cluster, and this app uses it.
    if (!isErrorCode(error, "ENOTEMPTY", "EEXIST")) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
