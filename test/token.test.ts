import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, describe, expect, test } from "vitest";
import { readConfig } from "../src/config.ts";
import { openDevelopmentIssuer } from "../src/identity/development-issuer.ts";
import { openIssuer } from "../src/identity/issuer/open-issuer.ts";
import { CLOCK_TOLERANCE_SECONDS } from "../src/identity/issuer/read-claims.ts";
import { normalizeEmail } from "../src/people/email-address.ts";
import { programPath } from "./support/programs.ts";
import { NODE_COMPILE_CACHE } from "./support/start-service.ts";

const folder = mkdtempSync(join(tmpdir(), "people-token-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs the program of `npm run token`, with separate streams. */
const issueToken = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  new Promise<Outcome>((resolve) => {
    const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE, DATA_DIR: folder, ...environment };
    execFile(process.execPath, [programPath("token.js"), ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

/** The lines `NAME=value` of stderr. */
const settingsIn = (stderr: string): Record<string, string> =>
  Object.fromEntries(
    [...stderr.matchAll(/^ {2}([A-Z_]+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );

const acme = ["--tenant", "acme", "--scope", "people:read people:hr"];

describe("npm run token", () => {
  test("the program prints only the token, and the settings with which the service accepts it", async () => {
    const { code, stdout, stderr } = await issueToken([
      ...acme,
      "--email",
      "ada@example.com",
      "--minutes",
      "5",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const { auth } = readConfig({ DATA_DIR: folder, ...settingsIn(stderr) });
    if (auth.mode !== "jwt" || !auth.issuer) throw new Error("The settings name no issuer.");
    await using issuer = await openIssuer(auth.issuer, { normalizeEmail, log: pino({ level: "silent" }) });
    const viewer = await issuer.verify(stdout.trim());
    expect(viewer).toMatchObject({
      tenantId: "acme",
      subject: "developer",
      email: "ada@example.com",
      scopes: new Set(["people:read", "people:hr"]),
    });
    const seconds = ((viewer.expiresAt?.getTime() ?? 0) - Date.now()) / 1_000;
    expect(seconds).toBeLessThanOrEqual(5 * 60 + CLOCK_TOLERANCE_SECONDS);
  });

  test("only the owner may read the private key, which is nowhere else", async () => {
    await openDevelopmentIssuer(folder);
    const path = join(folder, "development-issuer");
    expect(statSync(join(path, "key.json")).mode & 0o777).toBe(0o600);
    const { d } = JSON.parse(readFileSync(join(path, "key.json"), "utf8"));
    expect(readFileSync(join(path, "jwks.json"), "utf8")).not.toContain(d);
    expect(readFileSync(join(path, "jwks.json"), "utf8")).not.toContain('"d"');
  });

  test("processes that start at the same time use one key", async () => {
    const dataDir = join(folder, "shared");
    const token = { tenant: "acme", scopes: [], subject: "ada", email: undefined, minutes: 1 };
    const issuers = await Promise.all([1, 2, 3, 4].map(() => openDevelopmentIssuer(dataDir)));
    const tokens = await Promise.all(issuers.map((issuer) => issuer.sign(token, new Date())));
    const kids = tokens.map(
      (text) => JSON.parse(Buffer.from(text.split(".")[0] ?? "", "base64url").toString()).kid,
    );
    expect(new Set(kids).size).toBe(1);
    expect(readdirSync(dataDir)).toEqual(["development-issuer"]);
  });

  test.each(["production", "Production"])(
    "the program is refused in production, also if it is written as %s",
    async (NODE_ENV) => {
      const dataDir = join(folder, "production");
      const { code, stdout, stderr } = await issueToken(acme, { NODE_ENV, DATA_DIR: dataDir });
      expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
      expect(stderr).toMatch(/^NODE_ENV: production has no development issuer/);
      expect(() => statSync(dataDir)).toThrow("ENOENT");
    },
  );

  test("wrong options are listed together, with the usage", async () => {
    const wrong = ["--tenant", "../acme", "--scope", "people:all", "--email", "ada", "--minutes", "0"];
    wrong.push("--subject", "a\tb");
    const { code, stdout, stderr } = await issueToken(wrong);
    expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
    for (const option of ["--tenant:", "--scope:", "--email:", "--minutes:", "--subject:", "Usage:"])
      expect(stderr).toContain(option);
  });

  test("--help explains the options", async () => {
    const { code, stdout } = await issueToken(["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--tenant");
  });
});
