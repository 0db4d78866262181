import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Employee } from "../../../src/personio/employee.ts";
import { realTime } from "../../../src/personio/http/time.ts";
import type { Fault } from "../../../src/sandbox/api/faults.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { eventually } from "../../support/eventually.ts";
import { timed } from "../../support/slowness.ts";
import { ALL_RIGHTS, askedFor, idsOf, openSandbox, readAll, WITHOUT_V1 } from "../open-sandbox.ts";
import { sendJson, startSmallServer } from "../small-server.ts";

const PEOPLE = 120;
const CREDENTIALS = { clientId: "cid-1", clientSecret: "sec-1" };
const PERSONS = "/v2/persons?";
/** Of one person, not of a list. */
const EMPLOYMENTS = "/v2/persons/";

const started: Promise<Sandbox> = startSandbox({
  people: PEOPLE,
  seed: 3,
  requestsPerMinute: null,
  credentials: CREDENTIALS,
});

/** For tests that need neither several pages nor many people: each read requests every person. */
const FEW_PEOPLE = 20;
const startedSmall: Promise<Sandbox> = startSandbox({
  people: FEW_PEOPLE,
  seed: 3,
  requestsPerMinute: null,
  credentials: CREDENTIALS,
});

const reset = async ({ admin }: Sandbox): Promise<void> => {
  await admin.setCredentials(CREDENTIALS);
  await admin.clearFaults();
  await admin.setGrants(null);
  await admin.setRights(ALL_RIGHTS);
  await admin.clearRequests();
};
beforeEach(async () => {
  await reset(await started);
  await reset(await startedSmall);
});

afterAll(async () => {
  await (await started)[Symbol.asyncDispose]();
  await (await startedSmall)[Symbol.asyncDispose]();
});

const attributeOf = (employees: readonly Employee[], key: string): unknown[] =>
  employees.map(({ attributes }) => attributes[key]);

describe("A company on version 2", () => {
  test("a read sends one request per person, and requests each list of names once per run", async () => {
    const sandbox = await started;
    const { account } = openSandbox(sandbox);
    await account.readAttributes();
    const totals: unknown[] = [];
    const ids: string[] = [];
    for await (const { total, employees } of account.readEmployees()) {
      totals.push(total);
      ids.push(...employees.map(({ id }) => id));
    }
    expect(totals).toEqual([null, null, null]);
    expect(new Set(ids).size).toBe(PEOPLE);
    const { "/v2/org-units": orgUnits, ...others } = await askedFor(sandbox.admin);
    expect(orgUnits).toBeGreaterThanOrEqual(2);
    expect(others).toEqual({
      "/v1/auth": 1,
      "/v1/company/employees/attributes": 1,
      "/v2/auth/token": 1,
      "/v2/persons": 3,
      "/v2/persons/{id}/employments": PEOPLE,
      "/v2/workplaces": 1,
      "/v2/legal-entities": 1,
      "/v2/cost-centers": 1,
    });
  });

  test("pages arrive in Personio's order, however fast their employments are read", async () => {
    const sandbox = await started;
    await sandbox.admin.setFaults([
      { kind: "delay", milliseconds: 60, path: EMPLOYMENTS, times: 5 },
      { kind: "delay", milliseconds: 30, path: EMPLOYMENTS, times: 11 },
    ]);
    const { account, open } = openSandbox(sandbox);
    const ids = (await readAll(account)).map(({ id }) => id);
    const inOrder = (await readAll(open({ version: "V1" }))).map(({ id }) => id);
    expect(ids).toEqual(inOrder);
  });

  test("version 2 distinguishes ids that a double cannot hold (G8)", async () => {
    await using sandbox = await startSandbox({
      people: 60,
      seed: 1,
      requestsPerMinute: null,
      settings: { employeeIds: "huge" },
    });
    const { account } = openSandbox(sandbox);
    const employees = await readAll(account);
    expect(idsOf(employees).size).toBe(60);
    const [someone] = employees;
    expect(Number.isSafeInteger(Number(someone?.id))).toBe(false);
    expect((await account.readEmployee(someone?.id ?? ""))?.id).toBe(someone?.id);
  });

  test("a read uses the rate that Personio announces, and never exceeds it", async () => {
    await using sandbox = await startSandbox({ people: 200, seed: 1, requestsPerMinute: 60 * 100 });
    const { account, lines } = openSandbox(sandbox, { requestsPerMinute: 300, time: realTime });
    const { result: employees, ms, quietMs } = await timed(8_000, () => readAll(account));
    expect(idsOf(employees).size).toBe(200);
    expect(lines.filter((line) => line.includes("RATE_LIMITED"))).toEqual([]);
    // 80 of the announced 100 a second, after a start at the 8 a second of the first guess.
    expect(ms).toBeGreaterThan((180 / 80) * 1_000);
    expect(quietMs).toBeLessThan(8_000);
  });

  test.each([
    [true, { persons: 3, employments: 100 }],
    [false, { persons: 1, employments: 50 }],
  ])("a read is one page ahead of the consumer: prefetch %s", async (prefetch, expected) => {
    const sandbox = await started;
    const pages = openSandbox(sandbox).account.readEmployees({ prefetch })[Symbol.asyncIterator]();
    await pages.next();
    const asked = async () => {
      const counts = await askedFor(sandbox.admin);
      return { persons: counts["/v2/persons"], employments: counts["/v2/persons/{id}/employments"] };
    };
    await eventually(async () => isDeepStrictEqual(await asked(), expected));
    // And no further.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await asked()).toEqual(expected);
    await pages.return?.();
  });

  test("a read sends no more requests once the consumer has left", async () => {
    const sandbox = await started;
    const { account } = openSandbox(sandbox);
    for await (const _page of account.readEmployees()) break;
    const { "/v2/persons/{id}/employments": before = 0 } = await askedFor(sandbox.admin);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { "/v2/persons/{id}/employments": after } = await askedFor(sandbox.admin);
    expect(before).toBeLessThan(PEOPLE);
    expect(after).toBeLessThanOrEqual(before + 24);
  });

  test("a read ends with the caller's own reason as soon as it is aborted", async () => {
    const sandbox = await started;
    await sandbox.admin.setFaults([{ kind: "delay", milliseconds: 20_000, path: EMPLOYMENTS }]);
    const { account } = openSandbox(sandbox);
    await account.readAttributes();
    const reason = new Error("the service stops");
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(reason), 100);
    await expect(readAll(account, { signal: leaving.signal })).rejects.toBe(reason);
    await expect(account.readEmployee("7", { signal: leaving.signal })).rejects.toBe(reason);
    await expect(account.readAttributes({ signal: leaving.signal })).rejects.toBe(reason);
  });
});

