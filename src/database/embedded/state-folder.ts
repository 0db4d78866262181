import { chmod, lstat, mkdir } from "node:fs/promises";
import { EXIT, StartError } from "../../errors.ts";

/** `/var/tmp` is the second choice, because some systems clean it after a month. */
const STATE_FOLDERS = ["/var/lib/people-subgraph", "/var/tmp/people-subgraph"] as const;

/** The folders of root's that there are, where clusters may lie that could not stay in their data folder. */
export async function listStateFolders(): Promise<string[]> {
  const trusted = await Promise.all(STATE_FOLDERS.map((folder) => isRoots(folder).catch(() => false)));
  return STATE_FOLDERS.filter((_, index) => trusted[index]);
}

/** Any user may create files in /var/tmp, so the service trusts only its own. */
async function isRoots(folder: string): Promise<boolean> {
  const found = await lstat(folder);
  return found.isDirectory() && found.uid === 0 && (found.mode & WRITABLE_BY_OTHERS) === 0;
}

/** Everybody may pass through, only root may write. */
const MODE = 0o755;
const WRITABLE_BY_OTHERS = 0o022;

/** A folder of root's that other users may pass through, for what cannot stay in a project that is closed to them. */
export async function openStateFolder(): Promise<string> {
  const refusals: string[] = [];
  for (const folder of STATE_FOLDERS) {
    try {
      // A strict umask would close it.
      if (await mkdir(folder, { recursive: true })) await chmod(folder, MODE);
      if (await isRoots(folder)) return folder;
      refusals.push(`${folder} belongs to another user`);
    } catch (error) {
      refusals.push(error instanceof Error ? error.message : folder);
    }
  }
  throw new StartError(
    "Found no folder for the embedded Postgres, which does not run as root and cannot enter the data " +
      `folder (${refusals.join("; ")}). Choose a DATA_DIR that other users may enter, or set DATABASE_URL.`,
    EXIT.config,
  );
}
