import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import {
  chmod,
  copyFile,
  cp,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
} from "node:fs/promises";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { findFreePort } from "../support/free-port.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { readDockerfile, type Stage, type Step } from "./read-dockerfile.ts";

const run = promisify(execFile);

/** The environment of a container: this Node and the system's tools, and no variable of the tests. */
const PATH = [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter);

/**
 * This checkout's packages come from the same command. `IMAGE_INSTALL=1` installs them once more, which takes
 * minutes.
 */
const INSTALL = "npm ci";
const isInstalledHere = process.env.IMAGE_INSTALL !== "1";

let folder: string;
let database: TestDatabase;
const stages = readDockerfile(await readFile("Dockerfile", "utf8"));
const last = stages.at(-1) as Stage;

beforeAll(async () => {
  folder = await mkdtemp(join(inject("diskFolder"), "people-subgraph-image-"));
  await chmod(folder, 0o755);
  database = await createTestDatabase({ template: "template1" });
  for (const [place, stage] of stages.entries()) {
    const home = homeOf(stage.name ?? String(place));
    await mkdir(home, { recursive: true });
    for (const step of stage.steps) await perform(step, home);
  }
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const homeOf = (name: string): string => join(folder, name);
const image = (): string => homeOf(String(stages.length - 1));

async function perform(step: Step, home: string): Promise<void> {
  if (step.do === "run") {
    if (step.command === INSTALL && isInstalledHere)
      return linkTree(resolve("node_modules"), join(home, "node_modules"));
    // A build inherits this machine's access to the registry. npm's cache has the packages of this checkout.
    const env = { ...process.env, NODE_ENV: undefined, PATH, npm_config_prefer_offline: "true" };
    await run("sh", ["-c", step.command], { cwd: home, env, maxBuffer: 64 * 1024 * 1024 });
    return;
  }
  const source = step.from ? homeOf(step.from) : resolve(".");
  for (const path of step.paths) {
    const target = step.to.endsWith("/") ? join(home, step.to, basename(path)) : join(home, step.to);
    if (basename(path) === "node_modules") await linkTree(join(source, path), target);
    else await cp(join(source, path), target, { recursive: true, verbatimSymlinks: true });
  }
}

/** npm overwrites this file in place; it replaces or removes all others. */
const WRITTEN_IN_PLACE = ".package-lock.json";

/** Copies packages by hard links, without the tests' own files among them. */
async function linkTree(source: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const entry of await readdir(source, { withFileTypes: true })) {
    if (entry.name.startsWith(".vite")) continue;
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) await linkTree(from, to);
    else if (entry.isSymbolicLink()) await symlink(await readlink(from), to);
    else if (entry.name === WRITTEN_IN_PLACE) await copyFile(from, to);
    // Hard links do not cross file systems, so another one gets copies.
    else await link(from, to).catch(() => copyFile(from, to));
  }
}

/** The ids of the Dockerfile's user. A machine without that user takes the Unix user `nobody`. */
async function otherUser(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const { stdout } = await run("id", ["-u", last.user ?? ""]).catch(() => run("id", ["-u", "nobody"]));
  return { uid: Number(stdout), gid: Number(stdout) };
}

async function start(command: string, environment: NodeJS.ProcessEnv): Promise<ChildProcess> {
  return spawn("sh", ["-c", command], {
    cwd: image(),
    env: { PATH, ...last.environment, ...environment },
    ...(await otherUser()),
    stdio: ["ignore", "inherit", "inherit"],
  });
}

test("the image has no compiler and no tool of the tests", () => {
  expect(existsSync(join(image(), "node_modules", "@apollo", "server"))).toBe(true);
  for (const name of ["typescript", "vitest", "@biomejs/biome", "@apollo/gateway"])
    expect(existsSync(join(image(), "node_modules", name))).toBe(false);
});

test("the image's process migrates an empty database, becomes ready and healthy, and ends with 0 on SIGTERM", async () => {
  const port = String(await findFreePort());
  const environment = {
    PORT: port,
    DATABASE_URL: database.url,
    SECRET_KEYS: `1:${randomBytes(32).toString("base64")}`,
  };
  const service = await start(last.command ?? "", environment);
  const exited = once(service, "exit");
  const isReady = async () => {
    expect(service.exitCode).toBeNull();
    return fetch(`http://127.0.0.1:${port}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await eventually(isReady, { what: "the image's process becomes ready" });
  const check = await start(last.health ?? "", { PORT: port });
  expect((await once(check, "exit"))[0]).toBe(0);
  service.kill("SIGTERM");
  expect((await exited)[0]).toBe(0);
});

test("the health check fails where nothing listens", async () => {
  const check = await start(last.health ?? "", { PORT: String(await findFreePort()) });
  expect((await once(check, "exit"))[0]).toBe(1);
});