describe("One employee on version 2", () => {
  test("one employee is the same as in the list, and null once deleted", async () => {
    const sandbox = await startedSmall;
    const { account } = openSandbox(sandbox);
    const [someone] = await readAll(account);
    expect(await account.readEmployee(someone?.id ?? "")).toEqual(someone);
    expect(await account.readEmployee("1")).toBeNull();
    expect(await account.readEmployee("../persons")).toBeNull();
    expect(await account.readEmployee("attributes")).toBeNull();
  });

  test("the record of another person does not count as the requested one", async () => {
    await using server = await startSmallServer((request, response) =>
      request.url === "/v2/auth/token"
        ? sendJson(response, { access_token: "papi-1", expires_in: 60 })
        : sendJson(response, { id: "8", _data: [], _meta: { links: {} } }),
    );
    const { account } = openSandbox({ ...(await startedSmall), url: server.url });
    await expect(account.readEmployee("7")).rejects.toMatchObject({
      message: expect.stringContaining("expected the requested person"),
    });
  });

  test("a missing endpoint does not count as a deleted employee", async () => {
    const sandbox = await startedSmall;
    await sandbox.admin.setFaults([{ kind: "status", status: 404, path: EMPLOYMENTS }]);
    const { account } = openSandbox(sandbox);
    await expect(account.readEmployee("7300000")).rejects.toMatchObject({
      code: "PERSONIO_ACCESS_MISSING",
      message: expect.stringContaining("ENDPOINT_MISSING"),
    });
    await sandbox.admin.setFaults([{ kind: "status", status: 404, body: "Not here", path: EMPLOYMENTS }]);
    await expect(account.readEmployee("7300000")).rejects.toMatchObject({ code: "PERSONIO_UNAVAILABLE" });
  });
});

