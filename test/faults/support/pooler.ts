import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { eventually } from "../../support/eventually.ts";
import { findFreePort } from "../../support/free-port.ts";
import { overTcp } from "../../support/test-database.ts";

export const isPoolerInstalled = spawnSync("pgbouncer", ["--version"]).status === 0;

export type Pooler = AsyncDisposable & { readonly url: string };

/**
 * Starts pgbouncer in transaction mode in front of a database: each transaction gets any free one of few
 * connections. Otherwise it has its default settings, so it also refuses startup parameters that it does not
 * know.
 */
export async function openPooler(databaseUrl: string, { poolSize }: { poolSize: number }): Promise<Pooler> {
  const folder = await mkdtemp(join(tmpdir(), "people-pooler-"));
  const port = await findFreePort();
  const url = overTcp(databaseUrl);
  const { hostname, port: serverPort, username, password } = url;
  const configFile = join(folder, "pgbouncer.ini");
  await writeFile(
    configFile,
    `[databases]
* = host=${hostname} port=${serverPort} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 500
`,
  );
  // pgbouncer does not run as root, so its user must be able to read the folder that root made.
  await chmod(folder, 0o755);
  const user = process.getuid?.() === 0 ? ["--user", "nobody"] : [];
  const child = spawn("pgbouncer", ["--quiet", ...user, configFile], { stdio: "ignore" });
  const exited = once(child, "exit");
  url.port = String(port);
  await eventually(() => answers(url.href), { what: "pgbouncer answering" });
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  return client.connect().then(
    async () => {
      await client.end();
      return true;
    },
    () => false,
  );
}
