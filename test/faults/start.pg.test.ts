import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApp } from "../../src/app.ts";
import { findNodeProblem } from "../../src/check-node.ts";
import { readConfig } from "../../src/config.ts";
import { createLogger } from "../../src/log.ts";
import { explainStart } from "../../src/start-failure.ts";
import type { ProgramLine } from "../support/programs.ts";
import { spawnService } from "../support/start-service.ts";
import { administer, createTestDatabase, overTcp, type TestDatabase } from "../support/test-database.ts";

// The start of a process is the statement of each test.

const SECRET_KEYS = `1:${randomBytes(32).toString("base64")}`;
const [UNAVAILABLE, SOFTWARE, CONFIG] = [69, 70, 78];

let database: TestDatabase;
let taken: { readonly server: Server; readonly port: string };
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  taken = await listen(() => undefined);
  folder = await mkdtemp(join(tmpdir(), "people-start-"));
});
afterAll(async () => {
  taken.server.close();
  await rm(folder, { recursive: true, force: true });
  await database[Symbol.asyncDispose]();
});

async function listen(answer: (socket: Socket) => void): Promise<{ server: Server; port: string }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    answer(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return { server, port: String(typeof address === "object" && address ? address.port : 0) };
}

const changed = (change: (url: URL) => void): string => {
  const url = overTcp(database.url);
  change(url);
  return url.href;
};

/** Expects that a process prints one line, without a log entry or a stack, and exits with the code. */
async function expectExit(
  environment: Record<string, string>,
  { code, line, program }: { readonly code: number; readonly line: RegExp; readonly program?: ProgramLine },
): Promise<void> {
  const { exited, output } = spawnService(environment, program);
  const [exitCode] = await exited;
  expect(output.filter((text) => !text.startsWith("{"))).toEqual([expect.stringMatching(line)]);
  expect(output.join("\n")).not.toMatch(/ {4}at /);
  expect(exitCode).toBe(code);
}

/** Expects the same of `startApp`, without a process: the line and the exit code that `main` uses. */
async function expectRefusal(
  environment: Record<string, string | undefined>,
  { code, line }: { readonly code: number; readonly line: RegExp },
): Promise<void> {
  const config = readConfig({ DATABASE_URL: database.url, SECRET_KEYS, PORT: "0", ...environment });
  const starting = startApp(config, createLogger("silent"));
  await expect(starting).rejects.toSatisfy((error) => {
    const { lines, exitCode } = explainStart(error, config);
    expect(lines).toEqual([expect.stringMatching(line)]);
    expect(lines.join("\n")).not.toMatch(/\n|hunter2/);
    expect(exitCode).toBe(code);
    return true;
  });
}

describe("C11: a service that cannot start", () => {
  test("an HTTP port in use ends the process with one line and 78", () =>
    expectExit(
      { DATABASE_URL: database.url, SECRET_KEYS, PORT: taken.port },
      { code: CONFIG, line: /^PORT: .*is used by another program/ },
    ));

  test("sslmode=require for a server without TLS ends the process with one line and 78, without a warning of a library", () => {
    const url = changed((url) => {
      url.search = `sslmode=require`;
    });
    return expectExit({ DATABASE_URL: url, SECRET_KEYS }, { code: CONFIG, line: /does not support SSL/ });
  });

  test("a folder in place of the file of keys ends the process with one line and 78", async () => {
    const path = join(folder, "no-keys");
    await mkdir(join(path, "secret-keys"), { recursive: true });
    await expectExit({ DATA_DIR: path }, { code: CONFIG, line: /^DATA_DIR: .*secret-keys cannot be read/ });
  });

  test.runIf(process.platform === "linux")(
    "a data folder in a file system without folders ends the process with one line and 78",
    () => expectExit({ DATA_DIR: "/proc/people" }, { code: CONFIG, line: /^DATA_DIR: ENOENT/ }),
  );

  test.skipIf(process.getuid?.() === 0)(
    "a data folder that is not writable ends the process with one line and 78 (skipped for root, who may write everywhere)",
    async () => {
      const path = join(folder, "closed");
      await mkdir(path, { mode: 0o500 });
      await expectExit({ DATA_DIR: join(path, "data") }, { code: CONFIG, line: /^DATA_DIR: .*EACCES/ });
    },
  );
});

