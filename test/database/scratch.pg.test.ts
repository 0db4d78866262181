import { expect, test } from "vitest";
import { mkdtemp, readFile, readdir } from "node:fs/promises";
import { startEmbeddedPostgres } from "../../src/database/embedded/embedded-postgres.ts";
import { createLogger } from "../../src/log.ts";
import pg from "pg";
test("cold", async () => {
  const dir = await mkdtemp("/tmp/closed-");
  const log = createLogger("info");
  console.time("cold"); let e = await startEmbeddedPostgres({ dataDir: dir, log }); console.timeEnd("cold");
  const c = new pg.Client(e.url); await c.connect(); await c.query("create table t (a int)"); 
  console.log((await c.query("select lower('ÄÖ') as l, upper('straße') as u")).rows, await readdir(dir));
  await expect(startEmbeddedPostgres({ dataDir: dir, log })).rejects.toThrow("Another app");
  await c.end();
  console.time("stop"); await e[Symbol.asyncDispose](); console.timeEnd("stop");
  console.time("warm"); e = await startEmbeddedPostgres({ dataDir: dir, log }); console.timeEnd("warm");
  await e[Symbol.asyncDispose]();
  console.log(await readFile(dir + "/postgres.log", "utf8"), await readFile(dir+"/postgres-folder","utf8"));
});
