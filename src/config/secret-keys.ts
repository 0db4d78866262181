import { randomBytes } from "node:crypto";
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../make-folder.ts";

/** One key of the ring. Its id is stored beside what it sealed, so that keys can be rotated. */
export type SecretKey = { readonly id: string; readonly key: Buffer };

const KEY_BYTES = 32;

export const MAKE_A_KEY = 'Make a key with: echo "1:$(openssl rand -base64 32)"';

/**
 * Exactly `id:base64`: a key that was pasted with a quote or cut short would seal data that no correct key
 * opens again.
 */
const ENTRY = /^([A-Za-z0-9_-]+):([A-Za-z0-9+/]{43}=)$/;

/** Reads `id:base64[,id:base64…]`. Problems name the entry by its place and never quote it. */
export function parseSecretKeys(text: string): {
  entries: readonly SecretKey[];
  problems: readonly string[];
} {
  const keys: SecretKey[] = [];
  const problems: string[] = [];
  for (const [index, entry] of text.split(",").entries()) {
    const [, id, key] = ENTRY.exec(entry.trim()) ?? [];
    if (id === undefined || key === undefined) {
      problems.push(`entry ${index + 1} is not an id, a colon and ${KEY_BYTES} bytes in base64`);
    } else if (keys.some((earlier) => earlier.id === id)) {
      problems.push(`entry ${index + 1} repeats the id of an earlier one`);
    } else if (isWeak(Buffer.from(key, "base64"))) {
      problems.push(`entry ${index + 1} is not a random key. ${MAKE_A_KEY}`);
    } else {
      keys.push({ id, key: Buffer.from(key, "base64") });
    }
  }
  return { entries: keys, problems };
}

/** The chance that 32 random bytes have fewer different values is below one in 10^13. */
const DIFFERENT_BYTES_MIN = 17;

/**
 * All zeros, a repeated pattern, a counting sequence, or a passphrase: nothing that `openssl rand` ever
 * makes.
 */
function isWeak(key: Buffer): boolean {
  const isText = /^[\t-\r\x20-\x7e]*$/.test(key.toString("latin1"));
  const steps = new Set(key.subarray(1).map((byte, index) => (byte - key[index]!) & 0xff));
  return isText || steps.size === 1 || new Set(key).size < DIFFERENT_BYTES_MIN;
}

/** Entries of the data folder that show that data exists, in it or elsewhere: see `database/embedded/`. */
const SIGNS_OF_DATA = ["postgres", "postgres-folder"];

/**
 * The keys of the data folder. They are created once, and never beside existing data: new keys could not open
 * its secrets. The file has the format of SECRET_KEYS, for a later move to another database.
 */
export function openSecretKeysFile(dataDir: string): readonly SecretKey[] {
  makeFolder(dataDir);
  const file = join(dataDir, "secret-keys");
  // Checked first: another app that starts at the same time creates the file before the data.
  const hasData = SIGNS_OF_DATA.some((name) => existsSync(join(dataDir, name)));
  if (hasData && !existsSync(file)) {
    throw new Error(
      `${file} is missing beside existing data, and the service cannot open the data's secrets without it. ` +
        "Put it back, or set the former SECRET_KEYS; if the keys are lost, run: npm run keys:reset",
    );
  }
  createOnce(file, newRing());
  const { entries: keys, problems } = parseSecretKeys(readRing(file));
  if (problems.length > 0) {
    throw new Error(
      `${file} cannot be read as SECRET_KEYS: ${problems.join("; ")}. Put the former file back; if it is lost, run: npm run keys:reset`,
    );
  }
  return keys;
}

/**
 * The same after an operator gave up the former keys: creates a missing or unreadable file again, and keeps
 * the old one aside.
 */
export function renewSecretKeysFile(dataDir: string): readonly SecretKey[] {
  makeFolder(dataDir);
  const file = join(dataDir, "secret-keys");
  const isBroken = existsSync(file) && parseSecretKeys(readFileSync(file, "utf8")).problems.length > 0;
  if (isBroken) renameSync(file, `${file}.unreadable`);
  createOnce(file, newRing());
  return parseSecretKeys(readFileSync(file, "utf8")).entries;
}

/** Node's error does not name the file if a folder is in its place. */
function readRing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : "unknown";
    throw new Error(`${file} cannot be read (${code}). Put the former file back.`, { cause });
  }
}

const newRing = (): string => `1:${randomBytes(KEY_BYTES).toString("base64")}\n`;

/**
 * The second of two processes finds the file of the first, and never half a file: a link appears whole or not
 * at all.
 */
function createOnce(file: string, content: string): void {
  if (existsSync(file)) return;
  const draft = `${file}.${randomBytes(8).toString("hex")}`;
  writeFileSync(draft, content, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(draft);
  }
}
