import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Without the sandbox, which is a Personio for development. */
const sources = globSync("src/**/*.ts")
  .filter((path) => !path.startsWith("src/sandbox/"))
  .map((path) => ({ path, code: withoutComments(readFileSync(path, "utf8")) }));

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

/** Each match in the sources, as `path: group`. */
const find = (pattern: RegExp): string[] =>
  sources.flatMap(({ path, code }) =>
    Array.from(code.matchAll(pattern), ([all, group]) => `${path}: ${group ?? all}`),
  );

const textsOf = (pattern: RegExp): string[] => [
  ...new Set(find(pattern).map((found) => found.split(": ")[1] ?? "")),
];

test("the only hash is SHA-256, also in HMAC and in the derivation of keys", () => {
  expect(textsOf(/\bcreate(?:Hash|Hmac)\(\s*"([^"]+)"/g)).toEqual(["sha256"]);
  expect(textsOf(/\bhkdfSync\(\s*"([^"]+)"/g)).toEqual(["sha256"]);
  expect(find(/\bcreate(?:Hash|Hmac)\((?!\s*")/g)).toEqual([]);
});

test("the only ciphers are AES-256 in GCM, and in CTR under a tag that is checked", () => {
  expect(textsOf(/"((?:aes|chacha|des|rc4|bf|camellia|aria|sm4)[\w-]*-[\w-]+)"/gi).sort()).toEqual([
    "aes-256-ctr",
    "aes-256-gcm",
  ]);
});

test("secrets come from the generator of the operating system: `Math.random` only spreads retries", () => {
  expect(find(/\bMath\.random\b/g)).toEqual(["src/personio/http/time.ts: Math.random"]);
});

test("no text is executed as code, no regular expression is built from text, and no shell runs", () => {
  expect(find(/\bnew RegExp\(|(?<![.\w])RegExp\(/g)).toEqual([]);
  expect(find(/\beval\(|\bnew Function\(|node:vm\b|\bexecSync\(|\bshell: true/g)).toEqual([]);
  expect(find(/(?<![.\w])exec\(/g)).toEqual([]);
  const callers = find(/"node:child_process"/g).map((found) => found.split(": ")[0] ?? "");
  expect(callers.filter((path) => !path.startsWith("src/database/embedded/"))).toEqual([]);
});

test("the check of certificates is nowhere turned off", () => {
  expect(find(/rejectUnauthorized: false|NODE_TLS_REJECT_UNAUTHORIZED/g)).toEqual([]);
});
