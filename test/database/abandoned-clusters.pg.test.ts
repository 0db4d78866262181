import { existsSync } from "node:fs";
import {
  chmod,
  chown,
  cp,
  link,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { deleteAbandonedClusters } from "../../src/database/embedded/abandoned-clusters.ts";
import { startEmbeddedPostgres } from "../../src/database/embedded/embedded-postgres.ts";

const NAME = "cluster-0123456789abcdef";

let root: string;
let former: string;
let dataDir: string;
let folder: string;
const said: string[] = [];
const log = pino({ level: "info" }, { write: (line: string) => void said.push(JSON.parse(line).msg) });

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "people-abandoned-"));
  await chmod(root, 0o755);
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  [former, dataDir] = [join(root, "former"), join(root, "project", ".data")];
  folder = join(former, NAME);
  said.length = 0;
  for (const made of [dataDir, join(folder, "data")]) await mkdir(made, { recursive: true });
  // As the older version left it: the cluster, its record, and a hard link to the file in DATA_DIR.
  await writeFile(join(folder, "data", "people"), "Ada Lovelace");
  await writeFile(join(dataDir, "postgres-folder"), `${folder}\n`);
  await link(join(dataDir, "postgres-folder"), `${folder}.pointer`);
  await record([dataDir]);
});

const record = async (dataDirs: readonly string[], device?: number): Promise<void> => {
  const { dev } = await stat(former);
  const owners = dataDirs.map((dataDir) => ({ dataDir, device: device ?? dev }));
  await writeFile(`${folder}.json`, `${JSON.stringify(owners)}\n`);
};

const deleteThem = (starting = join(root, "new")) =>
  deleteAbandonedClusters(starting, log, [join(root, "none"), former]);

describe.runIf(process.getuid?.() === 0)("clusters that an older version kept outside of DATA_DIR", () => {
  test.each(["project/.data", "project"])(
    "a cluster whose DATA_DIR went with %s is deleted",
    async (gone) => {
      await rm(join(root, gone), { recursive: true });
      await deleteThem();
      expect(await readdir(former)).toEqual([]);
      expect(said).toEqual(["database folder of an older version deleted: its DATA_DIR is gone"]);
    },
  );

  test.each<[string, () => Promise<unknown>]>([
    ["DATA_DIR is there", async () => undefined],
    ["DATA_DIR was moved", () => rename(dataDir, join(root, "moved"))],
    ["one of two DATA_DIRs is there", () => record([dataDir, join(root, "other")])],
    ["DATA_DIR is on a disk that is not mounted", () => remove().then(() => record([dataDir], -1))],
    ["the record is lost", () => remove().then(() => rm(`${folder}.json`))],
    ["the record is unreadable", () => remove().then(() => writeFile(`${folder}.json`, "[]"))],
    [
      "the folder of clusters belongs to another user",
      () => remove().then(() => chown(former, 65_534, 65_534)),
    ],
    ["other users may write to the folder of clusters", () => remove().then(() => chmod(former, 0o777))],
  ])("a cluster is kept when %s", async (_, change) => {
    await change();
    await deleteThem();
    expect(existsSync(join(folder, "data", "people"))).toBe(true);
  });

  test("a cluster on which a Postgres runs is kept, and the next start deletes it once that has stopped", async () => {
    const elsewhere = join(root, "elsewhere");
    {
      await using _ = await startEmbeddedPostgres({ dataDir: elsewhere, log, initdbFlags: ["--no-sync"] });
      await rm(folder, { recursive: true });
      await symlink(join(elsewhere, "postgres"), folder);
      await remove();
      await deleteThem();
      expect(existsSync(folder)).toBe(true);
    }
    await deleteThem();
    expect(existsSync(folder)).toBe(false);
  });

  test("a cluster is kept when the start is in its DATA_DIR, which was moved to another disk", async () => {
    const moved = join(root, "moved");
    await cp(dataDir, moved, { recursive: true });
    await rm(`${folder}.pointer`);
    await remove();
    await deleteThem(moved);
    expect(existsSync(folder)).toBe(true);
  });

  test("a cluster that cannot be deleted stops neither the others nor the start", async () => {
    await writeFile(join(former, "cluster-0000000000000000.json"), "not JSON");
    await remove();
    await deleteThem();
    expect(existsSync(folder)).toBe(false);
    expect(said).toContain("database folder not deleted");
  });
});

const remove = () => rm(dataDir, { recursive: true });
