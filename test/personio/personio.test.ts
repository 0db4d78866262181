import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Credentials, Employee, Personio, PersonioAccount } from "../../src/personio/employee.ts";
import { createPersonio, type PersonioOptions } from "../../src/personio/personio.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { captureLog } from "./captured-log.ts";
import { createSkippingTime } from "./skipping-time.ts";
import { sendJson, startSmallServer } from "./small-server.ts";

const PEOPLE = 250;
const EMPLOYEES = "/v1/company/employees?";
const CREDENTIALS = { clientId: "cid-1", clientSecret: "sec-1" };

const started: Promise<Sandbox> = startSandbox({
  people: PEOPLE,
  seed: 1,
  requestsPerMinute: null,
  credentials: CREDENTIALS,
});

beforeEach(async () => {
  const { admin } = await started;
  await admin.setCredentials(CREDENTIALS);
  await admin.clearFaults();
  await admin.setGrants(null);
  await admin.setScopes(["employees:read"]);
  await admin.clearRequests();
});

afterAll(async () => (await started)[Symbol.asyncDispose]());

/** The client as the app creates it, but with skipped waits. */
async function openPersonio(options: Partial<PersonioOptions> = {}) {
  const { url, admin } = await started;
  const time = createSkippingTime();
  const { log, lines } = captureLog();
  const personio = createPersonio({ apiUrl: url, requestsPerMinute: null, log, time, ...options });
  return { personio, account: personio.openAccount(CREDENTIALS), admin, time, lines };
}

async function readAll(account: PersonioAccount): Promise<Employee[]> {
  const employees: Employee[] = [];
  for await (const page of account.readEmployees()) employees.push(...page.employees);
  return employees;
}

const idsOf = (employees: readonly Employee[]): Set<string> => new Set(employees.map(({ id }) => id));