describe("What changed lately, on version 2", () => {
  test("a read of recent changes yields only changed people, with their employments", async () => {
    const sandbox = await startedSmall;
    const { account } = openSandbox(sandbox);
    const [, , third] = await readAll(account);
    const since = new Date();
    // Personio compares whole seconds.
    await sandbox.admin.advanceClock({ to: new Date(since.getTime() + 5_000).toISOString() });
    await sandbox.admin.change(third?.id ?? "", { last_name: "Changed" });
    const changed = await readAll(account, { updatedSince: since });
    expect(changed).toMatchObject([
      { id: third?.id, attributes: { last_name: "Changed", status: expect.any(String) } },
    ]);
  });

  test("the time of the last change is sent in seconds, and the pages follow their links", async () => {
    await using server = await startSmallServer((request, response) => {
      if (request.url === "/v2/auth/token")
        return sendJson(response, { access_token: "papi-1", expires_in: 60 });
      if (request.url.startsWith("/v1/")) return sendJson(response, {}, 403);
      const isFirst = request.url.startsWith("/v2/persons?limit");
      const links = isFirst ? { next: { href: "?cursor=cur_2" } } : {};
      sendJson(response, { _data: [], _meta: { links } });
    });
    const { account } = openSandbox({ ...(await startedSmall), url: server.url });
    const updatedSince = new Date("2026-11-20T08:00:00.500+02:00");
    expect(await readAll(account, { updatedSince })).toEqual([]);
    expect(server.received.map(({ url }) => url).filter((url) => url.startsWith("/v2/persons"))).toEqual([
      "/v2/persons?limit=50&updated_at.gt=2026-11-20T06%3A00%3A00Z",
      "/v2/persons?cursor=cur_2",
    ]);
  });

  test("the day before is sent where Personio refuses instants", async () => {
    const sandbox = await startedSmall;
    await sandbox.admin.setFaults([{ kind: "date-only-filters" }]);
    const { account } = openSandbox(sandbox);
    const since = new Date(Date.now() + 2 * 24 * 60 * 60_000);
    expect(await readAll(account, { updatedSince: since })).toEqual([]);
    await sandbox.admin.advanceClock({ days: 1 });
    const id = await sandbox.admin.hire();
    expect(idsOf(await readAll(account, { updatedSince: since }))).toContain(id);
    await sandbox.admin.remove(id);
  });
});

