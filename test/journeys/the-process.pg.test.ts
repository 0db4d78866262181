import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { lockWaits } from "../support/locks.ts";
import { NODE_COMPILE_CACHE, spawnService, startService } from "../support/start-service.ts";
import { createAsk, RUN_FIELDS, type RunRow, untilEnded } from "../support/test-app.ts";
import { createTestDatabase } from "../support/test-database.ts";

// The start and the end of the process are the statement of each test.

const POLL_MS = 50;

const secretKeys = (): string => `1:${randomBytes(32).toString("base64")}`;

const getFrom =
  (url: string) =>
  async <Data>(query: string, variables?: object): Promise<Data> => {
    const { data, errors } = await createAsk(url)<Data>(query, variables);
    if (errors) throw new Error(errors[0]?.message);
    return data;
  };

test("a wrong configuration ends the start with a line per problem, without a secret, and exits with 78", async () => {
  const service = spawnService({
    PORT: "eighty",
    SYNC_EVERY_HOURS: "5",
    HOST: "0.0.0.0",
    DATABASE_URL: "mysql://user:hunter2@host/people",
  });
  const [code] = await service.exited;
  expect(code).toBe(78);
  const printed = service.output.join("\n");
  for (const name of ["PORT", "SYNC_EVERY_HOURS", "AUTH", "DATABASE_URL", "SECRET_KEYS"]) {
    expect(printed).toMatch(new RegExp(`^${name}: `, "m"));
  }
  expect(printed).not.toContain("hunter2");
});

test("a service that receives SIGTERM finishes its responses, closes its sockets with 1001, and exits with 0", async () => {
  await using database = await createTestDatabase();
  const service = await startService({ DATABASE_URL: database.url, SECRET_KEYS: secretKeys() });
  expect((await fetch(`${service.url}/health`)).status).toBe(200);
  expect((await fetch(`${service.url}/ready`)).status).toBe(200);

  const socket = new WebSocket(`${service.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  await once(socket, "open");
  const closed = once(socket, "close") as Promise<[CloseEvent]>;
  await using lock = await lockPeople(database.url);
  const answer = getFrom(`${service.url}/graphql`)("{ people { totalCount } }");
  await lock.untilWaitedFor();
  const stopped = service.stop("SIGTERM");
  expect((await closed)[0].code).toBe(1001);
  await lock.release();
  expect(await answer).toEqual({ people: { totalCount: 0 } });
  expect(await stopped).toBe(0);
});

test("npm start names the console, and SIGTERM to npm reaches the service, which ends with npm", async () => {
  await using database = await createTestDatabase();
  const npm = spawn("npm", ["start"], {
    cwd: new URL("../../", import.meta.url).pathname,
    env: {
      PATH: process.env.PATH,
      PORT: "0",
      LOG_LEVEL: "info",
      NODE_COMPILE_CACHE,
      DATABASE_URL: database.url,
      SECRET_KEYS: secretKeys(),
    },
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  const exited = once(npm, "exit");
  onTestFinished(() => void npm.kill("SIGKILL"));
  const lines: { msg: string; url?: string; console?: string }[] = [];
  for await (const line of createInterface({ input: npm.stdout })) {
    if (!line.startsWith("{")) continue;
    lines.push(JSON.parse(line));
    if (lines.at(-1)?.msg === "serving") npm.kill("SIGTERM");
  }
  await exited;
  const { url = "", console } = lines.find(({ msg }) => msg === "serving") ?? {};
  expect(console).toBe(`${url}/console`);
  await expect(fetch(`${url}/health`)).rejects.toThrow();
  expect(lines.at(-1)?.msg).toBe("stopped");
});

test("a run of a killed process leaves the old directory, and the next process finishes it", async () => {
  await using database = await createTestDatabase();
  await using sandbox = await startSandbox({ people: 120, seed: 3, requestsPerMinute: null });
  const environment = {
    DATABASE_URL: database.url,
    SECRET_KEYS: secretKeys(),
    PERSONIO_API_URL: sandbox.url,
  };

  const first = await startService(environment);
  const get = getFrom(`${first.url}/graphql`);
  await get(
    "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }",
    sandbox.credentials,
  );
  await get("mutation { finishPersonioSetup { id } }");
  expect(await untilEnded(get)).toMatchObject({ problem: null });
  const before = await readDirectoryRows(database.url);

  // A person changed, and the next page never arrives while this process lives.
  const { people } = await get<{ people: { edges: { node: { personioId: string } }[] } }>(
    "{ people(first: 1) { edges { node { personioId } } } }",
  );
  await sandbox.admin.change(people.edges[0]?.node.personioId ?? "", { position: "Chief of Everything" });
  await sandbox.admin.setFaults([
    { kind: "delay", milliseconds: 60_000, path: "/v1/company/employees?", offset: 100 },
  ]);
  const { syncPersonio } = await get<{ syncPersonio: { id: string } }>("mutation { syncPersonio { id } }");
  await untilRead(get, syncPersonio.id, 100);
  await first.stop("SIGKILL");
  expect(await readDirectoryRows(database.url)).toEqual(before);

  await sandbox.admin.clearFaults();
  await using second = await startService(environment);
  const run = await untilEnded(getFrom(`${second.url}/graphql`));
  expect(run).toMatchObject({ id: syncPersonio.id, problem: null, changed: 1, left: 0 });
});

/** Blocks every reader of people until it is released. */
async function lockPeople(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("begin; lock table people in access exclusive mode");
  const release = () => client.end();
  return {
    release,
    [Symbol.asyncDispose]: release,
    async untilWaitedFor() {
      for (let waiting = 0; waiting === 0; ) {
        const { rows } = await client.query(lockWaits("people"));
        waiting = rows.length;
        await sleep(POLL_MS);
      }
    },
  };
}

async function untilRead(get: ReturnType<typeof getFrom>, id: string, employees: number): Promise<void> {
  for (;;) {
    const { syncRun } = await get<{ syncRun: RunRow }>(
      `query ($id: ID!) { syncRun(id: $id) { ${RUN_FIELDS} } }`,
      { id },
    );
    if (syncRun.employeesRead >= employees) return;
    await sleep(POLL_MS);
  }
}
