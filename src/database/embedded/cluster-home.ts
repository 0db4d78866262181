import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import {
  chown,
  link,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import { EXIT, StartError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { isErrorCode } from "../database-errors.ts";
import { INNER_FOLDER, POINTER_FILE, registerCluster } from "./cluster-registry.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { canReach, choosePostgresUser, type RunAs } from "./postgres-user.ts";
import { openStateFolder } from "./state-folder.ts";

const run = promisify(execFile);

export const SUPERUSER = "postgres";

const PASSWORD_BYTES = 24;

/** Where a cluster lives: its files, its password, and who may touch them. */
export type ClusterHome = {
  readonly folder: string;
  readonly dataFolder: string;
  readonly passwordFile: string;
  readonly runAs: RunAs;
};

/**
 * The place of the cluster that belongs to `dataDir`: inside it, or, when the user who runs Postgres may not enter there,
 * in a folder elsewhere that `dataDir` remembers in a file. Whoever created a cluster runs it ever after.
 */
export async function findClusterHome(dataDir: string, log: Logger): Promise<ClusterHome> {
  await mkdir(dataDir, { recursive: true });
  const runAs = await choosePostgresUser();
  const { folder, elsewhere } = await chooseFolder(await realpath(dataDir), runAs);
  log.info(
    { folder, dataDir },
    elsewhere
      ? "database folder is outside DATA_DIR, which the Postgres user cannot enter; a start after DATA_DIR " +
          "is gone deletes it"
      : "database folder is in DATA_DIR",
  );
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

/** Creates the cluster unless it exists. Built beside its place and renamed, so that a cluster that exists is complete. */
export async function initialiseCluster(
  home: ClusterHome,
  binaries: PostgresBinaries,
  flags: readonly string[],
): Promise<void> {
  if (await findOwner(home.folder)) return;
  const draft = await mkdtemp(`${home.folder}.`);
  try {
    const passwordFile = join(draft, "password");
    await writeFile(passwordFile, randomBytes(PASSWORD_BYTES).toString("base64url"), { mode: 0o600 });
    for (const path of [passwordFile, draft]) await giveTo(path, home.runAs);
    await runInitdb(binaries.initdb, { draft, passwordFile, flags, runAs: home.runAs });
    await rename(draft, home.folder);
  } catch (error) {
    // Another app that started at the same moment was faster; its cluster is as good.
    if (!isErrorCode(error, "ENOTEMPTY", "EEXIST")) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function chooseFolder(dataDir: string, runAs: RunAs): Promise<{ folder: string; elsewhere: boolean }> {
  const pointer = join(dataDir, POINTER_FILE);
  if (!existsSync(pointer)) {
    if (await canReach(dataDir, runAs)) return { folder: join(dataDir, INNER_FOLDER), elsewhere: false };
    await remember(pointer, join(await openStateFolder(), `cluster-${randomBytes(8).toString("hex")}`));
  }
  // What cannot be read names nothing either.
  const folder = (await readFile(pointer, "utf8").catch(() => "")).trim();
  if (!isAbsolute(folder)) {
    throw new StartError(
      `DATA_DIR: ${pointer} does not name the folder of a database. Put the former file back.`,
      EXIT.config,
    );
  }
  await registerCluster(folder, dataDir, pointer);
  return { folder, elsewhere: true };
}

/** Of two apps that start at once, the second takes the folder that the first one chose. */
async function remember(pointer: string, folder: string): Promise<void> {
  const draft = `${pointer}.${randomBytes(8).toString("hex")}`;
  await writeFile(draft, `${folder}\n`, { flush: true });
  try {
    await link(draft, pointer);
  } catch (error) {
    if (!isErrorCode(error, "EEXIST")) throw error;
  } finally {
    await rm(draft);
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

type Initdb = { draft: string; passwordFile: string; flags: readonly string[]; runAs: RunAs };

async function runInitdb(initdb: string, { draft, passwordFile, flags, runAs }: Initdb): Promise<void> {
  await run(
    initdb,
    [
      `--pgdata=${join(draft, "data")}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      // Unicode in the same way on every machine, whatever locales it has.
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--no-instructions",
      ...flags,
    ],
    { ...runAs, cwd: "/", env: { LC_ALL: "C", TZ: "UTC" } },
  );
}
