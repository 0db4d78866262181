import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);

/** Our scripts and compiler options, with a program of one line: a build of all sources takes seconds. */
let folder: string;
/** What `npm start` prints in the folder without dist. */
let first: string;
/** The folder after that build, without sources. */
let image: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "people-subgraph-scripts-"));
  for (const file of ["package.json", "tsconfig.json", "tsconfig.build.json"])
    await cp(file, join(folder, file));
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  await mkdir(join(folder, "src"));
  await mkdir(join(folder, "migrations"));
  await write("src/main.ts", 'console.log("one");');
  await write("migrations/0001-people.ts", "export class People {}");
  await write("migrations/0002-words.ts", "export class Words {}");
  first = await start();
  image = await mkdtemp(join(tmpdir(), "people-subgraph-scripts-image-"));
  for (const path of ["package.json", "dist"])
    await cp(join(folder, path), join(image, path), { recursive: true, preserveTimestamps: true });
});
afterAll(async () => {
  for (const made of [folder, image]) await rm(made, { recursive: true, force: true });
});

const write = (path: string, code: string) => writeFile(join(folder, path), code);
const start = async (cwd = folder) => (await run("npm", ["start", "--silent"], { cwd })).stdout;

test("npm start builds when there is no dist or a source is newer, and runs what it has built", async () => {
  expect(first).toBe("one\n");
  await write("dist/src/main.js", 'console.log("as built");');
  expect(await start()).toBe("as built\n");
  await write("src/main.ts", 'console.log("two");');
  expect(await start()).toBe("two\n");
});

test("a migration that was deleted or renamed is gone from dist", async () => {
  expect(existsSync(join(folder, "dist/migrations/0002-words.js"))).toBe(true);
  await rm(join(folder, "migrations/0002-words.ts"));
  await start();
  const built = await readdir(join(folder, "dist/migrations"));
  expect(built.filter((file) => file.endsWith(".js"))).toEqual(["0001-people.js"]);
});

test("without sources, as in the image, the scripts run what was built", async () => {
  expect(await start(image)).toBe("one\n");
});

test("npm run dev builds and runs again when a source changes", async () => {
  await write("src/main.ts", 'console.log("one");');
  const dev = spawn("npm", ["run", "dev", "--silent"], { cwd: folder, detached: true });
  const exited = once(dev, "exit");
  try {
    const lines = dev.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false });
    let seen = "";
    const untilSeen = async (text: string) => {
      while (!seen.includes(text)) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`npm run dev ended without "${text}": ${seen}`);
        seen += value;
      }
    };
    await untilSeen("one");
    await write("src/main.ts", 'console.log("two");');
    await untilSeen("two");
  } finally {
    process.kill(-(dev.pid ?? 0), "SIGKILL");
    await exited;
  }
});
