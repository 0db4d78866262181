import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigError, type Environment, readConfig } from "../src/config.ts";

/** As random as the check requires, and the same in each run. */
const keyOf = (text: string): Buffer => createHash("sha256").update(text).digest();
const KEY = keyOf("one").toString("base64");
const OTHER_KEY = keyOf("other").toString("base64");

const NEW_SECRET = "n".repeat(32);
const OLD_SECRET = "o".repeat(64);

const folder = mkdtempSync(join(tmpdir(), "people-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const externalDatabase = {
  DATABASE_URL: "postgres://people:hunter2@db.internal/people",
  SECRET_KEYS: `1:${KEY}`,
};

function problemsOf(environment: Environment): readonly string[] {
  try {
    readConfig({ DATA_DIR: folder, ...environment });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("readConfig", () => {
  test("readConfig works without any variable", () => {
    const dataDir = join(folder, "fresh");
    expect(readConfig({ DATA_DIR: dataDir })).toEqual({
      reach: {
        host: "127.0.0.1",
        port: 4000,
        publicUrl: undefined,
        production: false,
        allowedHosts: [],
        allowedOrigins: [],
        trustProxy: [],
        gatewaySecrets: [],
      },
      database: { url: undefined, migrationUrl: undefined, migrates: true, dataDir },
      personio: { apiUrl: "https://api.personio.de", requestsPerMinute: 300 },
      syncEveryHours: 4,
      keptAnswersBytes: 32 * 1_048_576,
      metrics: { port: undefined },
      tracing: { endpoint: undefined },
      secretKeys: [{ id: "1", key: expect.any(Buffer) }],
      limits: {
        ratePerTenant: 100,
        ratePerUser: 20,
        ratePerScimToken: 50,
        subscriptionsPerUser: 1_000,
        socketsPerUser: 100,
        signInsPerMinute: 10,
      },
      auth: { mode: "off" },
      looksAhead: true,
      logLevel: "info",
    });
  });

  test("readConfig takes the given values", () => {
    const config = readConfig({
      ...externalDatabase,
      HOST: "localhost",
      PORT: "0",
      PUBLIC_URL: "https://people.example.com/graphql",
      PERSONIO_API_URL: "http://127.0.0.1:4010",
      PERSONIO_REQUESTS_PER_MINUTE: "60",
      SYNC_EVERY_HOURS: "12",
      METRICS_PORT: "9464",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
      SECRET_KEYS: `2025:${OTHER_KEY}, 2024:${KEY}`,
      GATEWAY_SECRETS: `${NEW_SECRET}, ${OLD_SECRET}`,
      LOG_LEVEL: "debug",
      NODE_ENV: "production",
    });
    expect(config.reach).toEqual({
      host: "localhost",
      port: 0,
      publicUrl: "https://people.example.com/graphql",
      production: true,
      allowedHosts: [],
      allowedOrigins: [],
      trustProxy: [],
      gatewaySecrets: [NEW_SECRET, OLD_SECRET],
    });
    expect(config.database.url).toBe(externalDatabase.DATABASE_URL);
    expect(config.personio).toEqual({ apiUrl: "http://127.0.0.1:4010", requestsPerMinute: 60 });
    expect(config.syncEveryHours).toBe(12);
    expect(config.metrics).toEqual({ port: 9464 });
    expect(config.tracing).toEqual({ endpoint: "http://collector:4318" });
    expect(config.secretKeys).toEqual([
      { id: "2025", key: keyOf("other") },
      { id: "2024", key: keyOf("one") },
    ]);
    expect(config.logLevel).toBe("debug");
  });

  test("readConfig treats an empty variable as absent", () => {
    expect(readConfig({ DATA_DIR: folder, PORT: "", DATABASE_URL: "", SECRET_KEYS: "" }).reach.port).toBe(
      4000,
    );
  });

  test.each([
    ["is short", `${NEW_SECRET},hunter2hunter2`, /^GATEWAY_SECRETS: entry 2 has fewer than 32 characters/],
    ["is empty", `${NEW_SECRET},`, /^GATEWAY_SECRETS: entry 2 has fewer than 32 characters/],
    ["has a space", `${NEW_SECRET} hunter2`, /^GATEWAY_SECRETS: entry 1 contains a character/],
    ["is repeated", `${NEW_SECRET},${NEW_SECRET}`, /^GATEWAY_SECRETS: entry 2 repeats an earlier one$/],
    [
      "is the fifth",
      Array(5)
        .fill(0)
        .map((_, n) => `${n}${NEW_SECRET}`)
        .join(),
      /at most 4, found 5$/,
    ],
  ])("a gateway secret that %s is a problem, which does not quote it", (_what, secrets, problem) => {
    const problems = problemsOf({ GATEWAY_SECRETS: secrets });

    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems.join()).not.toMatch(/hunter2|nnn/);
  });

  test("readConfig lists all problems at once, one line each", () => {
    const problems = problemsOf({
      HOST: "0.0.0.0",
      PORT: "http",
      DATABASE_URL: "db.internal",
      PERSONIO_API_URL: "http://api.personio.de",
      PERSONIO_REQUESTS_PER_MINUTE: "0",
      METRICS_PORT: "metrics",
      OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318",
      SYNC_EVERY_HOURS: "5",
      AUTH: "on",
      LOG_LEVEL: "loud",
    });
    expect(problems.map((problem) => problem.split(":")[0]).sort()).toEqual([
      "AUTH",
      "DATABASE_URL",
      "LOG_LEVEL",
      "METRICS_PORT",
      "OTEL_EXPORTER_OTLP_ENDPOINT",
      "PERSONIO_API_URL",
      "PERSONIO_REQUESTS_PER_MINUTE",
      "PORT",
      "SECRET_KEYS",
      "SYNC_EVERY_HOURS",
    ]);
    expect(problems.filter((problem) => problem.includes("\n"))).toEqual([]);
  });

  test.each([
    ["PORT", "65536", "a whole number from 0 to 65535"],
    ["PORT", "4000.5", "a whole number from 0 to 65535"],
    ["SYNC_EVERY_HOURS", "5", "one of 1, 2, 3, 4, 6, 8, 12, 24"],
    ["LOG_LEVEL", "loud", "one of trace"],
    ["AUTH", "basic", "one of off, jwt"],
  ])("the problem of %s=%s contains the expected and the found value", (name, value, expected) => {
    const [problem] = problemsOf({ [name]: value });
    expect(problem).toContain(`${name}: expected ${expected}`);
    expect(problem).toContain(`found "${value}"`);
  });

  test.each([
    ["MIGRATE", "OFF"],
    ["LOG_LEVEL", "Info"],
    ["RATE_USER_PER_SECOND", "OFF"],
    ["AUTH", "OFF"],
    ["NODE_ENV", "Production"],
    ["NODE_ENV", " production"],
  ])("%s=%j, a word in another form, is one problem", (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([
      expect.stringMatching(`^${name}: expected .*, found "${value}"$`),
    ]);
  });

  test.each(["production", "development", "test", "staging"])("NODE_ENV=%s is allowed", (NODE_ENV) => {
    expect(problemsOf({ NODE_ENV })).toEqual([]);
  });

  test.each(["0.0.0.0", "::", "192.168.1.4", "people.example.com", "127.0.0.1.example.com"])(
    "AUTH=off is refused on the host %s",
    (HOST) => {
      expect(problemsOf({ HOST })).toEqual([
        expect.stringContaining("AUTH: off makes every request an administrator"),
      ]);
    },
  );

  test.each(["0.0.0.0", "::", "people.example.com"])("AUTH=jwt is allowed on the host %s", (HOST) => {
    const problems = problemsOf({ HOST, AUTH: "jwt" });
    expect(problems.filter((problem) => problem.includes("loopback"))).toEqual([]);
  });

  test.each([
    ["[::1]", "::1"],
    ["::1", "::1"],
    ["127.0.0.1", "127.0.0.1"],
  ])("HOST=%s listens on %s", (HOST, host) => {
    expect(readConfig({ DATA_DIR: folder, HOST }).reach.host).toBe(host);
  });

  test("lists of names, origins and proxies are read in the form that requests have", () => {
    const { reach } = readConfig({
      DATA_DIR: folder,
      ALLOWED_HOSTS: "People.Firma.example, people:4000,[::1]:4000 , 10.0.0.7",
      ALLOWED_ORIGINS: "https://App.Firma.example, https://app.firma.example:443/,http://localhost:5173",
      TRUST_PROXY: "10.0.0.0/8, loopback,fd00::/8, 192.0.2.7",
    });
    expect(reach).toMatchObject({
      allowedHosts: ["people.firma.example", "people", "[::1]", "10.0.0.7"],
      allowedOrigins: ["https://app.firma.example", "https://app.firma.example", "http://localhost:5173"],
      trustProxy: ["10.0.0.0/8", "loopback", "fd00::/8", "192.0.2.7"],
    });
  });

  test.each([
    ["ALLOWED_HOSTS", "*.example.com"],
    ["ALLOWED_HOSTS", "https://people.example.com"],
    ["ALLOWED_HOSTS", "people.example.com/graphql"],
    ["ALLOWED_HOSTS", "user@people.example.com"],
    ["ALLOWED_HOSTS", "people example"],
    ["ALLOWED_ORIGINS", "*"],
    ["ALLOWED_ORIGINS", "null"],
    ["ALLOWED_ORIGINS", "https://*.example.com"],
    ["ALLOWED_ORIGINS", "app.example.com"],
    ["ALLOWED_ORIGINS", "https://app.example.com/people"],
    ["ALLOWED_ORIGINS", "file:///tmp"],
    ["ALLOWED_ORIGINS", "https://user:hunter2@app.example.com"],
    ["TRUST_PROXY", "true"],
    ["TRUST_PROXY", "1"],
    ["TRUST_PROXY", "10.0.0.0/33"],
    ["TRUST_PROXY", "10.0.0.0/-1"],
    ["TRUST_PROXY", "10.0.0.0/"],
    ["TRUST_PROXY", "proxy.internal"],
    ["TRUST_PROXY", "fe80::1%eth0"],
    ["TRUST_PROXY", "0.0.0.0/0"],
    ["TRUST_PROXY", "::/0"],
  ])("%s refuses %s, and names the entry", (name, value) => {
    const good = {
      ALLOWED_HOSTS: "a.example",
      ALLOWED_ORIGINS: "https://a.example",
      TRUST_PROXY: "loopback",
    };
    const problems = problemsOf({ [name]: `${good[name as keyof typeof good]},${value}` });
    expect(problems).toEqual([expect.stringMatching(`^${name}: entry 2 `)]);
    expect(problems.join()).not.toContain("hunter2");
  });

  test("limits are numbers, or off", () => {
    const { limits } = readConfig({
      DATA_DIR: folder,
      RATE_TENANT_PER_SECOND: "1000",
      RATE_USER_PER_SECOND: "off",
      RATE_SCIM_PER_SECOND: "off",
      SOCKETS_PER_USER: "1",
      RATE_SIGN_IN_PER_MINUTE: "60",
    });
    expect(limits).toEqual({
      ratePerTenant: 1_000,
      ratePerUser: null,
      ratePerScimToken: null,
      subscriptionsPerUser: 1_000,
      socketsPerUser: 1,
      signInsPerMinute: 60,
    });
    for (const value of ["0", "-1", "1.5", "none", "1000001"])
      expect(problemsOf({ RATE_USER_PER_SECOND: value })).toEqual([
        `RATE_USER_PER_SECOND: expected a whole number from 1 to 1000000, or off, found "${value}"`,
      ]);
  });

  test.each(["127.0.0.1", "127.8.8.8", "localhost", "::1", "[::1]"])(
    "AUTH=off is allowed on the host %s",
    (HOST) => {
      expect(problemsOf({ HOST })).toEqual([]);
    },
  );

  test.each([
    ["http://api.personio.de", 1],
    ["ftp://127.0.0.1", 1],
    ["http://127.0.0.1.nip.io", 1],
    ["http://localhost:4010", 0],
    ["http://[::1]:4010", 0],
    ["https://api.personio.de", 0],
  ])("the Personio address %s has %i problems", (PERSONIO_API_URL, problemCount) => {
    expect(problemsOf({ PERSONIO_API_URL })).toHaveLength(problemCount);
  });

  test.each([
    [{ METRICS_PORT: "4000" }, 1],
    [{ METRICS_PORT: "4001", PORT: "4001" }, 1],
    [{ METRICS_PORT: "0", PORT: "0" }, 0],
    [{ METRICS_PORT: "4001" }, 0],
  ])("metrics need a separate port: %o has %i problems", (ports, problemCount) => {
    expect(problemsOf(ports).filter((problem) => problem.startsWith("METRICS_PORT"))).toHaveLength(
      problemCount,
    );
  });

  test("the login that migrates, and a replica that does not migrate, both need the login that serves", () => {
    const MIGRATION_DATABASE_URL = "postgres://people:secret@host/people";
    expect(problemsOf({ MIGRATION_DATABASE_URL, MIGRATE: "off" })).toEqual([
      expect.stringMatching(/^MIGRATION_DATABASE_URL: expected DATABASE_URL too/),
      expect.stringMatching(/^MIGRATE: off needs DATABASE_URL/),
    ]);
    expect(problemsOf({ ...externalDatabase, MIGRATE: "no" })).toEqual([
      expect.stringMatching(/^MIGRATE: expected one of on, off/),
    ]);
    const config = readConfig({ ...externalDatabase, MIGRATION_DATABASE_URL, MIGRATE: "off" });
    expect(config.database).toMatchObject({ migrationUrl: MIGRATION_DATABASE_URL, migrates: false });
  });

  test("DATABASE_URL requires SECRET_KEYS, and the problem explains how to make a key", () => {
    expect(problemsOf({ DATABASE_URL: externalDatabase.DATABASE_URL })).toEqual([
      expect.stringMatching(/^SECRET_KEYS: required with DATABASE_URL.*openssl rand -base64 32/),
    ]);
  });

  test.each([
    ["a key that is too short", `1:${Buffer.alloc(31, 7).toString("base64")}`],
    ["a key without an id", KEY],
    ["a key in quotes", `"1:${KEY}"`],
    ["a key in hex", `1:${Buffer.alloc(32, 7).toString("hex")}`],
    ["a repeated id", `1:${KEY},1:${OTHER_KEY}`],
    ["a comma at the end", `1:${KEY},`],
  ])("SECRET_KEYS refuses %s and does not print it", (_, SECRET_KEYS) => {
    const problems = problemsOf({ ...externalDatabase, SECRET_KEYS });
    expect(problems).toEqual([expect.stringMatching(/^SECRET_KEYS: entry [12] /)]);
    expect(problems.join()).not.toContain(KEY.slice(0, 8));
  });

  test.each([
    ["zeros", Buffer.alloc(32)],
    ["one repeated byte", Buffer.alloc(32, 0xa7)],
    ["a repeated half", Buffer.concat([keyOf("half").subarray(0, 16), keyOf("half").subarray(0, 16)])],
    ["a counting sequence", Buffer.from(Array.from({ length: 32 }, (_, index) => 200 - index))],
    ["a sequence that overflows", Buffer.from(Array.from({ length: 32 }, (_, index) => 3 * index + 240))],
    ["a passphrase", Buffer.from("correct horse battery staple! 12")],
    ["a line of text", Buffer.from("Correct horse battery staple 12\n")],
    ["hexadecimal text", Buffer.from("9f86d081884c7d659a2feaa0c55ad015")],
  ])("C10: SECRET_KEYS refuses a key of %s, in any place of the ring, and does not print it", (_, key) => {
    const weak = key.toString("base64");
    for (const SECRET_KEYS of [`1:${weak}`, `1:${KEY},2:${weak}`]) {
      const problems = problemsOf({ ...externalDatabase, SECRET_KEYS });
      expect(problems).toEqual([expect.stringMatching(/^SECRET_KEYS: entry [12] is not a random key/)]);
      expect(problems.join()).not.toContain(weak.slice(0, 8));
    }
  });

  test("C10: SECRET_KEYS accepts every random key", () => {
    for (let round = 0; round < 2_000; round += 1) {
      const SECRET_KEYS = `1:${randomBytes(32).toString("base64")}`;
      expect(problemsOf({ ...externalDatabase, SECRET_KEYS })).toEqual([]);
    }
  });

  test.each([
    { ...externalDatabase, DATABASE_URL: "mysql://people:hunter2@db/people" },
    { ...externalDatabase, DATABASE_URL: "postgres://people:hunter2 /@db/people" },
    { ...externalDatabase, PERSONIO_API_URL: "http://people:hunter2@api.personio.de" },
    { ...externalDatabase, PUBLIC_URL: "people:hunter2@example.com" },
    { ...externalDatabase, SECRET_KEYS: "hunter2" },
  ])("a problem never contains a secret (%#)", (environment) => {
    const problems = problemsOf(environment);
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain("hunter2");
  });
});

describe("the keys of the embedded database", () => {
  test("the keys are created once, in a file of the data folder that only its owner may read", () => {
    const dataDir = join(folder, "kept");
    const first = readConfig({ DATA_DIR: dataDir }).secretKeys;
    const second = readConfig({ DATA_DIR: dataDir }).secretKeys;
    expect(second).toEqual(first);
    expect(first[0]?.key).toHaveLength(32);
    expect(statSync(join(dataDir, "secret-keys")).mode & 0o777).toBe(0o600);
  });

  test("the keys file contains a value for SECRET_KEYS, for a move to another database", () => {
    const dataDir = join(folder, "moved");
    const { secretKeys } = readConfig({ DATA_DIR: dataDir });
    const SECRET_KEYS = readFileSync(join(dataDir, "secret-keys"), "utf8").trim();
    expect(readConfig({ ...externalDatabase, SECRET_KEYS }).secretKeys).toEqual(secretKeys);
  });

  test("each data folder has its own key", () => {
    const [one, other] = ["one", "other"].map(
      (name) => readConfig({ DATA_DIR: join(folder, name) }).secretKeys[0]?.key,
    );
    expect(one).not.toEqual(other);
  });

  test.each(["postgres", "postgres-folder"])(
    "C10: lost keys are not created again beside existing data (%s): one line contains the remedy",
    (entry) => {
      const dataDir = join(folder, `lost-${entry}`);
      mkdirSync(join(dataDir, entry), { recursive: true });
      expect(problemsOf({ DATA_DIR: dataDir })).toEqual([
        expect.stringMatching(
          /^DATA_DIR: [^\n]*secret-keys is missing beside existing data[^\n]*npm run keys:reset/,
        ),
      ]);
      expect(() => statSync(join(dataDir, "secret-keys"))).toThrow("ENOENT");
    },
  );

  test.each(["", "1:short", `1:${KEY.slice(1)}`])(
    "C10: an unreadable keys file (%j) stays unchanged: one line contains the remedy",
    (content) => {
      const dataDir = mkdtempSync(join(folder, "torn-"));
      writeFileSync(join(dataDir, "secret-keys"), content);
      expect(problemsOf({ DATA_DIR: dataDir })).toEqual([
        expect.stringMatching(/^DATA_DIR: [^\n]*cannot be read as SECRET_KEYS[^\n]*npm run keys:reset/),
      ]);
      expect(readFileSync(join(dataDir, "secret-keys"), "utf8")).toBe(content);
    },
  );

  test("no keys are created while the configuration has a problem", () => {
    const dataDir = join(folder, "untouched");
    expect(problemsOf({ DATA_DIR: dataDir, PORT: "x" })).toHaveLength(1);
    expect(() => statSync(dataDir)).toThrow("ENOENT");
  });
});
