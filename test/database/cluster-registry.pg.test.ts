import { existsSync } from "node:fs";
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pino } from "pino";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { deleteOrphanedClusters, registerCluster } from "../../src/database/embedded/cluster-registry.ts";
import { startEmbeddedPostgres } from "../../src/database/embedded/embedded-postgres.ts";
import { createLogger } from "../../src/log.ts";
import { startProcess } from "../support/start-process.ts";

const isRoot = process.getuid?.() === 0;

let root: string;
let stateFolder: string;
let dataDir: string;
const said: string[] = [];
const log = pino({ level: "info" }, { write: (line: string) => void said.push(JSON.parse(line).msg) });

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "people-registry-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  stateFolder = join(root, "state");
  dataDir = join(root, "project", ".data");
  said.length = 0;
  for (const folder of [stateFolder, dataDir]) await mkdir(folder, { recursive: true });
});

const sweep = () => deleteOrphanedClusters(log, [stateFolder]);
const left = async () => (await readdir(stateFolder)).sort();

/** A cluster as a start leaves it, without a Postgres in it. */
async function makeCluster(owner = dataDir, name = "cluster-0123456789abcdef"): Promise<string> {
  const folder = join(stateFolder, name);
  await mkdir(join(folder, "data"), { recursive: true });
  await writeFile(join(folder, "data", "people"), "Ada Lovelace");
  const pointer = join(owner, "postgres-folder");
  await writeFile(pointer, `${folder}\n`);
  await registerCluster(folder, owner, pointer);
  return folder;
}

describe.runIf(isRoot)("a start deletes a cluster", () => {
  test("whose DATA_DIR was deleted, with all that is known of it, and says so", async () => {
    const folder = await makeCluster();
    await rm(dataDir, { recursive: true });
    await sweep();
    expect(await left()).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(said).toEqual(["database folder deleted: its DATA_DIR is gone"]);
  });

  test("also where the folders above DATA_DIR went with it", async () => {
    await makeCluster();
    await rm(join(root, "project"), { recursive: true });
    await sweep();
    expect(await left()).toEqual([]);
  });

  test("only when every DATA_DIR that has used it is gone", async () => {
    const folder = await makeCluster();
    const copy = join(root, "copy");
    await cp(dataDir, copy, { recursive: true });
    await registerCluster(folder, copy, join(copy, "postgres-folder"));
    await rm(dataDir, { recursive: true });
    await sweep();
    expect(existsSync(folder)).toBe(true);
    await rm(copy, { recursive: true });
    await sweep();
    expect(await left()).toEqual([]);
  });

  test.each([
    ["uses another cluster by now", "postgres-folder"],
    ["has its cluster inside by now", "postgres"],
  ])("whose DATA_DIR was deleted and made anew, and %s", async (_what, sign) => {
    const folder = await makeCluster();
    await rm(dataDir, { recursive: true });
    await mkdir(dataDir);
    if (sign === "postgres") await mkdir(join(dataDir, sign));
    else await makeCluster(dataDir, "cluster-fedcba9876543210");
    await sweep();
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(join(stateFolder, "cluster-fedcba9876543210"))).toBe(sign === "postgres-folder");
  });

  test("that was never built, and what an interrupted start left half built", async () => {
    const folder = await makeCluster();
    await rm(folder, { recursive: true });
    await rm(dataDir, { recursive: true });
    const [old, fresh] = [`${folder}.aB3xYz`, `${folder}.Zz9xYz`];
    for (const draft of [old, fresh]) await mkdir(draft);
    const long = new Date(Date.now() - 2 * 3_600_000);
    await utimes(old, long, long);
    await sweep();
    expect(await left()).toEqual(["cluster-0123456789abcdef.Zz9xYz"]);
  });
});

