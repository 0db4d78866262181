import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One key of the ring. Its id is stored beside what it sealed, so that keys can be rotated. */
export type SecretKey = { readonly id: string; readonly key: Buffer };

const KEY_BYTES = 32;

/** `id:base64`, and nothing else: a key that was pasted with a quote or cut short would seal what nobody opens again. */
const ENTRY = /^([A-Za-z0-9_-]+):([A-Za-z0-9+/]{43}=)$/;

/** Reads `id:base64[,id:base64…]`. Problems name the entry by its place and never quote it. */
export function parseSecretKeys(text: string): { keys: readonly SecretKey[]; problems: readonly string[] } {
  const keys: SecretKey[] = [];
  const problems: string[] = [];
  for (const [index, entry] of text.split(",").entries()) {
    const [, id, key] = ENTRY.exec(entry.trim()) ?? [];
    if (id === undefined || key === undefined) {
      problems.push(`entry ${index + 1} is not an id, a colon and ${KEY_BYTES} bytes in base64`);
    } else if (keys.some((earlier) => earlier.id === id)) {
      problems.push(`entry ${index + 1} has the id of an earlier one`);
    } else {
      keys.push({ id, key: Buffer.from(key, "base64") });
    }
  }
  return { keys, problems };
}

/**
 * The keys that belong to the data folder, made the first time. The file holds what SECRET_KEYS would: whoever moves to a
 * database of their own copies it from there.
 */
export function openSecretKeysFile(dataDir: string): readonly SecretKey[] {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, "secret-keys");
  createOnce(file, `1:${randomBytes(KEY_BYTES).toString("base64")}\n`);
  const { keys, problems } = parseSecretKeys(readFileSync(file, "utf8"));
  if (problems.length > 0) throw new Error(`${file} cannot be read as SECRET_KEYS: ${problems.join("; ")}`);
  return keys;
}

/** Whoever comes second finds the first one's file, and nobody ever finds half a file: a link appears whole or not at all. */
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