describe("Rights on version 2", () => {
  test("A1: a wrong credential is sent once", async () => {
    const sandbox = await startedSmall;
    for (const status of [400, 401]) {
      await sandbox.admin.clearRequests();
      await sandbox.admin.setFaults([{ kind: "status", status, path: "/v2/auth/token" }]);
      const { account } = openSandbox(sandbox);
      await expect(account.authenticate()).rejects.toMatchObject({
        code: "PERSONIO_CREDENTIALS_INVALID",
        message:
          `POST /v2/auth/token: expected 200, found ${status} (CREDENTIALS_REFUSED). Personio's message: "Client authentication failed (e.g., ` +
          `unknown client, wrong secret, no client authentication included, or unsupported authentication method)."`,
      });
      expect(await askedFor(sandbox.admin)).toEqual({ "/v2/auth/token": 1 });
    }
  });

  test("A2: a secret that is revoked between two pages ends the read", async () => {
    const sandbox = await started;
    const { account } = openSandbox(sandbox);
    const pages = account.readEmployees({ prefetch: false })[Symbol.asyncIterator]();
    await pages.next();
    await sandbox.admin.revokeCredentials();
    await expect(pages.next()).rejects.toMatchObject({ code: "PERSONIO_CREDENTIALS_INVALID" });
  });

  test("A3: a token that expires during concurrent requests is renewed once", async () => {
    const sandbox = await started;
    const { account } = openSandbox(sandbox);
    await account.readAttributes();
    await sandbox.admin.setFaults([{ kind: "token-expired", path: EMPLOYMENTS, times: 1 }]);
    expect(idsOf(await readAll(account)).size).toBe(PEOPLE);
    expect(await askedFor(sandbox.admin)).toMatchObject({ "/v2/auth/token": 2 });
  });

  test.each([
    ["persons", 401, "UNAUTHORIZED"],
    ["employments", 403, "FORBIDDEN"],
  ] as const)("without the right to %s no person is read", async (right, status, kind) => {
    const sandbox = await startedSmall;
    await sandbox.admin.setRights({ [right]: false });
    const { account } = openSandbox(sandbox);
    await expect(readAll(account)).rejects.toMatchObject({
      code: "PERSONIO_ACCESS_MISSING",
      message: expect.stringMatching(new RegExp(`found ${status}.*${kind}`)),
      help: expect.stringContaining('tick "Employees: Read"'),
    });
  });

  test.each([
    ["orgUnits", ["department", "team"]],
    ["workplaces", ["office"]],
    ["legalEntities", ["legal_entity"]],
    ["costCenters", ["cost_centers"]],
  ] as const)("without the right to %s the rest is read, and %j is missing", async (right, missing) => {
    const sandbox = await startedSmall;
    await sandbox.admin.setRights({ [right]: false });
    const { account } = openSandbox(sandbox);
    const keys = (await account.readAttributes()).map(({ key }) => key);
    expect((await account.readMissingRights()).flatMap(({ attributes }) => attributes).toSorted()).toEqual(
      [...missing].toSorted(),
    );
    const employees = await readAll(account);
    expect(employees).toHaveLength(FEW_PEOPLE);
    for (const key of ["department", "team", "office", "legal_entity", "cost_centers"]) {
      const isMissing = missing.some((lost) => lost === key);
      expect(keys.includes(key), key).toBe(!isMissing);
      expect(
        employees.some(({ attributes }) => key in attributes),
        key,
      ).toBe(!isMissing);
    }
  });

  test.each([401, 403, 404, 412] as const)(
    "the read continues without a list of names refused with %i",
    async (status) => {
      await using sandbox = await startSandbox({
        people: 20,
        seed: 1,
        requestsPerMinute: null,
        settings: {
          v2: {
            refusals: {
              persons: 401,
              employments: 403,
              orgUnits: status,
              legalEntities: status,
              workplaces: status,
              costCenters: status,
              webhooks: 403,
            },
          },
        },
      });
      await sandbox.admin.setRights({ orgUnits: false, legalEntities: false, workplaces: false });
      const employees = await readAll(openSandbox(sandbox).account);
      expect(employees).toHaveLength(20);
      expect(attributeOf(employees, "department")).toEqual(Array(20).fill(undefined));
      expect(attributeOf(employees, "office")).toEqual(Array(20).fill(undefined));
    },
  );

  test("lists that only early users have are read as well", async () => {
    await using sandbox = await startSandbox({
      people: 20,
      seed: 1,
      requestsPerMinute: null,
      settings: { v2: { betaHeader: "needed" } },
    });
    expect(attributeOf(await readAll(openSandbox(sandbox).account), "office")).not.toContain(undefined);
  });

  test.each<[string, Fault]>([
    ["that fails for a minute", { kind: "status", status: 503 }],
    ["that breaks off", { kind: "cut-body" }],
    ["that is a login page", { kind: "html" }],
    ["that is refused", { kind: "status", status: 400 }],
    ["without links", { kind: "odd-answer", answer: { _data: [{ id: "1", name: "Oslo" }] } }],
    ["without records", { kind: "odd-answer", answer: { _meta: { links: {} } } }],
    ["that is an array", { kind: "odd-answer", answer: [] }],
    [
      "whose next page is elsewhere",
      {
        kind: "odd-answer",
        answer: { _data: [], _meta: { links: { next: { href: "http://127.0.0.1:9/?cursor=1" } } } },
      },
    ],
    ["that leads to itself", { kind: "self-pointing-next" }],
  ])("a list of names %s is not read, and people are", async (_what, fault) => {
    const sandbox = await startedSmall;
    await sandbox.admin.setFaults([{ ...fault, path: "/v2/workplaces" }]);
    const { account } = openSandbox(sandbox);
    expect(await account.readUnreadLists()).toEqual([
      {
        attributes: ["office"],
        reason: expect.objectContaining({ code: "PERSONIO_UNAVAILABLE" }),
      },
    ]);
    // The right is there: the attribute is readable, and its values are unknown.
    expect(await account.readMissingRights()).toEqual([]);
    expect((await account.readAttributes()).map(({ key }) => key)).toContain("office");
    const employees = await readAll(account);
    expect(attributeOf(employees, "office")).toEqual(Array(FEW_PEOPLE).fill(undefined));
    expect(attributeOf(employees, "legal_entity")).not.toContain(undefined);
  });

  test("an unread list of names is readable where version 1's list is refused, too", async () => {
    const sandbox = await startedSmall;
    await sandbox.admin.setRights(WITHOUT_V1);
    await sandbox.admin.setFaults([{ kind: "html", path: "/v2/org-units" }]);
    const { account } = openSandbox(sandbox);
    const keys = (await account.readAttributes()).map(({ key }) => key);
    expect(keys).toContain("department");
    expect(keys).toContain("team");
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each<[string, Fault]>([
    ["PERSONIO_RATE_LIMITED", { kind: "status", status: 429 }],
    ["PERSONIO_UNAVAILABLE", { kind: "odd-answer", answer: { _data: [] }, path: "/v2/persons?" }],
  ])("a rate limit, or a page of people that is unreadable, ends the read: %s", async (code, fault) => {
    const sandbox = await startedSmall;
    await sandbox.admin.setFaults([{ path: "/v2/workplaces", ...fault }]);
    await expect(readAll(openSandbox(sandbox).account)).rejects.toMatchObject({ code });
  });

  test("a list of names has as many pages as it needs, and an end", async () => {
    let pages = 0;
    await using server = await startSmallServer(({ url, body }, response) => {
      if (body)
        return sendJson(response, {
          access_token: "t",
          token_type: "Bearer",
          expires_in: 86_400,
          success: true,
          data: { token: "t" },
        });
      if (!url.startsWith("/v2/workplaces")) return sendJson(response, {}, 403);
      pages += 1;
      const _data = Array.from({ length: 1_000 }, (_, index) => ({ id: `${pages}-${index}`, name: "Oslo" }));
      const href = `/v2/workplaces?limit=50&cursor=${pages}`;
      return sendJson(response, { _data, _meta: { links: { next: { href } } } });
    });
    const { account } = openSandbox({ url: server.url, credentials: CREDENTIALS } as Sandbox);
    expect(await account.readUnreadLists()).toMatchObject([
      { reason: { message: expect.stringMatching(/GET \/v2\/workplaces.*PAGINATION_LOOP/) } },
    ]);
    expect(pages).toBe(101);
  });

  test("without version 1's list, the attributes are those in people's records", async () => {
    const sandbox = await startedSmall;
    const { account } = openSandbox(sandbox);
    const allowed = await account.readAttributes();
    await sandbox.admin.setRights(WITHOUT_V1);
    const refused = await openSandbox(sandbox).account.readAttributes();
    const keys = ({ key }: { key: string }) => key;
    // Version 1's list does not contain the id.
    expect(refused.map(keys).toSorted()).toEqual(["id", ...allowed.map(keys)].toSorted());
    const find = (key: string) => refused.find((attribute) => attribute.key === key);
    expect(find("email")).toEqual({
      key: "email",
      label: "Email",
      type: "standard",
      universalId: "email",
      options: [],
    });
    expect(find("dynamic_402117")).toMatchObject({ type: "date", universalId: "date_of_birth" });
    expect(find("dynamic_402191")).toEqual({
      key: "dynamic_402191",
      label: "dynamic_402191",
      type: "tags",
      universalId: null,
      options: [],
    });

    await sandbox.admin.setGrants(["email", "dynamic_402118"]);
    const few = await openSandbox(sandbox).account.readAttributes();
    expect(few.map(keys).toSorted()).toEqual(["dynamic_402118", "email", "id"]);
  });

  test("an empty company does not mean that no attribute is readable", async () => {
    const sandbox = await startedSmall;
    await sandbox.admin.setRights(WITHOUT_V1);
    await sandbox.admin.setFaults([{ kind: "empty-company" }]);
    await expect(openSandbox(sandbox).account.readAttributes()).rejects.toMatchObject({
      code: "PERSONIO_SNAPSHOT_EMPTY",
    });
  });

  test("without version 1's list, a missing department may be an unreadable one", async () => {
    const sandbox = await startedSmall;
    const id = await sandbox.admin.hire({ department: "Robotics", team: "Arms" });
    await sandbox.admin.change(id, { department: null });
    const read = async () => (await openSandbox(sandbox).account.readEmployee(id))?.attributes;
    expect(await read()).toMatchObject({ department: null });
    await sandbox.admin.setRights(WITHOUT_V1);
    const attributes = await read();
    expect(attributes).toMatchObject({ team: { attributes: { name: "Arms" } } });
    expect(attributes).not.toHaveProperty("department");
    await sandbox.admin.remove(id);
  });
});

describe("Trouble on version 2", () => {
  test("A4: after a 429 without a time the client waits at least a second", async () => {
    const sandbox = await startedSmall;
    await sandbox.admin.setFaults([{ kind: "status", status: 429, path: PERSONS, times: 1 }]);
    const { account, time } = openSandbox(sandbox);
    expect(await readAll(account)).toHaveLength(FEW_PEOPLE);
    expect(time.waits).toEqual([1_250]);
  });

  test("A5: employments that fail in bursts are retried", async () => {
    const sandbox = await startedSmall;
    await sandbox.admin.setFaults([{ kind: "status", status: 502, path: EMPLOYMENTS, times: 7 }]);
    const { account, time } = openSandbox(sandbox);
    expect(idsOf(await readAll(account)).size).toBe(FEW_PEOPLE);
    expect(time.waits.length).toBe(7);
  });

  const failingEmployments = (ids: readonly string[], status: number): Fault[] =>
    ids.map((id) => ({ kind: "status", status, path: `/v2/persons/${id}/` }));

  test.each([403, 404, 503])(
    "employments of one to three people that fail with %i do not block the others",
    async (status) => {
      const sandbox = await startedSmall;
      const ids = (await readAll(openSandbox(sandbox).account)).map(({ id }) => id).slice(0, 3);
      await sandbox.admin.setFaults(failingEmployments(ids, status));
      const pages = await Array.fromAsync(openSandbox(sandbox).account.readEmployees());
      expect(pages.flatMap(({ employees }) => employees)).toHaveLength(FEW_PEOPLE - 3);
      const unread = pages.flatMap((page) => page.unread ?? []);
      expect(unread.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      expect(unread[0]?.reason.message).toContain(`found ${status}`);
    },
  );

  test.each<[string, Omit<Fault, "path">]>([
    ["refused", { kind: "status", status: 403 } as Fault],
    ["answered with a page", { kind: "html" } as Fault],
  ])(
    "employments of any number of people that are %s at once do not block the others",
    async (_how, fault) => {
      const sandbox = await startedSmall;
      const ids = (await readAll(openSandbox(sandbox).account)).map(({ id }) => id).slice(0, FEW_PEOPLE - 1);
      await sandbox.admin.setFaults(ids.map((id) => ({ ...fault, path: `/v2/persons/${id}/` }) as Fault));
      const pages = await Array.fromAsync(openSandbox(sandbox).account.readEmployees());
      expect(pages.flatMap(({ employees }) => employees)).toHaveLength(1);
      expect(pages.flatMap((page) => page.unread ?? [])).toHaveLength(FEW_PEOPLE - 1);
    },
  );

  test("the refused employments of a whole later page do not block the others", async () => {
    const sandbox = await started;
    const read = await Array.fromAsync(openSandbox(sandbox).account.readEmployees());
    const ids = read.at(-1)?.employees.map(({ id }) => id) ?? [];
    await sandbox.admin.setFaults(failingEmployments(ids, 403));
    const pages = await Array.fromAsync(openSandbox(sandbox).account.readEmployees());
    expect(pages.map(({ employees }) => employees.length)).toEqual([50, 50, 0]);
    expect(pages.at(-1)?.unread).toHaveLength(ids.length);
  });

  test("A5: persistent failures of four people's employments look like an outage and fail the run", async () => {
    const sandbox = await startedSmall;
    const ids = (await readAll(openSandbox(sandbox).account)).map(({ id }) => id).slice(0, 4);
    await sandbox.admin.setFaults(failingEmployments(ids, 503));
    await expect(readAll(openSandbox(sandbox).account)).rejects.toMatchObject({
      code: "PERSONIO_UNAVAILABLE",
      message: expect.stringMatching(
        /GET .v2.persons.\d+.employments.limit=1: expected 200, found 503, after/,
      ),
    });
  });

  test("a rate limit at one person's employment fails the run", async () => {
    const sandbox = await startedSmall;
    const [first] = await readAll(openSandbox(sandbox).account);
    await sandbox.admin.setFaults(failingEmployments([first?.id ?? ""], 429));
    await expect(readAll(openSandbox(sandbox).account)).rejects.toMatchObject({
      code: "PERSONIO_RATE_LIMITED",
    });
  });

  test("a credential that is refused at one person's employment fails the run", async () => {
    const sandbox = await startedSmall;
    const { account } = openSandbox(sandbox);
    const [first] = await readAll(account);
    await sandbox.admin.setFaults([
      ...failingEmployments([first?.id ?? ""], 401),
      { kind: "status", status: 401, path: "/v2/auth/token" },
    ]);
    await expect(readAll(account)).rejects.toMatchObject({ code: "PERSONIO_CREDENTIALS_INVALID" });
  });

  test("a person without a readable id is counted, and the page has a doubt", async () => {
    const sandbox = await startedSmall;
    const [first] = await readAll(openSandbox(sandbox).account);
    for (const record of [{ id: null }, {}, null, "x", []]) {
      await sandbox.admin.setFaults([{ kind: "odd-record", employees: [first?.id ?? ""], record }]);
      const pages = await Array.fromAsync(openSandbox(sandbox).account.readEmployees());
      expect(pages.flatMap(({ employees }) => employees)).toHaveLength(FEW_PEOPLE - 1);
      expect(pages[0]?.doubt).toBe("1 records had no readable id");
    }
  });

  test("a lowered page limit applies to persons and to the lists of names", async () => {
    const sandbox = await startedSmall;
    await sandbox.admin.setFaults([{ kind: "page-limit", max: 7 }]);
    const { account } = openSandbox(sandbox);
    await sandbox.admin.clearRequests();
    expect(idsOf(await readAll(account)).size).toBe(FEW_PEOPLE);
    expect(await askedFor(sandbox.admin)).toMatchObject({ "/v2/persons": Math.ceil(FEW_PEOPLE / 7) + 1 });
  });

  test.each([
    ["A9", { kind: "cut-body", times: 2 }],
    ["A9", { kind: "wrong-content-length", times: 2 }],
  ] as const)("%s: a broken page is retried: %j", async (_row, fault) => {
    const sandbox = await startedSmall;
    await sandbox.admin.setFaults([{ ...fault, path: "/v2/persons" }]);
    expect(idsOf(await readAll(openSandbox(sandbox).account)).size).toBe(FEW_PEOPLE);
  });

  test.each([
    ["A10", { kind: "html" }, "UPSTREAM_BAD_CONTENT_TYPE"],
    ["A15", { kind: "redirect", location: "http://169.254.169.254/" }, "REDIRECT_REFUSED"],
    ["A12", { kind: "self-pointing-next" }, "PAGINATION_LOOP"],
    ["a link elsewhere", { kind: "foreign-next", origin: "http://169.254.169.254" }, "REDIRECT_REFUSED"],
  ] as const)("%s ends the read at once", async (_row, fault, kind) => {
    const sandbox = await started;
    await sandbox.admin.setFaults([{ ...fault, path: PERSONS }]);
    const { account, time } = openSandbox(sandbox);
    await expect(readAll(account)).rejects.toMatchObject({
      code: "PERSONIO_UNAVAILABLE",
      message: expect.stringMatching(new RegExp(`^GET /v2/persons.*${kind}`)),
    });
    expect(time.waits).toEqual([]);
  });

  test("a link without scheme and host is followed on Personio's origin", async () => {
    const sandbox = await started;
    await sandbox.admin.setFaults([{ kind: "relative-next" }]);
    expect(idsOf(await readAll(openSandbox(sandbox).account)).size).toBe(PEOPLE);
  });

  test("A7: a repeated page is yielded twice, because the caller compares ids", async () => {
    const sandbox = await started;
    await sandbox.admin.setFaults([{ kind: "repeated-page", path: PERSONS, offset: 50 }]);
    const employees = await readAll(openSandbox(sandbox).account);
    expect(idsOf(employees).size).toBe(employees.length - 50);
  });

  test("A13: a value that stops coming during a read is missing, not empty", async () => {
    const sandbox = await startedSmall;
    await sandbox.admin.setFaults([{ kind: "missing-attributes", attributes: ["supervisor", "email"] }]);
    for (const { attributes } of await readAll(openSandbox(sandbox).account)) {
      expect(attributes).not.toHaveProperty("supervisor");
      expect(attributes).not.toHaveProperty("email");
      expect(attributes).toHaveProperty("status");
    }
  });

  test("the reader accepts other spellings", async () => {
    const sandbox = await startedSmall;
    const usual = await readAll(openSandbox(sandbox).account);
    await sandbox.admin.setFaults([
      { kind: "last-working-date" },
      { kind: "upper-case-types" },
      { kind: "labels" },
    ]);
    expect(await readAll(openSandbox(sandbox).account)).toEqual(usual);
    await sandbox.admin.setRights(WITHOUT_V1);
    expect(await openSandbox(sandbox).account.readAttributes()).toContainEqual({
      key: "dynamic_402193",
      label: "Years of experience",
      type: "integer",
      universalId: null,
      options: [],
    });
  });
});