describe.runIf(isRoot)("a start keeps a cluster", () => {
  const isKept = async (folder: string): Promise<void> => {
    await sweep();
    expect(await readFile(join(folder, "data", "people"), "utf8")).toBe("Ada Lovelace");
  };

  test("whose DATA_DIR exists, also empty", async () => {
    const folder = await makeCluster();
    await isKept(folder);
    await rm(join(dataDir, "postgres-folder"));
    await isKept(folder);
  });

  test.each(["", "cluster-fedcba9876543210\n", "/elsewhere\n"])(
    "whose DATA_DIR has a torn or foreign file in place of the cluster's name: %j",
    async (content) => {
      const folder = await makeCluster();
      await rm(join(dataDir, "postgres-folder"));
      await writeFile(join(dataDir, "postgres-folder"), content);
      await isKept(folder);
    },
  );

  test("whose DATA_DIR was moved, also when another one stands in its place, and follows it there", async () => {
    const folder = await makeCluster();
    const moved = join(root, "moved");
    await rename(dataDir, moved);
    await isKept(folder);
    await mkdir(dataDir);
    await makeCluster(dataDir, "cluster-fedcba9876543210");
    await isKept(folder);
    await rm(dataDir, { recursive: true });
    await registerCluster(folder, moved, join(moved, "postgres-folder"));
    await rm(moved, { recursive: true });
    await sweep();
    expect(await left()).toEqual([]);
  });

  test("whose DATA_DIR lay on a disk that is not there now", async () => {
    const folder = await makeCluster();
    await rm(dataDir, { recursive: true });
    const record = `${folder}.json`;
    const [owner] = JSON.parse(await readFile(record, "utf8"));
    await writeFile(record, JSON.stringify([{ ...owner, device: owner.device + 1 }]));
    await isKept(folder);
  });

  test.each(["nothing", "[]", "{", '[{"dataDir":"/nowhere"}]'])(
    "of which %s is recorded, as by an older version, and says so",
    async (record) => {
      const folder = await makeCluster();
      await rm(dataDir, { recursive: true });
      if (record === "nothing") await rm(`${folder}.json`);
      else await writeFile(`${folder}.json`, record);
      await isKept(folder);
      expect(said).toEqual(["database folder kept: its DATA_DIR is unknown"]);
    },
  );

  test("and whatever else lies there", async () => {
    for (const name of ["postgres-linux-x64-18.4.0", "notes.json", "cluster-short"])
      await writeFile(join(stateFolder, name), "");
    await sweep();
    expect(await left()).toEqual(["cluster-short", "notes.json", "postgres-linux-x64-18.4.0"]);
  });
});

describe.runIf(isRoot)("a cluster whose DATA_DIR is gone and whose Postgres runs", () => {
  const filesOf = (folder: string) =>
    [folder, `${folder}.json`, `${folder}.pointer`].filter((path) => existsSync(path));

  async function makeClosedFolder(): Promise<string> {
    const closed = join(root, "closed");
    await mkdir(closed);
    await chmod(closed, 0o700);
    return closed;
  }

  const findCluster = async (dataDir: string) =>
    (await readFile(join(dataDir, "postgres-folder"), "utf8")).trim();

  test("is kept while its app uses it, and goes when that has stopped", async () => {
    const closed = await makeClosedFolder();
    const postgres = await startEmbeddedPostgres({
      dataDir: closed,
      log: createLogger("silent"),
      initdbFlags: ["--no-sync"],
    });
    const folder = await findCluster(closed);
    await rm(closed, { recursive: true });
    await deleteOrphanedClusters(log, [dirname(folder)]);
    expect(existsSync(join(folder, "data"))).toBe(true);
    expect(said).toContain("database folder kept: its DATA_DIR is gone, but an app uses it");
    await postgres[Symbol.asyncDispose]();
    await deleteOrphanedClusters(log, [dirname(folder)]);
    expect(filesOf(folder)).toEqual([]);
  });

  test("is stopped and deleted when its app was killed", async () => {
    const closed = await makeClosedFolder();
    const app = startProcess("embedded-app.ts", [closed]);
    await app.nextLine();
    const folder = await findCluster(closed);
    const [pid] = (await readFile(join(folder, "data", "postmaster.pid"), "utf8")).split("\n");
    await app.kill();
    await rm(closed, { recursive: true });
    await deleteOrphanedClusters(log, [dirname(folder)]);
    expect(filesOf(folder)).toEqual([]);
    // In a container a process that ended may wait to be buried; it has no command line then.
    expect(await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).toBe("");
  });

  test("goes with the next start on the DATA_DIR that was made anew", async () => {
    const closed = await makeClosedFolder();
    const start = () =>
      startEmbeddedPostgres({
        dataDir: closed,
        log: createLogger("silent"),
        initdbFlags: ["--no-sync"],
      });
    await (await start())[Symbol.asyncDispose]();
    const folder = await findCluster(closed);
    await rm(closed, { recursive: true });
    await makeClosedFolder();
    await using _anew = await start();
    expect(filesOf(folder)).toEqual([]);
  });
});