describe("C11: another program that cannot start", () => {
  test.each<[string, ProgramLine]>([
    ["events-restored.js", ["events-restored.js"]],
    ["keys.js reset", ["keys.js", "reset"]],
    ["keys.js rotate", ["keys.js", "rotate"]],
    ["migrate.js", ["migrate.js"]],
    ["tenants.js list", ["tenants.js", "list"]],
    ["tenants.js create", ["tenants.js", "create", "acme"]],
  ])("%s without a reachable database ends with one line and 69", (_, program) =>
    expectExit(
      { DATABASE_URL: "postgres://people:hunter2@127.0.0.1:1/people", SECRET_KEYS },
      {
        code: UNAVAILABLE,
        line: /^Cannot use the database at .*ECONNREFUSED/,
        program,
      },
    ),
  );

  test.each<[string, ProgramLine]>([
    ["events-restored.js", ["events-restored.js"]],
    ["keys.js rotate", ["keys.js", "rotate"]],
    ["migrate.js", ["migrate.js"]],
    ["tenants.js list", ["tenants.js", "list"]],
  ])("%s with a DATABASE_URL of another kind ends with one line and 78", (_, program) =>
    expectExit(
      { DATABASE_URL: "mysql://people:hunter2@127.0.0.1/people", SECRET_KEYS },
      { code: CONFIG, line: /^DATABASE_URL: expected (?!.*hunter2)/, program },
    ),
  );

  test("migrate.js with an unreachable login of migrations ends with one line and 69", () =>
    expectExit(
      {
        DATABASE_URL: database.url,
        MIGRATION_DATABASE_URL: "postgres://owner:hunter2@127.0.0.1:1/people",
        SECRET_KEYS,
      },
      { code: UNAVAILABLE, line: /^Cannot use .*127\.0\.0\.1:1(?!.*hunter2)/, program: ["migrate.js"] },
    ));

  test.each<[string, ProgramLine, RegExp]>([
    ["keys.js with an unknown command", ["keys.js", "destroy"], /^Run: npm run keys:reset/],
    ["tenants.js with an id that is none", ["tenants.js", "create", "../acme"], /^The id of a tenant is/],
    [
      "tenants.js with a day that is none",
      ["tenants.js", "token", "acme", "--expires", "soon"],
      /^--expires: /,
    ],
    [
      "tenants.js with a scope that is none",
      ["tenants.js", "token", "acme", "--scope", "all"],
      /^`scopes` contains a text that is not a scope/,
    ],
  ])("%s ends with one line and 78, before it opens the database", (_, program, line) =>
    expectExit(
      { DATABASE_URL: "postgres://127.0.0.1:1/people", SECRET_KEYS },
      { code: CONFIG, line, program },
    ),
  );

  test.each<[ProgramLine, RegExp]>([
    [["tenants.js"], /^Usage: npm run tenant/],
    [["tenants.js", "list", "everything"], /^Usage: npm run tenant/],
    [["tenants.js", "create", "acme", "--force"], /^Unknown option '--force'/],
    [["token.js", "--tenant"], /^Option '--tenant <value>' argument missing/],
    [["token.js", "--tenant", "acme", "--scope", "all"], /^--scope: "all" is not a scope/],
    [["sandbox/main.js", "--people", "many"], /^--people: "many" is not a whole number/],
    [["sandbox/main.js", "--people", "5"], /^A company has 10 to/],
    [
      ["sandbox/main.js", "--requests-per-minute", "0"],
      /^--requests-per-minute: "0" is not a rate limit; "none" means no limit/,
    ],
    [["sandbox/main.js", "--port", "99999"], /^--port: expected at most 65535/],
    [["sandbox/main.js", "--idp", "google"], /^--idp: there is no identity provider "google"/],
    [["sandbox/main.js", "--force"], /^Unknown option '--force'/],
    [["demo.js", "--companies", "many"], /^Usage: npm run demo/],
    [["demo.js", "--force"], /^Usage: npm run demo/],
  ])("%j ends with the reason and 78, without a stack", async (program, line) => {
    const { exited, output } = spawnService({}, program);
    expect(await exited).toEqual([CONFIG, null]);
    expect(output[0]).toMatch(line);
    expect(output.join("\n")).not.toMatch(/ {4}at /);
  });

  test("token.js in production ends with one line and 78", () =>
    expectExit(
      { NODE_ENV: "production" },
      {
        code: CONFIG,
        line: /^NODE_ENV: production has no development issuer/,
        program: ["token.js", "--tenant", "acme", "--scope", "people:read"],
      },
    ));

  test.each(["token.js", "tenants.js"] as const)(
    "%s with a data folder below a file ends with one line and 78",
    async (program) => {
      const path = join(folder, `file-of-${program}`);
      await writeFile(path, "");
      const args: ProgramLine =
        program === "token.js" ? [program, "--tenant", "acme", "--scope", "people:read"] : [program, "list"];
      await expectExit(
        { DATA_DIR: join(path, "data") },
        { code: CONFIG, line: /^DATA_DIR: /, program: args },
      );
    },
  );

  test("the sandbox, whose port is in use (78)", () =>
    expectExit(
      {},
      {
        code: CONFIG,
        line: /^--port: 127\.0\.0\.1:\d+ is used by another program\. Choose another port/,
        program: ["sandbox/main.js", "--port", taken.port, "--people", "10"],
      },
    ));

  test("keys.js with a login without rights ends with one line and 78", async () => {
    await administer("create role nothing login password 'hunter2'");
    const url = changed((url) => {
      [url.username, url.password] = ["nothing", "hunter2"];
    });
    const environment = { DATABASE_URL: url, SECRET_KEYS };
    await expectExit(environment, { code: CONFIG, line: /^The login/, program: ["keys.js", "rotate"] });
    await administer("drop role nothing");
  });

  test("the demo whose port is in use ends with one line and 78", async () => {
    const environment = { DATABASE_URL: database.url, SECRET_KEYS, PORT: taken.port };
    const { exited, output } = spawnService(environment, ["demo.js"]);
    expect((await exited)[0]).toBe(CONFIG);
    expect(output.at(-1)).toMatch(/^PORT: .*is used by another program/);
    expect(output.join("\n")).not.toMatch(/ {4}at /);
  });

  test.each([
    ["24.11.0", null],
    ["26.0.0", null],
    ["24.10.9", "Node 24.10.9 is too old: install Node 24.11 or newer."],
    ["20.20.2", "Node 20.20.2 is too old: install Node 24.11 or newer."],
  ])("the check of Node %s results in %j", (version, problem) =>
    expect(findNodeProblem(version)).toBe(problem),
  );
});

