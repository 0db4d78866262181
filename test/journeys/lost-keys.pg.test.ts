import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { programPath } from "../support/programs.ts";
import { NODE_COMPILE_CACHE, spawnService, startService } from "../support/start-service.ts";
import { createAsk, startTestApp, untilEnded } from "../support/test-app.ts";
import { createTestDatabase } from "../support/test-database.ts";

// Restarts with other keys are the statement.

type Environment = Readonly<Record<string, string>>;

const ring = (id = "1"): string => `${id}:${randomBytes(32).toString("base64")}`;

/** Runs the built program of `npm run keys:…`. */
async function runKeys(command: string, environment: Environment) {
  const child = spawn(process.execPath, [programPath("keys.js"), command], {
    env: { PATH: process.env.PATH, LOG_LEVEL: "error", NODE_COMPILE_CACHE, ...environment },
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code, lines: `${out}${err}`.trim().split("\n") };
}

/** Starts a service whose start must fail. */
async function refusal(environment: Environment) {
  const { exited, output } = spawnService({ ...environment, LOG_LEVEL: "error" });
  const [code] = await exited;
  return { code, lines: output };
}

const getFrom = (url: string) => {
  const ask = createAsk(`${url}/graphql`);
  return async <Data>(query: string, variables?: object): Promise<Data> => {
    const { data, errors } = await ask<Data>(query, variables);
    if (errors) throw new Error(errors[0]?.message);
    return data;
  };
};

/** The same app without a process of its own, which costs a second. */
function startInProcess(
  environment: Record<"DATABASE_URL" | "MIGRATION_DATABASE_URL" | "SECRET_KEYS" | "PERSONIO_API_URL", string>,
) {
  const [id = "", key = ""] = environment.SECRET_KEYS.split(":");
  return startTestApp({
    config: {
      database: {
        url: environment.DATABASE_URL,
        migrationUrl: environment.MIGRATION_DATABASE_URL,
        dataDir: "unused",
      },
      secretKeys: [{ id, key: Buffer.from(key, "base64") }],
      personio: { apiUrl: environment.PERSONIO_API_URL, requestsPerMinute: null },
    },
  });
}

async function connect(url: string, credentials: object): Promise<void> {
  const get = getFrom(url);
  await get(
    "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }",
    credentials,
  );
  await get("mutation { finishPersonioSetup { id } }");
  await untilEnded(get);
}

const STATE = "{ personioIntegration { status problem { code } } people { totalCount } }";

test("C10: with unknown SECRET_KEYS the start fails with 78 and one line, and keys:reset repairs it", async () => {
  await using database = await createTestDatabase();
  await using sandbox = await startSandbox({ people: 20, seed: 3, requestsPerMinute: null });
  const environment = {
    DATABASE_URL: database.servingUrl,
    MIGRATION_DATABASE_URL: database.url,
    SECRET_KEYS: ring(),
    PERSONIO_API_URL: sandbox.url,
  };
  let people: object;
  {
    await using service = await startInProcess(environment);
    await connect(service.app.url, sandbox.credentials);
    people = (await getFrom(service.app.url)<{ people: object }>(STATE)).people;
  }
  const other = { ...environment, SECRET_KEYS: ring() };
  for (const lost of [await refusal(other), await runKeys("rotate", other)]) {
    expect(lost).toEqual({
      code: 78,
      lines: [expect.stringMatching(/^SECRET_KEYS: .*npm run keys:reset$/)],
    });
  }

  const reset = await runKeys("reset", other);
  expect(reset).toEqual({ code: 0, lines: [expect.stringContaining("Deleted secrets: 1.")] });
  await using service = await startInProcess(other);
  expect(await getFrom(service.app.url)(STATE)).toEqual({
    personioIntegration: { status: "BROKEN", problem: { code: "SECRET_UNREADABLE" } },
    people,
  });
});

test("C10: on a laptop only keys:reset creates a new key file next to existing data", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "people-keys-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  await chmod(dataDir, 0o755);
  await using sandbox = await startSandbox({ people: 20, seed: 3, requestsPerMinute: null });
  const environment = { DATA_DIR: dataDir, PERSONIO_API_URL: sandbox.url };
  {
    await using service = await startService(environment);
    await connect(service.url, sandbox.credentials);
    expect(await service.stop("SIGTERM")).toBe(0);
  }
  const file = join(dataDir, "secret-keys");
  const kept = await readFile(file, "utf8");

  await rm(file);
  const lost = await refusal(environment);
  expect(lost).toEqual({ code: 78, lines: [expect.stringContaining("npm run keys:reset")] });
  expect(existsSync(file)).toBe(false);

  await writeFile(file, ring());
  const replaced = await refusal(environment);
  expect(replaced).toEqual({ code: 78, lines: [expect.stringMatching(/^SECRET_KEYS: .*keys:reset$/)] });

  await writeFile(file, kept);
  {
    await using service = await startService(environment);
    expect(await getFrom(service.url)(STATE)).toMatchObject({ personioIntegration: { status: "CONNECTED" } });
    expect(await service.stop("SIGTERM")).toBe(0);
  }

  await writeFile(file, "torn");
  expect(await runKeys("reset", environment)).toMatchObject({ code: 0 });
  expect(await readFile(`${file}.unreadable`, "utf8")).toBe("torn");
  await using service = await startService(environment);
  expect(await getFrom(service.url)(STATE)).toMatchObject({
    personioIntegration: { status: "BROKEN", problem: { code: "SECRET_UNREADABLE" } },
  });
  await service.stop("SIGTERM");
});
