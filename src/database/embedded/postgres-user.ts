import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { EXIT, StartError } from "../../errors.ts";

const run = promisify(execFile);

/** Whom a child process runs as; empty means: as ourselves. */
export type RunAs = { uid?: number; gid?: number };

/** Users that nearly every system has, best first. Nothing is created on somebody's machine. */
const STAND_INS = ["postgres", "_postgres", "nobody"] as const;

/** Postgres refuses to run as root, so root's database runs as a user that may do little else. */
export async function choosePostgresUser(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return {};
  for (const name of STAND_INS) {
    const ids = await findIds(name);
    if (ids) return ids;
  }
  throw new StartError(
    `Postgres does not run as root, and none of the users ${STAND_INS.join(", ")} exists. ` +
      "Start as another user, or set DATABASE_URL to a Postgres of your own.",
    EXIT.config,
  );
}

/** True when that user may go through every folder on the way to `path` and enter or execute it. */
export async function canReach(path: string, runAs: RunAs): Promise<boolean> {
  if (runAs.uid === undefined) return true;
  // Asked of the kernel and not computed from modes: access lists and mount options count too.
  return run("test", ["-x", path], { ...runAs, cwd: "/" }).then(
    () => true,
    () => false,
  );
}

async function findIds(name: string): Promise<Required<RunAs> | undefined> {
  try {
    const [uid, gid] = await Promise.all([run("id", ["-u", name]), run("id", ["-g", name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
