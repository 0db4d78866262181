import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { EXIT } from "../../src/errors.ts";
import { hasDebianPostgres, startDebianPostgres } from "../support/debian-postgres.ts";
import { eventually } from "../support/eventually.ts";
import { findFreePort } from "../support/free-port.ts";
import { readLoginStatements } from "../support/manual-sql.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { type Compose, readCompose } from "./read-compose.ts";
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
    if (basename(path) === "node_modules") linkTree(join(source, path), target);
    else await cp(join(source, path), target, { recursive: true, verbatimSymlinks: true });
  }
}

/** npm overwrites this file in place; it replaces or removes all others. */
const WRITTEN_IN_PLACE = ".package-lock.json";

/**
 * Copies packages by hard links, without the tests' own files among them. Fifty thousand promises would
 * cost more.
 */
function linkTree(source: string, target: string): void {
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    if (entry.name.startsWith(".vite") || entry.name === ".cache") continue;
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) linkTree(from, to);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
    else if (entry.name === WRITTEN_IN_PLACE) copyFileSync(from, to);
    else linkOrCopy(from, to);
  }
}

/** Hard links do not cross file systems, so another one gets copies. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** The ids of the user that the Dockerfile names, or of another user without rights on this machine. */
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

test("the image has no source control, no sources, no tests and no settings of a machine", async () => {
  expect((await readdir(image())).sort()).toEqual(["dist", "node_modules", "package.json", "sbom.json"]);
});

test("the image has no sandbox and no demo", async () => {
  const programs = await readdir(join(image(), "dist", "src"));
  expect(programs).toContain("main.js");
  expect(programs.filter((name) => /^(sandbox|demo)/.test(name))).toEqual([]);
});

/** Name and version of each package in a folder, and of those inside of them. */
async function listPackages(folder: string): Promise<string[]> {
  const found = await Promise.all(
    (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map(async ({ name }) => {
        const path = join(folder, name);
        if (name.startsWith("@")) return listPackages(path);
        const { name: full, version } = JSON.parse(await readFile(join(path, "package.json"), "utf8"));
        const inner = join(path, "node_modules");
        return [`${full}@${version}`, ...(existsSync(inner) ? await listPackages(inner) : [])];
      }),
  );
  return [...new Set(found.flat())].sort();
}

test("the image has the list of exactly its packages, each with its hash (SBOM)", async () => {
  type Component = { readonly name: string; readonly version: string; readonly hashes?: readonly object[] };
  const sbom = JSON.parse(await readFile(join(image(), "sbom.json"), "utf8"));
  const components: readonly Component[] = sbom.components;
  expect(sbom.bomFormat).toBe("CycloneDX");
  expect(components.map(({ name, version }) => `${name}@${version}`).sort()).toEqual(
    await listPackages(join(image(), "node_modules")),
  );
  expect(components.filter(({ hashes = [] }) => hashes.length === 0)).toEqual([]);
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

/** Runs the manual's first command in a folder of its own. @returns the variables that it leaves there. */
async function makeSecrets(): Promise<Record<string, string>> {
  const manual = await readFile("src/config/README.md", "utf8");
  const [, command = ""] = /## Start with compose\n[\s\S]*?```sh\n(.*)\n/.exec(manual) ?? [];
  const place = await mkdtemp(join(folder, "secrets-"));
  await run("sh", ["-c", command], { cwd: place });
  const lines = (await readFile(join(place, ".env"), "utf8")).trim().split("\n");
  return Object.fromEntries(lines.map((line) => [line.replace(/=.*/, ""), line.replace(/^\w+=/, "")]));
}

describe("compose.yaml", () => {
  let compose: Compose;
  beforeAll(async () => {
    compose = readCompose(await readFile("compose.yaml", "utf8"), await makeSecrets());
  });

  test("Postgres is healthy before the migration, which is done before two replicas start", () => {
    const { postgres, migrate, people } = compose.services;
    expect(postgres?.healthcheck).toMatchObject({
      test: [expect.any(String), expect.stringMatching(/^pg_isready /)],
    });
    expect(migrate).toMatchObject({ depends_on: { postgres: { condition: "service_healthy" } } });
    expect(people).toMatchObject({
      deploy: { replicas: 2 },
      depends_on: { migrate: { condition: "service_completed_successfully" } },
      environment: { MIGRATE: "off" },
    });
    // They run the image's command and health check.
    expect(Object.keys(people ?? {})).not.toContain("command");
    expect(Object.keys(people ?? {})).not.toContain("healthcheck");
    expect(Object.keys(people?.environment ?? {})).not.toContain("MIGRATION_DATABASE_URL");
  });

  test("its Postgres gets the roles of the manual", async () => {
    const statements = compose.configs.logins?.content.trim().split(/;\n?/).filter(Boolean);
    const withoutPasswords = statements?.map((statement) => statement.replace(/'.*'/, "'…'"));
    expect(withoutPasswords).toEqual(await readLoginStatements());
  });

  test.runIf(hasDebianPostgres())(
    "a replica waits for the migration, which may run twice at once; then two replicas serve with the login that owns nothing",
    async () => {
      await using server = await startDebianPostgres();
      await server.administer(compose.configs.logins?.content.trim().split(/;\n?/).filter(Boolean) ?? []);
      const { host } = new URL(server.urlOf("people", "people"));
      /** Only loopback is at hand here, and no network of containers. */
      const environmentOf = (name: string, port: string) => {
        const given = Object.entries(compose.services[name]?.environment ?? {});
        const values = given.map(([key, value]) => [key, value.replace("@postgres:5432/", `@${host}/`)]);
        return { ...Object.fromEntries(values), HOST: "127.0.0.1", AUTH: "off", PORT: port };
      };
      const codeOf = async (child: ChildProcess) => (await once(child, "exit"))[0];
      const early = await start(last.command ?? "", environmentOf("people", "0"));
      expect(await codeOf(early)).toBe(EXIT.unavailable);

      const command = compose.services.migrate?.command ?? "";
      const migrations = [1, 2].map(async () => codeOf(await start(command, environmentOf("migrate", "0"))));
      expect(await Promise.all(migrations)).toEqual([0, 0]);

      const ports = [String(await findFreePort()), String(await findFreePort())];
      const replicas: ChildProcess[] = [];
      for (const port of ports) replicas.push(await start(last.command ?? "", environmentOf("people", port)));
      for (const port of ports) {
        const isHealthy = async () => (await codeOf(await start(last.health ?? "", { PORT: port }))) === 0;
        // Each check is a process.
        await eventually(isHealthy, { what: `the replica on port ${port} becomes healthy`, everyMs: 500 });
      }
      const client = new pg.Client({ connectionString: server.urlOf("postgres", "people") });
      await client.connect();
      const { rows } = await client.query(
        "select distinct usename from pg_stat_activity where application_name like 'people-subgraph%'",
      );
      await client.end();
      expect(rows).toEqual([{ usename: "people_serving" }]);
      const exits = replicas.map(codeOf);
      for (const replica of replicas) replica.kill("SIGTERM");
      expect(await Promise.all(exits)).toEqual([0, 0]);
    },
  );
});

test("the health check fails where nothing listens", async () => {
  const check = await start(last.health ?? "", { PORT: String(await findFreePort()) });
  expect((await once(check, "exit"))[0]).toBe(1);
});