describe("C11: an app that cannot start", () => {
  test("a metrics port in use is explained in one line with 78", () =>
    expectRefusal(
      { METRICS_PORT: taken.port },
      { code: CONFIG, line: /^METRICS_PORT: .*is used by another program/ },
    ));

  test("a database port without a server is explained in one line with 69", () =>
    expectRefusal(
      { DATABASE_URL: "postgres://people:hunter2@127.0.0.1:1/people" },
      { code: UNAVAILABLE, line: /^Cannot use the database at 127\.0\.0\.1:1\/people: .*ECONNREFUSED/ },
    ));

  test("a data folder that is a file is explained in one line with 78", async () => {
    const path = join(folder, "file");
    await writeFile(path, "");
    await expectRefusal({ DATABASE_URL: undefined, DATA_DIR: path }, { code: CONFIG, line: /^DATA_DIR: / });
  });

  test("a host that is not an address of this machine is explained in one line with 78", () =>
    expectRefusal(
      { HOST: "127.0.0.999" },
      { code: CONFIG, line: /^HOST: 127\.0\.0\.999 is not an address/ },
    ));

  test("a data folder below a file is explained in one line with 78", async () => {
    const config = readConfig({ SECRET_KEYS, DATA_DIR: "/dev/null/data" });
    const error = await startApp(config, createLogger("silent")).catch((error: unknown) => error);
    expect(explainStart(error, config)).toEqual({
      lines: ["DATA_DIR: /dev/null/data cannot be used (ENOTDIR)."],
      exitCode: CONFIG,
    });
  });

  describe("a data folder without a usable database", () => {
    test.each<[string, (postgres: string) => Promise<unknown>, RegExp]>([
      ["a file in its place", (path) => writeFile(path, ""), /postgres contains no database of this service/],
      [
        "an empty folder in its place",
        (path) => mkdir(path),
        /postgres contains no database of this service/,
      ],
      [
        "a damaged one",
        async (path) => {
          await mkdir(join(path, "data", "global"), { recursive: true });
          await writeFile(join(path, "data", "PG_VERSION"), "18\n");
        },
        /the embedded Postgres did not start: /,
      ],
    ])("%s is explained in one line with 78", async (what, prepare, line) => {
      const dataDir = await mkdtemp(join(folder, "no-database-"));
      await prepare(join(dataDir, "postgres"));
      const config = readConfig({ SECRET_KEYS, DATA_DIR: dataDir });
      const error = await startApp(config, createLogger("silent")).catch((error: unknown) => error);
      const { lines, exitCode } = explainStart(error, config);
      expect(lines, what).toEqual([expect.stringMatching(/^DATA_DIR: /)]);
      expect(lines[0]).toMatch(line);
      expect(exitCode).toBe(CONFIG);
    });
  });

  test("a data folder whose database an older version kept elsewhere is explained in one line with 78", async () => {
    const dataDir = await mkdtemp(join(folder, "older-"));
    await writeFile(join(dataDir, "postgres-folder"), "/var/lib/people-subgraph/cluster-1\n");
    const config = readConfig({ SECRET_KEYS, DATA_DIR: dataDir });
    const error = await startApp(config, createLogger("silent")).catch((error: unknown) => error);
    const { lines, exitCode } = explainStart(error, config);
    expect(lines).toEqual([
      expect.stringMatching(/^DATA_DIR: .*postgres-folder names .*Move that folder to/),
    ]);
    expect(exitCode).toBe(CONFIG);
  });

  test("a database that accepts a connection and never answers is explained in one line with 69", async () => {
    const silent = await listen(() => undefined);
    const url = changed((url) => {
      url.port = silent.port;
    });
    await expectRefusal({ DATABASE_URL: url }, { code: UNAVAILABLE, line: /timeout expired/ });
    silent.server.close();
  });

  test("a database host that does not resolve is explained in one line with 69", () =>
    expectRefusal(
      { DATABASE_URL: "postgres://people:hunter2@database.invalid/people" },
      { code: UNAVAILABLE, line: /^Cannot use the database at database\.invalid/ },
    ));

  test.each([
    ["a wrong password", { password: "hunter2" }, /password authentication failed/],
    ["a database that does not exist", { pathname: "nowhere" }, /"nowhere" does not/],
    ["a server without TLS", { search: "sslmode=verify-full" }, /support SSL/],
    ["a server without TLS, preferred", { search: "sslmode=prefer" }, /support SSL/],
    ["a server without TLS, with a checked authority", { search: "sslmode=verify-ca" }, /support SSL/],
    [
      "a missing certificate",
      { search: "sslrootcert=/nowhere.pem" },
      /^Cannot use DATABASE_URL: .*nowhere\.pem/,
    ],
  ])("%s is explained in one line with 78", (_what, parts, line) =>
    expectRefusal({ DATABASE_URL: changed((url) => Object.assign(url, parts)) }, { code: CONFIG, line }),
  );

  test.each([
    ["no Postgres", "HTTP/1.1 400 Bad Request\r\n\r\n", UNAVAILABLE, /terminated/],
    ["one with an unknown authentication", "R\0\0\0\u0008\0\0\0\u0063", CONFIG, /authentication/],
    ["one that is shutting down", fatal("57P03"), UNAVAILABLE, /57P03/],
    ["one with too many clients", fatal("53300"), UNAVAILABLE, /53300/],
  ])("a server that is %s is explained in one line", async (_what, answer, code, line) => {
    const other = await listen((socket) =>
      socket.once("data", () => socket.end(Buffer.from(answer, "latin1"))),
    );
    const url = changed((url) => {
      url.port = other.port;
    });
    await expectRefusal({ DATABASE_URL: url }, { code, line });
    other.server.close();
  });

  test("a table that blocks the first migration is explained in one line with 70 and the name of the migration", async () => {
    await using empty = await createTestDatabase({ template: "template1" });
    await empty.dataSource.query("create table people (id int)");
    await expectRefusal(
      { DATABASE_URL: empty.url },
      { code: SOFTWARE, line: /^PeopleDirectory1764000000001 failed \(SQLSTATE 42P07\) and was rolled back/ },
    );
  });

  test("tables without row-level security are explained in one line with 78", async () => {
    await using open = await createTestDatabase();
    await open.dataSource.query("alter table people disable row level security");
    await expectRefusal(
      { DATABASE_URL: open.url },
      { code: CONFIG, line: /^The database does not isolate tenants: every tenant can read people/ },
    );
  });

  test("a login without rights is explained in one line with 78", async () => {
    await administer("create role someone login password 'hunter2'");
    const url = changed((url) => {
      [url.username, url.password] = ["someone", "hunter2"];
    });
    await expectRefusal({ DATABASE_URL: url }, { code: CONFIG, line: /^The login "someone" may not/ });
    await administer("drop role someone");
  });

  test("an internal error is explained in one line with 70, although closing fails as well", () => {
    const bug = new SuppressedError(new Error("closing"), new Error("a bug\n of ours"));
    expect(explainStart(bug)).toEqual({
      lines: ["The program ended with an internal error: a bug | of ours"],
      exitCode: SOFTWARE,
    });
  });

  test("a port that needs more rights is explained in one line with 78", () => {
    const denied = { code: "EACCES", syscall: "listen", address: "127.0.0.1", port: 80 };
    const config = readConfig({ SECRET_KEYS, DATABASE_URL: database.url, PORT: "80" });
    expect(explainStart(Object.assign(new Error("denied"), denied), config)).toEqual({
      lines: ["PORT: this user may not listen on 127.0.0.1:80; ports below 1024 need more rights."],
      exitCode: CONFIG,
    });
  });
});

/** An error message of Postgres that ends a login. */
function fatal(sqlState: string): string {
  const fields = `SFATAL\0C${sqlState}\0M${sqlState} it is\0\0`;
  return `E\0\0\0${String.fromCharCode(fields.length + 4)}${fields}`;
}
