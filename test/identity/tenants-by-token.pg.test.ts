import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SCOPES } from "../../src/access/viewer.ts";
import { readConfig } from "../../src/config.ts";
import { type DevelopmentIssuer, openDevelopmentIssuer } from "../../src/identity/development-issuer.ts";
import { type GraphAnswer, startTestApp, type TestApp } from "../support/test-app.ts";

const folder = mkdtempSync(join(tmpdir(), "people-tenants-"));
let issuer: DevelopmentIssuer;
let service: TestApp;
/** What the service logs, at the most talkative level. */
const lines: string[] = [];

beforeAll(async () => {
  issuer = await openDevelopmentIssuer(folder);
  const { auth } = readConfig({ DATA_DIR: folder, ...issuer.settings });
  service = await startTestApp({
    config: { auth, metrics: { port: 0 } },
    log: pino({ level: "trace" }, { write: (line) => lines.push(line) }),
  });
});
afterAll(async () => {
  await service?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const SET = 'mutation { setPeopleSettings(settings: { timeZone: "Asia/Tokyo" }) { timeZone } }';
const GET = "{ peopleSettings { timeZone } }";

const sign = (tenant: string, claims = {}) =>
  issuer.sign(
    { tenant, scopes: SCOPES, subject: "ada", email: undefined, minutes: 5, ...claims },
    new Date(),
  );

/** Asks as an administrator of the tenant. `extra` are headers that must not matter. */
async function askAs(tenant: string, query: string, extra: Readonly<Record<string, string>> = {}) {
  const token = await sign(tenant);
  const response = await fetch(`${service.app.url}/graphql?tenant=acme`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...extra },
    body: JSON.stringify({ query, variables: { tenant: "acme" }, extensions: { tenant: "acme" } }),
  });
  const { data }: GraphAnswer<{ peopleSettings: { timeZone: string } }> = await response.json();
  return data;
}

test("two companies with tokens of one issuer have their own settings", async () => {
  await askAs("acme", SET);
  expect(await askAs("acme", GET)).toEqual({ peopleSettings: { timeZone: "Asia/Tokyo" } });
  expect(await askAs("globex", GET)).toEqual({ peopleSettings: { timeZone: "UTC" } });
});

test.each(["x-tenant", "x-tenant-id", "tenant", "x-people-tenant", "x-forwarded-tenant", "cookie"])(
  "E2: the tenant comes from the token alone, and the header %s does not matter",
  async (name) => {
    const value = name === "cookie" ? "tenant=acme" : "acme";
    expect(await askAs("globex", GET, { [name]: value })).toEqual({ peopleSettings: { timeZone: "UTC" } });
  },
);

test("E1: nothing of a refused token is in an answer, the log or a metric, and the reason is in both of the last", async () => {
  const good = await sign("acme", { subject: "canary-subject", email: "canary@example.com" });
  const bad = [
    await sign("canary/tenant"),
    await sign("acme", { subject: "canary-subject", minutes: -5 }),
    good.slice(0, -9),
    `${good.split(".", 2).join(".")}.${"c4N4rY".repeat(14)}AA`,
    "people_canary",
    "canary",
  ];
  const answers: string[] = [];
  for (const token of bad) {
    const response = await fetch(`${service.app.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: GET }),
    });
    answers.push(await response.text());
  }
  expect(answers.filter((answer) => !answer.includes("UNAUTHENTICATED"))).toEqual([]);
  const metrics = await (await fetch(service.app.metricsUrl ?? "")).text();
  const everything = [...answers, ...lines, metrics].join("\n");
  expect(everything).not.toMatch(/canary/i);
  for (const token of bad) for (const part of token.split(".")) expect(everything).not.toContain(part);
  for (const reason of ["tenant", "expired", "signature", "service-token"]) {
    expect(metrics).toContain(`people_tokens_refused_total{reason="${reason}"} 1`);
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ msg: "credential refused", reason }),
    );
  }
});
