import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** What `npm run build` has left; `npm test` builds first. */
const BUILT = "dist/console";

const KB = 1_000;
const FIRST_SCREEN_MAX = 150 * KB;
const FURTHER_SCREEN_MAX = 40 * KB;
const ALL_MAX = 320 * KB;
const CSS_MAX = 10 * KB;

type Chunk = {
  readonly file: string;
  readonly src?: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
  readonly isDynamicEntry?: boolean;
};

const manifest: Readonly<Record<string, Chunk>> = JSON.parse(
  readFileSync(join(BUILT, ".vite/manifest.json"), "utf8"),
);

/** As it travels to a browser that knows only gzip; brotli is smaller. */
const sizeOf = (file: string): number => statSync(join(BUILT, `${file}.gz`)).size;

/** A chunk with everything that it imports. */
function closureOf(key: string, found = new Set<string>()): Set<string> {
  if (found.has(key)) return found;
  found.add(key);
  for (const other of manifest[key]?.imports ?? []) closureOf(other, found);
  return found;
}

const filesOf = (keys: Iterable<string>): string[] =>
  [...new Set(keys)].flatMap((key) => manifest[key]?.file ?? []).filter((file) => file.endsWith(".js"));

const total = (files: readonly string[]): number => files.reduce((sum, file) => sum + sizeOf(file), 0);

const page = readFileSync(join(BUILT, "index.html"), "utf8");

/** What the page itself names, and what it loads before the list is there. */
const firstScreen = new Set(
  [
    ...Object.keys(manifest).filter((key) => page.includes(`/${manifest[key]?.file}"`)),
    "texts/en.ts",
    "routes/people.tsx",
  ].flatMap((key) => [...closureOf(key)]),
);

test("what every page loads first is one file beside the build's own helpers", () => {
  const scripts = [...page.matchAll(/(?:src|href)="[^"]+\/([\w-]+)-[\w-]{8}\.js"/g)].map(([, name]) => name);
  expect(scripts.sort()).toEqual(["frame", "rolldown-runtime"]);
});

test(`the first screen loads at most ${FIRST_SCREEN_MAX / KB} KB of scripts`, () => {
  const size = total(filesOf(firstScreen));
  expect(size).toBeGreaterThan(50 * KB);
  expect(size).toBeLessThanOrEqual(FIRST_SCREEN_MAX);
});

const screens = Object.keys(manifest).filter(
  (key) => key.startsWith("routes/") && manifest[key]?.isDynamicEntry && !firstScreen.has(key),
);

test.each(screens)(`%s adds at most ${FURTHER_SCREEN_MAX / KB} KB of scripts`, (key) => {
  // Further screens wait for the second file of texts too.
  const needed = closureOf("texts/screens.en.ts", closureOf(key));
  const added = [...needed].filter((other) => !firstScreen.has(other));
  expect(total(filesOf(added))).toBeLessThanOrEqual(FURTHER_SCREEN_MAX);
});

test(`all scripts together have at most ${ALL_MAX / KB} KB, and all styles ${CSS_MAX / KB}`, () => {
  const files = readdirSync(join(BUILT, "assets")).map((name) => `assets/${name}`);
  expect(total(files.filter((file) => file.endsWith(".js")))).toBeLessThanOrEqual(ALL_MAX);
  expect(total(files.filter((file) => file.endsWith(".css")))).toBeLessThanOrEqual(CSS_MAX);
});
