import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { EXIT, StartError } from "../../errors.ts";

const run = promisify(execFile);

/** The user of a child process; empty means our own. */
export type RunAs = { uid?: number; gid?: number };

/** Users that nearly every system has, best first. We create no user on a foreign machine. */
const UNPRIVILEGED_USERS = ["postgres", "_postgres", "nobody"] as const;

/** Postgres refuses to run as root, so root's database runs as a user with few rights. */
export async function choosePostgresUser(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return {};
  for (const name of UNPRIVILEGED_USERS) {
    const ids = await findIds(name);
    if (ids) return ids;
  }
  throw new StartError(
    `Postgres does not run as root, and none of the users ${UNPRIVILEGED_USERS.join(", ")} exists. ` +
      "Start as another user, or set DATABASE_URL to a Postgres of your own.",
    EXIT.config,
  );
}

/** True when that user may pass every folder on the way to `path` and enter or execute it. */
export async function canReach(path: string, runAs: RunAs): Promise<boolean> {
  if (runAs.uid === undefined) return true;
  // The kernel decides, instead of a computation from modes: access lists and mount options count too.
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