/** Requests per path. */
async function askedFor(): Promise<Record<string, number>> {
  const counts = await (await started).admin.requests();
  return Object.fromEntries(counts.map(({ path, count }) => [path, count]));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

describe("An account", () => {
  test("an account reads all employees, with the total of each page, after one sign-in", async () => {
    const { account } = await openPersonio();
    const ids: string[] = [];
    for await (const { total, employees } of account.readEmployees()) {
      expect(total).toBe(PEOPLE);
      ids.push(...employees.map(({ id }) => id));
    }
    expect(new Set(ids).size).toBe(PEOPLE);
    expect(await askedFor()).toEqual({ "/v1/auth": 1, "/v1/company/employees": 3 });
  });

  test("an account reads the granted attributes, and only those", async () => {
    const { account, admin } = await openPersonio();
    await admin.setGrants(["first_name", "email"]);
    expect((await account.readAttributes()).map(({ key }) => key).toSorted()).toEqual([
      "email",
      "first_name",
    ]);
    const [employee] = await readAll(account);
    expect(Object.keys(employee?.attributes ?? {}).toSorted()).toEqual(["email", "first_name", "id"]);
  });

  test("an account distinguishes ids that a double cannot hold (G8)", async () => {
    await using sandbox = await startSandbox({
      people: 120,
      seed: 1,
      requestsPerMinute: null,
      credentials: CREDENTIALS,
      settings: { employeeIds: "huge" },
    });
    const { account } = await openPersonio({ apiUrl: sandbox.url });
    const ids = [...idsOf(await readAll(account))];
    expect(ids).toHaveLength(120);
    expect(ids.filter((id) => Number.isSafeInteger(Number(id)))).toEqual([]);
  });

  test("accounts of the same credential share one token, also when they start together", async () => {
    const { personio } = await openPersonio();
    await Promise.all([1, 2, 3].map(() => personio.openAccount({ ...CREDENTIALS }).readAttributes()));
    expect(await askedFor()).toMatchObject({ "/v1/auth": 1 });
  });

  test("an account requests a new token at every check of the credential", async () => {
    const { account, admin } = await openPersonio();
    await account.authenticate();
    await admin.revokeCredentials();
    await expect(account.authenticate()).rejects.toMatchObject({ code: "PERSONIO_CREDENTIALS_INVALID" });
  });

  test("an account stays under Personio's limits", async () => {
    await using sandbox = await startSandbox({ people: 1_400, seed: 1, credentials: CREDENTIALS });
    const { log, lines } = captureLog();
    const personio = createPersonio({ apiUrl: sandbox.url, requestsPerMinute: 300, log });
    expect(idsOf(await readAll(personio.openAccount(CREDENTIALS))).size).toBe(1_400);
    expect(lines.filter((line) => line.includes("RATE_LIMITED"))).toEqual([]);
  });

  test("an account reads one employee as in the list, and null once deleted", async () => {
    const { account, admin } = await openPersonio();
    const [someone] = await readAll(account);
    expect(await account.readEmployee(someone?.id ?? "")).toEqual(someone);
    const id = await admin.hire();
    expect(await account.readEmployee(id)).toMatchObject({ id });
    await admin.remove(id);
    expect(await account.readEmployee(id)).toBeNull();
    await admin.clearRequests();
    // Not the id of a record, but a path of Personio.
    for (const odd of ["attributes", "../auth", "1/profile-picture", "", "1?limit=1"])
      expect(await account.readEmployee(odd)).toBeNull();
    expect(await askedFor()).toEqual({});
  });

  test("a 404 from another server does not count as a deleted employee", async () => {
    const { account, admin } = await openPersonio();
    for (const [status, body] of [
      [404, "<h1>Not found</h1>"],
      [404, '{"errors":[{"type":"#apinot_found"}]}'],
      [403, undefined],
      [503, undefined],
    ] as const) {
      await admin.setFaults([
        { kind: "status", status, ...(body && { body }), path: "/v1/company/employees/" },
      ]);
      await expect(account.readEmployee("7300001")).rejects.toMatchObject({
        code: expect.stringMatching(/^PERSONIO_(UNAVAILABLE|ACCESS_MISSING)$/),
      });
    }
  });

  test("the record of another employee does not count as the requested one", async () => {
    const someone = { type: "Employee", attributes: { id: { label: "ID", value: 8 } } };
    await using server = await startSmallServer((request, response) =>
      sendJson(
        response,
        request.url === "/v1/auth"
          ? { success: true, data: { token: "papi-1" } }
          : { success: true, data: someone },
      ),
    );
    const { account } = await openPersonio({ apiUrl: server.url });
    expect(await account.readEmployee("8")).toMatchObject({ id: "8" });
    await expect(account.readEmployee("7")).rejects.toMatchObject({
      message: expect.stringContaining("expected the requested record"),
    });
  });

  test("an account reads the people who changed lately, whatever happens to the total", async () => {
    const { account, admin } = await openPersonio();
    const all = [...idsOf(await readAll(account))];
    const now = await admin.advanceClock({ days: 400 });
    const changed = all.slice(0, 230);
    for (const id of changed) await admin.change(id, { position: "Changed" });
    await admin.setFaults([{ kind: "shrinking-total", by: 60 }]);
    const since = new Date(now);
    const read: Employee[] = [];
    for await (const page of account.readEmployees({ updatedSince: since })) read.push(...page.employees);
    expect([...idsOf(read)].toSorted()).toEqual(changed.toSorted());
  });

  test("the time of the last change is in UTC without a zone, and not in errors", async () => {
    await using server = await startSmallServer((request, response) =>
      request.url === "/v1/auth"
        ? sendJson(response, { success: true, data: { token: "papi-1" } })
        : sendJson(response, {}, 400),
    );
    const { account } = await openPersonio({ apiUrl: server.url });
    const updatedSince = new Date("2026-11-20T08:00:00.500+02:00");
    const reading = account.readEmployees({ updatedSince })[Symbol.asyncIterator]().next();
    await expect(reading).rejects.toMatchObject({
      message: `GET ${EMPLOYEES}limit=100&offset=0&updated_since=…: expected 200, found 400 (UPSTREAM_REFUSED).`,
    });
    expect(server.received.at(-1)?.url).toBe(
      `${EMPLOYEES}limit=100&offset=0&updated_since=2026-11-20T06%3A00%3A00`,
    );
  });

  test("a read ends at once when its caller aborts it", async () => {
    const { account, admin } = await openPersonio();
    await admin.setFaults([{ kind: "delay", milliseconds: 20_000, path: EMPLOYEES }]);
    const reason = new Error("the service stops");
    const reading = account
      .readEmployees({ signal: AbortSignal.timeout(100) })
      [Symbol.asyncIterator]()
      .next();
    await expect(reading).rejects.toMatchObject({ name: "TimeoutError" });
    const leaving = new AbortController();
    leaving.abort(reason);
    await expect(account.readAttributes({ signal: leaving.signal })).rejects.toBe(reason);
  });
});

describe("Credentials and access", () => {
  test.each([400, 401, 403])("A1: a wrong credential, answered with %i, is sent once", async (status) => {
    const { account, admin } = await openPersonio();
    await admin.setFaults([{ kind: "status", status, path: "/v1/auth" }]);
    await expect(account.authenticate()).rejects.toMatchObject({
      code: "PERSONIO_CREDENTIALS_INVALID",
      message: expect.stringContaining(`POST /v1/auth: expected 200, found ${status}`),
      help: expect.stringMatching(
        /Settings > Integrations > API credentials.*Marketplace > Connected integrations/,
      ),
    });
    expect(await askedFor()).toEqual({ "/v1/auth": 1 });
  });

  test("A1: a wrong secret is a wrong credential, and the right one works beside it", async () => {
    const { personio, account } = await openPersonio();
    const wrong: Credentials = { ...CREDENTIALS, clientSecret: "guessed" };
    await expect(personio.openAccount(wrong).authenticate()).rejects.toMatchObject({
      code: "PERSONIO_CREDENTIALS_INVALID",
    });
    await account.authenticate();
  });

  test("A2: a secret that is revoked between two pages ends the read", async () => {
    const { account, admin } = await openPersonio();
    const pages = account.readEmployees({ prefetch: false })[Symbol.asyncIterator]();
    await pages.next();
    await admin.revokeCredentials();
    await expect(pages.next()).rejects.toMatchObject({ code: "PERSONIO_CREDENTIALS_INVALID" });
    expect(await askedFor()).toMatchObject({ "/v1/auth": 2 });
  });

  test("A3: a token that expires during the read is renewed once, and every person is read once", async () => {
    const { account, admin } = await openPersonio();
    await admin.setFaults([{ kind: "token-expired", path: EMPLOYEES, offset: 100, times: 1 }]);
    const employees = await readAll(account);
    expect(employees).toHaveLength(PEOPLE);
    expect(idsOf(employees).size).toBe(PEOPLE);
    // If the next page is in progress when the token expires, both are refused, and one new token serves
    // both.
    expect(await askedFor()).toEqual({ "/v1/auth": 2, "/v1/company/employees": expect.toBeOneOf([4, 5]) });
  });

  test("a page that is refused with a new token too lacks an access right", async () => {
    const { account, admin } = await openPersonio();
    await admin.setFaults([{ kind: "status", status: 401, path: EMPLOYEES }]);
    await expect(readAll(account)).rejects.toMatchObject({
      code: "PERSONIO_ACCESS_MISSING",
      help: expect.stringContaining('tick "Employees: Read"'),
    });
    expect(await askedFor()).toEqual({ "/v1/auth": 2, "/v1/company/employees": 2 });
  });

  test("a credential without the right to read employees fails with PERSONIO_ACCESS_MISSING", async () => {
    const { account, admin } = await openPersonio();
    await admin.setScopes([]);
    await expect(readAll(account)).rejects.toMatchObject({ code: "PERSONIO_ACCESS_MISSING" });
  });
});

describe("Retries", () => {
  test.each([
    ["7", 7_000],
    ["60", 60_000],
    ["-1", 1_250],
    [undefined, 1_250],
  ])(
    "A4: after a 429 with Retry-After %s the client waits %i ms and continues",
    async (retryAfter, waitMs) => {
      const { account, admin, time } = await openPersonio();
      await admin.setFaults([
        {
          kind: "status",
          status: 429,
          ...(retryAfter && { retryAfter }),
          path: EMPLOYEES,
          offset: 0,
          times: 1,
        },
      ]);
      expect(await readAll(account)).toHaveLength(PEOPLE);
      expect(time.waits).toEqual([waitMs]);
    },
  );

  test.each(["61", "3600", "99999999", "9".repeat(400)])(
    "A4: a 429 with Retry-After %s ends at once as PERSONIO_RATE_LIMITED, with the time",
    async (retryAfter) => {
      const { account, admin, time } = await openPersonio();
      await admin.setFaults([{ kind: "status", status: 429, retryAfter, path: EMPLOYEES }]);
      const seconds = Math.min(Number(retryAfter), Math.ceil(Number.MAX_SAFE_INTEGER / 1_000));
      await expect(readAll(account)).rejects.toMatchObject({
        code: "PERSONIO_RATE_LIMITED",
        details: { retryAfterSeconds: String(seconds) },
      });
      expect(time.waits).toEqual([]);
    },
  );

  test("A4: repeated waits that Personio requests take at most 60 s in all", async () => {
    const { account, admin, time } = await openPersonio();
    await admin.setFaults([{ kind: "status", status: 429, retryAfter: "25", path: EMPLOYEES }]);
    await expect(readAll(account)).rejects.toMatchObject({ code: "PERSONIO_RATE_LIMITED" });
    expect(time.waits).toEqual([25_000, 25_000]);
  });

  test("A4: a rate limit that never lifts ends as PERSONIO_RATE_LIMITED", async () => {
    const { account, admin, time } = await openPersonio();
    await admin.setFaults([{ kind: "status", status: 429, path: EMPLOYEES }]);
    await expect(readAll(account)).rejects.toMatchObject({ code: "PERSONIO_RATE_LIMITED" });
    expect(sum(time.waits)).toBe(60_000);
    expect(Math.min(...time.waits.slice(0, -1))).toBeGreaterThanOrEqual(1_000);
  });

  test.each([500, 502, 503, 504])("A5: the client retries during a burst of %i", async (status) => {
    const { account, admin, time } = await openPersonio();
    await admin.setFaults([{ kind: "status", status, path: EMPLOYEES, offset: 100, times: 4 }]);
    expect(await readAll(account)).toHaveLength(PEOPLE);
    expect(time.waits).toEqual([250, 500, 1_000, 2_000]);
  });

  test("A5: a page that fails for 60 s ends as PERSONIO_UNAVAILABLE, with the number of attempts", async () => {
    const { account, admin, time } = await openPersonio();
    await admin.setFaults([{ kind: "status", status: 503, path: EMPLOYEES, offset: 100 }]);
    await expect(readAll(account)).rejects.toMatchObject({
      code: "PERSONIO_UNAVAILABLE",
      message: `GET ${EMPLOYEES}limit=100&offset=100: expected 200, found 503, after 13 attempts in 60 s (UPSTREAM_ERROR).`,
    });
    expect(sum(time.waits)).toBe(60_000);
  });

  test("A5: the client retries the sign-in in the same way", async () => {
    const { account, admin, time } = await openPersonio();
    await admin.setFaults([{ kind: "status", status: 503, path: "/v1/auth", times: 2 }]);
    expect(await readAll(account)).toHaveLength(PEOPLE);
    expect(time.waits).toEqual([250, 500]);
  });

  test("a person who waits gets an answer within seconds", async () => {
    const { personio, admin, time } = await openPersonio();
    const account = personio.openAccount(CREDENTIALS, { interactive: true });
    await admin.setFaults([{ kind: "status", status: 503 }]);
    await expect(account.readAttributes()).rejects.toMatchObject({ code: "PERSONIO_UNAVAILABLE" });
    expect(sum(time.waits)).toBe(8_000);

    await admin.setFaults([{ kind: "status", status: 429, retryAfter: "60" }]);
    await expect(account.authenticate()).rejects.toMatchObject({
      code: "PERSONIO_RATE_LIMITED",
      message: expect.stringContaining("retry after 60 s"),
    });
    expect(sum(time.waits)).toBe(8_000);
  });
});

describe("Unusable responses", () => {
  test.each(["cut-body", "wrong-content-length"] as const)("A9: %s is retried", async (kind) => {
    const { account, admin, lines } = await openPersonio();
    await admin.setFaults([{ kind, path: EMPLOYEES, offset: 100, times: 1 }]);
    expect(idsOf(await readAll(account)).size).toBe(PEOPLE);
    expect(lines.join("")).toContain("UPSTREAM_BAD_BODY");
  });

  test("A11: a trickling response ends at its deadline and is retried", async () => {
    const { account, admin, lines } = await openPersonio({ retryPolicy: { deadlineMs: 300 } });
    await admin.setFaults([{ kind: "slow-body", path: EMPLOYEES, offset: 100, times: 1 }]);
    expect(idsOf(await readAll(account)).size).toBe(PEOPLE);
    expect(lines.join("")).toContain("UPSTREAM_TIMEOUT");
  });

  test("success: false with a 200 is retried", async () => {
    const { account, admin, time } = await openPersonio();
    await admin.setFaults([{ kind: "unsuccessful", path: EMPLOYEES, times: 1 }]);
    expect(await readAll(account)).toHaveLength(PEOPLE);
    expect(time.waits).toEqual([250]);
  });

  test.each([
    ["A10", { kind: "html" }, "UPSTREAM_BAD_CONTENT_TYPE"],
    ["A15", { kind: "redirect", location: "http://169.254.169.254/" }, "REDIRECT_REFUSED"],
    ["a wrong address", { kind: "status", status: 404 }, "UPSTREAM_REFUSED"],
  ] as const)("%s is not retried", async (_row, fault, kind) => {
    const { account, admin, time } = await openPersonio();
    await admin.setFaults([{ ...fault, path: EMPLOYEES }]);
    await expect(readAll(account)).rejects.toMatchObject({
      code: "PERSONIO_UNAVAILABLE",
      message: expect.stringContaining(kind),
    });
    expect(time.waits).toEqual([]);
    expect(await askedFor()).toMatchObject({ "/v1/company/employees": 1 });
  });

  test("A17: an unreachable server is retried, then reported", async () => {
    const { account, time } = await openPersonio({ apiUrl: "http://127.0.0.1:9" });
    await expect(account.authenticate()).rejects.toMatchObject({
      code: "PERSONIO_UNAVAILABLE",
      message: expect.stringContaining("UPSTREAM_UNREACHABLE"),
      help: expect.stringContaining("PERSONIO_API_URL"),
    });
    expect(sum(time.waits)).toBe(60_000);
  });
});

describe("A scripted Personio", () => {
  /** Answers the employees with these statuses, one after the other, and every sign-in with this token. */
  const startScript = (statuses: number[], token = "papi-1") =>
    startSmallServer((request, response) => {
      if (request.url === "/v1/auth") {
        sendJson(response, { success: true, data: { token, expires_in: 86_400 } });
      } else response.writeHead(statuses.shift() ?? 200).end();
    });

  test("one page gets at most one new token, however the other attempts end", async () => {
    await using server = await startScript([401, 503, 401]);
    const { account } = await openPersonio({ apiUrl: server.url });
    await expect(readAll(account)).rejects.toMatchObject({ code: "PERSONIO_ACCESS_MISSING" });
    expect(server.received.map(({ url }) => url?.split("?")[0])).toEqual([
      "/v1/auth",
      "/v1/company/employees",
      "/v1/auth",
      "/v1/company/employees",
      "/v1/company/employees",
    ]);
  });

  test("a token may come without a lifetime", async () => {
    await using server = await startSmallServer((request, response) =>
      sendJson(
        response,
        request.url === "/v1/auth"
          ? { success: true, data: { token: "papi-1" } }
          : { success: true, data: [] },
      ),
    );
    const { account } = await openPersonio({ apiUrl: server.url });
    expect(await account.readAttributes()).toEqual([]);
  });

  test("a token that does not fit into a header fails at once", async () => {
    await using server = await startScript([], "papi\r\nx-injected: 1");
    const { account } = await openPersonio({ apiUrl: server.url });
    await expect(readAll(account)).rejects.toMatchObject({
      code: "PERSONIO_UNAVAILABLE",
      message: expect.stringMatching(/data\.token: .*UPSTREAM_BAD_ANSWER/),
    });
    expect(server.received).toHaveLength(1);
  });
});

describe("createPersonio", () => {
  test("createPersonio refuses an invalid address before any request", () => {
    const { log } = captureLog();
    expect(
      (): Personio => createPersonio({ apiUrl: "api.personio.de", requestsPerMinute: 300, log }),
    ).toThrow(TypeError);
  });
});
