import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "../../src/sandbox/api/faults.ts";
import { captureLog } from "../personio/captured-log.ts";
import { createSkippingTime } from "../personio/skipping-time.ts";
import { startSmallServer } from "../personio/small-server.ts";
import { readDirectoryContent, readDirectoryRows } from "../support/directory-rows.ts";
import { eventually } from "../support/eventually.ts";
import { startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";
import { type AdminView, createAdminView, PAGES } from "./support/admin-view.ts";

/**
 * The faults of Personio's side (faults.md, part A), each through the whole service: how the run ends, and
 * that the directory is unchanged. Tests of single responses are in `test/personio/`.
 */

/** Five pages: enough for a fault in the middle. Personio allows small ones, and the process remembers it. */
const PAGE = 10;
const PEOPLE = 5 * PAGE;
const PAGE_COUNT = PEOPLE / PAGE;
const SMALL_PAGES: Fault = { kind: "page-limit", max: PAGE, path: `${PAGES}?` };

// Waits end at once and are recorded, so the test can use the retry policy of production.
const time = createSkippingTime({ random: 0.5 });
const { log, lines } = captureLog();
let service: TestApp;
let view: AdminView;
/** What came before the other tests, which need a connected account. */
let refused: { readonly codes: unknown[]; readonly stored: unknown };
let firstRun: unknown;
beforeAll(async () => {
  service = await startTestApp({ sandbox: { people: PEOPLE }, timing: { time }, log });
  view = createAdminView(service);
  await clearFaults();
  const { errors = [] } = await service.ask(
    `mutation ($clientId: String!, $clientSecret: String!) {
      connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }`,
    credentials("wrong"),
  );
  refused = { codes: errors.map(({ extensions }) => extensions.code), stored: await view.integration() };
  firstRun = await service.connect();
});
afterAll(() => service[Symbol.asyncDispose]());
beforeEach(async () => {
  time.waits.length = 0;
  await service.sandbox.admin.clearRequests();
});
afterEach(() => clearFaults());

const rows = () => readDirectoryRows(service.databaseUrl);
const onPages = (fault: Pick<Fault, "kind"> & Record<string, unknown>): Fault =>
  ({ path: `${PAGES}?`, ...fault }) as Fault;
const setFaults = (...faults: Fault[]) => service.sandbox.admin.setFaults([...faults, SMALL_PAGES]);
const clearFaults = () => setFaults();
const totalWait = (): number => time.waits.reduce((sum, ms) => sum + ms, 0);
const countBrokenLogs = (): number => lines.filter((line) => line.includes("integration broken")).length;

/** Expects a run that fails with this code and failure, and writes no row of the directory. */
async function expectFailed(code: string, named: string): Promise<void> {
  const before = await rows();
  expect(await service.sync()).toMatchObject({
    status: "FAILED",
    problem: { code, message: expect.stringContaining(named) },
    added: 0,
    changed: 0,
    left: 0,
  });
  expect(await rows()).toEqual(before);
}

/** Expects a run that succeeds in spite of a fault: it loses, doubles and rewrites nothing. */
async function expectUndisturbed(): Promise<void> {
  const before = await rows();
  expect(await service.sync()).toMatchObject({
    status: "SUCCEEDED_WITH_SKIPS",
    problem: null,
    added: 0,
    changed: 0,
    left: 0,
    employeesRead: PEOPLE,
  });
  expect(await rows()).toEqual(before);
}

const credentials = (clientSecret: string) => ({
  clientId: service.sandbox.credentials.clientId,
  clientSecret,
});
const replaceCredentials = async (pair: { clientId: string; clientSecret: string }) => {
  await service.sandbox.admin.setCredentials(pair);
  await service.get(
    `mutation ($clientId: String!, $clientSecret: String!) {
      updatePersonioCredentials(clientId: $clientId, clientSecret: $clientSecret) { status } }`,
    pair,
  );
  return untilEnded(service.get);
};

describe("A1: a wrong client secret", () => {
  test("connectPersonio refuses a wrong secret and stores nothing, and accepts the right one after it", () => {
    expect(refused).toEqual({ codes: ["PERSONIO_CREDENTIALS_INVALID"], stored: null });
    expect(firstRun).toMatchObject({ status: "SUCCEEDED_WITH_SKIPS", employeesRead: PEOPLE });
  });

  test("a revoked secret fails a run at once after one sign-in, and breaks the integration with one log line", async () => {
    await service.sandbox.admin.revokeCredentials();
    await expectFailed("PERSONIO_CREDENTIALS_INVALID", "CREDENTIALS_REFUSED");
    expect(await view.countRequests("/v1/auth")).toBe(1);
    expect(time.waits).toEqual([]);
    expect(await view.integration()).toMatchObject({
      status: "BROKEN",
      problem: { code: "PERSONIO_CREDENTIALS_INVALID" },
    });

    await expectFailed("PERSONIO_CREDENTIALS_INVALID", "CREDENTIALS_REFUSED");
    expect(await view.countRequests("/v1/auth")).toBe(2);
    expect(countBrokenLogs()).toBe(1);

    expect(await replaceCredentials(credentials("another"))).toMatchObject({ problem: null });
    expect(await view.integration()).toMatchObject({ status: "CONNECTED", problem: null });
  });
});

test("A2: a run whose secret is revoked in the middle applies nothing, and the run with a new one starts at the first page", async () => {
  const before = await rows();
  const [moved] = await view.peopleWithoutReports(1);
  await service.sandbox.admin.change(moved?.personioId ?? "", { position: "Not visible yet" });
  await setFaults(onPages({ kind: "delay", milliseconds: 600_000, offset: 2 * PAGE }));
  await service.get("mutation { syncPersonio { id } }");
  await eventually(async () => (await view.countRequests(PAGES)) >= 3, { what: "the third page" });
  await service.sandbox.admin.revokeCredentials();
  await clearFaults();
  const run = await untilEnded(service.get);
  expect(run).toMatchObject({ status: "FAILED", problem: { code: "PERSONIO_CREDENTIALS_INVALID" } });
  expect(run.employeesRead).toBeLessThan(PEOPLE);
  expect(await rows()).toEqual(before);
  expect(await view.integration()).toMatchObject({ status: "BROKEN" });

  await service.sandbox.admin.clearRequests();
  await clearFaults();
  expect(await replaceCredentials(credentials("a third"))).toMatchObject({
    changed: 1,
    employeesRead: PEOPLE,
  });
  // Two requests more: the check of the right to read employees, and the first page, which is too large.
  expect(await view.countRequests(PAGES)).toBe(PAGE_COUNT + 2);
});

test("A3: a token that expires in the middle is renewed once, and the page is requested again", async () => {
  await setFaults(onPages({ kind: "token-expired", offset: 3 * PAGE, times: 1 }));
  await service.sandbox.admin.clearRequests();
  await expectUndisturbed();
  // A request for the page behind it may have used the expired token as well.
  expect(await view.countRequests(PAGES)).toBeOneOf([PAGE_COUNT + 1, PAGE_COUNT + 2]);
  expect(await view.countRequests("/v1/auth")).toBe(1);
});

describe("A4: a 429", () => {
  const limited = (retryAfter?: string) =>
    onPages({ kind: "status", status: 429, offset: 2 * PAGE, times: 1, ...(retryAfter && { retryAfter }) });

  test.each([
    { retryAfter: "7", waits: [7_000] },
    { retryAfter: undefined, waits: [1_250] },
    { retryAfter: "-1", waits: [1_250] },
    { retryAfter: "60", waits: [60_000] },
  ])(
    "a 429 with Retry-After $retryAfter is retried after $waits ms, and nothing is lost",
    async ({ retryAfter, waits }) => {
      await setFaults(limited(retryAfter));
      await expectUndisturbed();
      expect(time.waits).toEqual(waits);
    },
  );

  test("a 429 with a date is retried at that date", async () => {
    await setFaults(limited(new Date(Date.now() + 55_000).toUTCString()));
    await expectUndisturbed();
    expect(time.waits).toHaveLength(1);
    expect(totalWait()).toBeGreaterThan(25_000);
    expect(totalWait()).toBeLessThanOrEqual(55_000);
  });

  test.each([
    { retryAfter: () => "7200", hours: 2 },
    { retryAfter: () => new Date(Date.now() + 3 * 3_600_000).toUTCString(), hours: 3 },
    // Three years are not meant: the timetable runs again after a day.
    { retryAfter: () => "99999999", hours: 24 },
  ])(
    "a 429 with more than a minute fails the run, and the next scheduled run is not before $hours h",
    async ({ retryAfter, hours }) => {
      await setFaults(onPages({ kind: "status", status: 429, retryAfter: retryAfter() }));
      await expectFailed("PERSONIO_RATE_LIMITED", "RATE_LIMITED");
      expect(time.waits).toEqual([]);
      expect(await view.integration()).toMatchObject({
        status: "CONNECTED",
        problem: { code: "PERSONIO_RATE_LIMITED" },
      });
      const next = async () =>
        (
          await service.get<{ personioIntegration: { nextSyncAt: string } }>(
            "{ personioIntegration { nextSyncAt } }",
          )
        ).personioIntegration.nextSyncAt;
      const inHours = (await next()) && (Date.parse(await next()) - Date.now()) / 3_600_000;
      expect(inHours).toBeGreaterThan(hours - 0.01);
      expect(inHours).toBeLessThan(hours + 4.1);
      await clearFaults();
      await expectUndisturbed();
    },
  );
});

describe("A5: a server error", () => {
  test.each([500, 502, 503, 504])("a passing %i is retried, and nothing is lost", async (status) => {
    await setFaults(onPages({ kind: "status", status, offset: 3 * PAGE, times: 3 }));
    await expectUndisturbed();
    // Half of a ceiling that doubles: the random factor of each wait is fixed to 0.5 here.
    expect(time.waits).toEqual([250, 500, 1_000]);
  });

  /** Jobs that will run or run again. */
  const openSyncJobs = async (): Promise<number> => {
    const rows = await service.app.database.dataSource.query(
      "select from pgboss.job where name = 'sync' and state < 'completed'",
    );
    return rows.length;
  };

  test("a server error of 60 s fails the run, and the service does not start another one by itself", async () => {
    await setFaults(onPages({ kind: "status", status: 503, offset: 3 * PAGE }));
    const runs = (await view.runs()).length;
    await expectFailed("PERSONIO_UNAVAILABLE", "UPSTREAM_ERROR");
    expect(totalWait()).toBeGreaterThanOrEqual(59_999);
    expect(totalWait()).toBeLessThanOrEqual(60_001);
    const asked = await view.countRequests(PAGES);
    await eventually(async () => (await openSyncJobs()) === 0);
    expect(await view.runs()).toHaveLength(runs + 1);
    expect(await view.countRequests(PAGES)).toBe(asked);

    await clearFaults();
    await expectUndisturbed();
  });
});

describe("A6: a snapshot without people", () => {
  const heldRun = async () => {
    await setFaults({ kind: "empty-company" });
    const before = await rows();
    const present = await view.totalCount();
    const run = await service.sync();
    expect(run).toMatchObject({
      status: "HELD",
      left: present,
      problem: { code: "PERSONIO_SNAPSHOT_EMPTY" },
    });
    expect(await rows()).toEqual(before);
    return run;
  };

  test("a run that reads no people is HELD with all people as leavers, and rejecting it changes nothing", async () => {
    const before = await rows();
    const { id } = await heldRun();
    await service.get("mutation ($id: ID!) { rejectSyncRun(id: $id) { status } }", { id });
    expect((await view.runs())[0]).toEqual({ id, status: "REJECTED" });
    expect(await rows()).toEqual(before);
    await clearFaults();
    await expectUndisturbed();
  });

  test("approving the HELD run makes all people leavers, and they keep their ids when they return", async () => {
    const present = await view.totalCount();
    const [employee] = await view.peopleWithoutReports(1);
    const { id } = await heldRun();
    await service.get("mutation ($id: ID!) { approveSyncRun(id: $id) { status } }", { id });
    expect(await untilEnded(service.get)).toMatchObject({ id, left: present });
    expect(await view.totalCount()).toBe(0);

    await clearFaults();
    expect(await service.sync()).toMatchObject({ added: 0, changed: present, problem: null });
    expect(await view.totalCount()).toBe(present);
    expect(await view.person({ workEmail: employee?.workEmail ?? "" }, "id")).toEqual({ id: employee?.id });
  });
});

describe("A7: a snapshot that does not add up", () => {
  test.each<[string, Fault]>([
    ["page 3 is page 2 again", onPages({ kind: "repeated-page", offset: 2 * PAGE })],
    ["page 4 is missing", onPages({ kind: "missing-page", offset: 3 * PAGE })],
    ["the total shrinks while it is read", onPages({ kind: "shrinking-total", by: 5 })],
  ])(
    "an incomplete snapshot makes no leavers, however often it is read, and the next complete one succeeds: %s",
    async (_name, fault) => {
      const { people } = await rows();
      await setFaults(fault);
      for (const _again of [1, 2]) {
        expect(await service.sync()).toMatchObject({
          status: "SUCCEEDED_WITH_SKIPS",
          added: 0,
          left: 0,
          problem: { code: "PERSONIO_SNAPSHOT_INCOMPLETE" },
        });
        expect((await rows()).people).toEqual(people);
      }
      await clearFaults();
      await expectUndisturbed();
    },
  );
});

describe("A8: a person that paging by offset skips", () => {
  test("a person who is skipped because of an inserted record does not leave", async () => {
    const { people } = await rows();
    await setFaults(onPages({ kind: "duplicate-record", offset: 2 * PAGE }));
    for (const _again of [1, 2]) expect(await service.sync()).toMatchObject({ left: 0 });
    expect((await rows()).people).toEqual(people);
  });

  test("a person who is missing from complete snapshots is looked up by id, and does not leave", async () => {
    const { people } = await rows();
    const [{ personioId } = { personioId: "" }] = await view.peopleWithoutReports(1);
    await setFaults({ kind: "hidden-employees", employees: [personioId] });
    for (const _again of [1, 2, 3]) expect(await service.sync()).toMatchObject({ left: 0, problem: null });
    expect(await view.countRequests(`${PAGES}/${personioId}`)).toBe(2);
    expect((await rows()).people).toEqual(people);
  });
});

describe("A9: a truncated body", () => {
  test.each<Fault["kind"]>(["cut-body", "wrong-content-length"])(
    "a truncated body is requested again: %s",
    async (kind) => {
      await setFaults(onPages({ kind, offset: PAGE, times: 2 }));
      await expectUndisturbed();
      expect(await view.countRequests(PAGES)).toBe(PAGE_COUNT + 2);
    },
  );

  test("a body that is truncated each time fails the run", async () => {
    await setFaults(onPages({ kind: "cut-body", offset: PAGE }));
    await expectFailed("PERSONIO_UNAVAILABLE", "UPSTREAM_BAD_BODY");
  });
});

test("A10: a login page with status 200 fails the run without a retry", async () => {
  await setFaults(onPages({ kind: "html", offset: 3 * PAGE }));
  await expectFailed("PERSONIO_UNAVAILABLE", "UPSTREAM_BAD_CONTENT_TYPE");
  expect(time.waits).toEqual([]);
  // The pages up to the login page, and those of the two behind it whose requests had started.
  const asked = await view.countRequests(PAGES);
  expect(asked).toBeGreaterThanOrEqual(4);
  expect(asked).toBeLessThanOrEqual(6);
});

test("A13: a credential that may no longer read supervisors keeps them all, with a warning", async () => {
  await clearFaults();
  await service.sync();
  const before = await readDirectoryContent(service.databaseUrl);
  const chain = "{ people(first: 100) { edges { node { id supervisor { id } } } } }";
  const supervisors = await service.get(chain);
  const granted = await service.get<{
    personioIntegration: { attributes: { key: string; granted: boolean }[] };
  }>("{ personioIntegration { attributes { key granted } } }");
  const keys = granted.personioIntegration.attributes.filter((attribute) => attribute.granted);
  await service.sandbox.admin.setGrants(keys.map(({ key }) => key).filter((key) => key !== "supervisor"));
  for (const _again of [1, 2])
    expect(await service.sync()).toMatchObject({ changed: 0, left: 0, problem: null });
  expect(await readDirectoryContent(service.databaseUrl)).toEqual(before);
  expect(await service.get(chain)).toEqual(supervisors);
  expect((await view.integration())?.warnings).toEqual([
    { code: "ATTRIBUTE_NOT_READABLE", message: expect.stringContaining("supervisor") },
  ]);

  await service.sandbox.admin.setGrants(null);
  await service.sync();
  expect((await view.integration())?.warnings).toEqual([]);
});

test("A13: custom attributes that may no longer be read are served with their last values", async () => {
  await clearFaults();
  await service.sync();
  const customAttributesQuery =
    "{ people(first: 100) { edges { node { id customAttributes { key label type value } } } } }";
  const before = await service.get<{ people: { edges: { node: { customAttributes: object[] } }[] } }>(
    customAttributesQuery,
  );
  expect(before.people.edges.some(({ node }) => node.customAttributes.length > 0)).toBe(true);
  await service.sandbox.admin.setGrants(["email", "first_name", "last_name", "status"]);
  for (const _again of [1, 2]) expect(await service.sync()).toMatchObject({ changed: 0, left: 0 });
  expect(await service.get(customAttributesQuery)).toEqual(before);
  await service.sandbox.admin.setGrants(null);
  await service.sync();
  expect(await service.get(customAttributesQuery)).toEqual(before);
});

test("A14: a value of a wrong type keeps the last good one, with a ledger row for each field, and the rest syncs", async () => {
  const [one, other] = await view.peopleWithoutReports(2);
  const [id = "", otherId = ""] = [one?.personioId, other?.personioId];
  const fields = "position hireDate department { id } customAttributes { key value }";
  const before = await view.person({ id: one?.id ?? "" }, fields);
  const wrong = (attribute: string, value: object | string): Fault => ({
    kind: "wrong-value",
    attribute,
    value: value as string,
    employees: [id],
  });
  await setFaults(
    wrong("position", { title: "Engineer" }),
    wrong("hire_date", "0000-00-00"),
    wrong("department", "Engineering"),
    wrong("dynamic_402193", "seven"),
    wrong("dynamic_402191", [{ id: 1, name: "German" }]),
  );
  await service.sandbox.admin.change(id, { first_name: "Renamed" });
  await service.sandbox.admin.change(otherId, { position: "Head of Kites" });
  expect(await service.sync()).toMatchObject({ status: "SUCCEEDED_WITH_SKIPS", changed: 2, problem: null });

  expect(await view.person({ id: one?.id ?? "" }, fields)).toEqual(before);
  expect(await view.person({ id: one?.id ?? "" }, "firstName")).toEqual({ firstName: "Renamed" });
  expect(await view.person({ id: other?.id ?? "" }, "position")).toEqual({ position: "Head of Kites" });
  const ledger = await view.ledger(id);
  expect(new Set(ledger.map(({ reason }) => reason))).toEqual(new Set(["INVALID_RECORD"]));
  expect(ledger.map(({ field }) => field).toSorted()).toEqual([
    "department",
    "dynamic_402191",
    "dynamic_402193",
    "hireDate",
    "position",
  ]);

  await setFaults(wrong("dynamic_402193", "7"));
  await service.sync();
  expect(await view.ledger(id)).toEqual([]);
  const { customAttributes } = (await view.person({ id: one?.id ?? "" }, fields)) ?? {};
  expect(customAttributes).toContainEqual({ key: "dynamic_402193", value: 7 });
});

test("A15: a redirect to another host is not followed, and the token is not sent there", async () => {
  await using elsewhere = await startSmallServer((_request, response) => void response.end("{}"));
  await setFaults(
    onPages({ kind: "redirect", location: `${elsewhere.url}/latest/meta-data/`, offset: PAGE }),
  );
  await expectFailed("PERSONIO_UNAVAILABLE", "REDIRECT_REFUSED");
  expect(elsewhere.received).toEqual([]);
  expect(time.waits).toEqual([]);
});
