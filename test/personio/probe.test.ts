import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { ALL_RIGHTS, askedFor, openSandbox } from "./open-sandbox.ts";

const CREDENTIALS = { clientId: "cid-1", clientSecret: "sec-1" };

const started: Promise<Sandbox> = startSandbox({
  people: 20,
  seed: 1,
  requestsPerMinute: null,
  credentials: CREDENTIALS,
});

beforeEach(async () => {
  const { admin } = await started;
  await admin.clearFaults();
  await admin.setRights(ALL_RIGHTS);
  await admin.clearRequests();
});

afterAll(async () => (await started)[Symbol.asyncDispose]());

describe("A probe", () => {
  test("a probe takes version 1 if it is allowed, and sends no more requests", async () => {
    const sandbox = await started;
    const { personio } = openSandbox(sandbox);
    expect(await personio.probe(CREDENTIALS)).toEqual({ version: "V1", missingRights: [] });
    expect(await askedFor(sandbox.admin)).toEqual({ "/v1/auth": 1, "/v1/company/employees": 1 });
  });

  test("a probe takes version 2 if version 1 is refused, and reports why, with one request per endpoint", async () => {
    const sandbox = await started;
    await sandbox.admin.setRights({ v1: false });
    const { personio } = openSandbox(sandbox);
    expect(await personio.probe(CREDENTIALS)).toMatchObject({
      version: "V2",
      missingRights: [
        {
          asked: "GET /v1/company/employees",
          attributes: [],
          reason: { code: "PERSONIO_ACCESS_MISSING", message: expect.stringContaining("403") },
        },
      ],
    });
    expect(await askedFor(sandbox.admin)).toEqual({
      "/v1/auth": 1,
      "/v1/company/employees": 1,
      "/v2/auth/token": 1,
      "/v2/persons": 1,
      "/v2/persons/{id}/employments": 1,
      "/v2/org-units": 1,
      "/v2/workplaces": 1,
      "/v2/legal-entities": 1,
      "/v2/cost-centers": 1,
    });
  });

  test("a probe names the refused lists, what is lost without each, and what to tick", async () => {
    const sandbox = await started;
    await sandbox.admin.setRights({ orgUnits: false, legalEntities: false, workplaces: false });
    const { personio } = openSandbox(sandbox);
    const { missingRights } = await personio.probe(CREDENTIALS, { version: "V2" });
    expect(missingRights).toMatchObject([
      {
        asked: "GET /v2/org-units",
        attributes: ["department", "team"],
        reason: { help: expect.stringContaining('tick "Org Units: Read"') },
      },
      {
        asked: "GET /v2/workplaces",
        attributes: ["office"],
        reason: { help: expect.stringContaining('tick "Workplaces: Read"') },
      },
      {
        asked: "GET /v2/legal-entities",
        attributes: ["legal_entity"],
        reason: {
          code: "PERSONIO_ACCESS_MISSING",
          message: expect.stringContaining("412 (FEATURE_MISSING)"),
        },
      },
    ]);
  });

  test("a probe reports version 1's failure when both are refused", async () => {
    const sandbox = await started;
    await sandbox.admin.setRights({ v1: false, employments: false });
    const { personio } = openSandbox(sandbox);
    await expect(personio.probe(CREDENTIALS)).rejects.toMatchObject({
      code: "PERSONIO_ACCESS_MISSING",
      message: expect.stringContaining("GET /v1/company/employees"),
    });
  });

  test("a probe of one version sends no request to the other", async () => {
    const sandbox = await started;
    await sandbox.admin.setRights({ v1: false });
    const { personio } = openSandbox(sandbox);
    await expect(personio.probe(CREDENTIALS, { version: "V1" })).rejects.toMatchObject({
      code: "PERSONIO_ACCESS_MISSING",
    });
    await sandbox.admin.setRights({ v1: true, persons: false });
    await expect(personio.probe(CREDENTIALS, { version: "V2" })).rejects.toMatchObject({
      message: expect.stringContaining("GET /v2/persons?limit=1: expected 200, found 401 (UNAUTHORIZED)"),
    });
  });

  test("a credential that both versions refuse is a wrong one", async () => {
    const sandbox = await started;
    const { personio } = openSandbox(sandbox);
    const wrong = { ...CREDENTIALS, clientSecret: "guessed" };
    await expect(personio.probe(wrong)).rejects.toMatchObject({ code: "PERSONIO_CREDENTIALS_INVALID" });
    expect(await askedFor(sandbox.admin)).toEqual({ "/v1/auth": 1, "/v2/auth/token": 1 });
  });

  test.each([
    ["accepts sign-ins", 403, "/v1/auth"],
    ["accepts sign-ins", 404, "/v1/auth"],
    ["exists", 404, "/v1/"],
    ["exists", 410, "/v1/"],
  ])("a probe takes version 2 where version 1 no longer %s (%i for %s)", async (_what, status, path) => {
    const sandbox = await started;
    await sandbox.admin.setFaults([{ kind: "status", status, path }]);
    const { personio, account } = openSandbox(sandbox);
    expect(await personio.probe(CREDENTIALS)).toMatchObject({ version: "V2" });
    expect((await account.readAttributes()).map(({ key }) => key)).toContain("email");
  });

  test.each(["/v1/company/employees?", "/v2/persons?", "/v2/workplaces?"])(
    "an outage at %s proves nothing about rights",
    async (path) => {
      const sandbox = await started;
      await sandbox.admin.setRights({ v1: path.startsWith("/v1") });
      await sandbox.admin.setFaults([{ kind: "status", status: 503, path }]);
      const { personio, time } = openSandbox(sandbox);
      await expect(personio.probe(CREDENTIALS)).rejects.toMatchObject({ code: "PERSONIO_UNAVAILABLE" });
      // A person waits for the answer.
      expect(time.waits.reduce((sum, wait) => sum + wait, 0)).toBe(8_000);
    },
  );

  test("an odd answer of a list of names is not a missing right, and does not block the account", async () => {
    const sandbox = await started;
    await sandbox.admin.setFaults([{ kind: "odd-answer", answer: { _data: [] }, path: "/v2/workplaces" }]);
    const { personio } = openSandbox(sandbox);
    expect(await personio.probe(CREDENTIALS, { version: "V2" })).toEqual({
      version: "V2",
      missingRights: [],
    });
  });

  test("a probe works for a company without people", async () => {
    const sandbox = await started;
    await sandbox.admin.setFaults([{ kind: "empty-company" }]);
    const { personio } = openSandbox(sandbox);
    expect(await personio.probe(CREDENTIALS, { version: "V2" })).toEqual({
      version: "V2",
      missingRights: [],
    });
  });

  test("a probe ends with the caller's own reason", async () => {
    const { personio } = openSandbox(await started);
    const reason = new Error("the browser is closed");
    const signal = AbortSignal.abort(reason);
    await expect(personio.probe(CREDENTIALS, { signal })).rejects.toBe(reason);
  });
});
