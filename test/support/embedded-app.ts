import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { startEmbeddedPostgres } from "../../src/database/embedded/embedded-postgres.ts";
import { createLogger } from "../../src/log.ts";

/**
 * A process with an embedded Postgres, for tests that kill it: `node embedded-app.ts <data folder>`. It
 * prints the URL; on SIGINT or SIGTERM it uses the database once more, as a draining server does, and prints
 * the result.
 */
const [, , dataDir = ""] = process.argv;
const postgres = await startEmbeddedPostgres({
  dataDir,
  log: createLogger("silent"),
  initdbFlags: ["--no-sync"],
});
// Listens before it prints: the reader may send the signal at once.
const signalled = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
// In a service, its sockets keep the process alive.
const alive = setInterval(() => undefined, 60_000);
console.log(JSON.stringify({ url: postgres.url }));

await signalled;
clearInterval(alive);
// Gives other receivers of the signal time to react.
await sleep(200);
const client = new pg.Client({ connectionString: postgres.url });
await client.connect();
await client.query("select 1");
await client.end();
await postgres[Symbol.asyncDispose]();
console.log(JSON.stringify({ drained: true }));
