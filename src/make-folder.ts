import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Creates a folder and the missing ones above it. Some file systems have no room for folders, such as
 * `/proc`. There Node's `recursive` repeats the same two calls for ever, and no signal ends it.
 */
export function makeFolder(path: string): void {
  if (isFolder(path)) return;
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have created it meanwhile.
    if (isFolder(path)) return;
    const parent = dirname(path);
    const isBelowMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!isBelowMissing || existsSync(parent)) throw error;
    makeFolder(parent);
    makeFolder(path);
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
