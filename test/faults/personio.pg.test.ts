import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "../../src/sandbox/control/faults.ts";
import { captureLog } from "../personio/captured-log.ts";
import { createSkippingTime } from "../personio/skipping-time.ts";
import { startSmallServer } from "../personio/small-server.ts";
import { readDirectoryContent, readDirectoryRows } from "../support/directory-rows.ts";
import { eventually } from "../support/eventually.ts";
import { startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";
import { createLook, type Look, PAGES } from "./support/look.ts";

/**
 * The faults of Personio's side (faults.md, part A), each through the whole service: what the run comes to, and that the
 * directory is what it was. How single bytes are read is tested in `test/personio/`.
 */

/** Five pages: enough that something happens in the middle. */
const PEOPLE = 500;
const PAGE_COUNT = PEOPLE / 100;

// Waits are over at once and are written down, so that the patience is the one of production.
const time = createSkippingTime({ random: 0.5 });
const { log, lines } = captureLog();
let service: TestApp;
let look: Look;
beforeAll(async () => {
  service = await startTestApp({ sandbox: { people: PEOPLE }, timing: { time }, log });
  look = createLook(service);
});
afterAll(() => service[Symbol.asyncDispose]());
beforeEach(async () => {
  time.waits.length = 0;
  await service.sandbox.admin.clearRequests();
});
afterEach(() => service.sandbox.admin.clearFaults());

const rows = () => readDirectoryRows(service.databaseUrl);
const onPages = (fault: Pick<Fault, "kind"> & Record<string, unknown>): Fault =>
  ({ path: `${PAGES}?`, ...fault }) as Fault;
const setFaults = (...faults: Fault[]) => service.sandbox.admin.setFaults(faults);
const totalWait = (): number => time.waits.reduce((sum, ms) => sum + ms, 0);
const newsOfBreaking = (): number => lines.filter((line) => line.includes("integration broken")).length;

/** A run that fails: with which fault, by its name in the problem, and with not one row of the directory written. */
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

/** A run that ends well although something went wrong on the way: nothing is lost, doubled or rewritten. */
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
  test("is refused on connecting, and nothing is stored", async () => {
    const { errors } = await service.ask(
      `mutation ($clientId: String!, $clientSecret: String!) {
        connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }`,
      credentials("wrong"),
    );
    expect(errors?.[0]?.extensions.code).toBe("PERSONIO_CREDENTIALS_INVALID");
    expect(await look.integration()).toBeNull();
    expect(await service.connect()).toMatchObject({ status: "SUCCEEDED_WITH_SKIPS", employeesRead: PEOPLE });
  });

  test("in service fails a run at once with one sign-in, breaks the integration, and is told once", async () => {
    await service.sandbox.admin.revokeCredentials();
    await expectFailed("PERSONIO_CREDENTIALS_INVALID", "CREDENTIALS_REFUSED");
    expect(await look.asked("/v1/auth")).toBe(1);
    expect(time.waits).toEqual([]);
    expect(await look.integration()).toMatchObject({
      status: "BROKEN",
      problem: { code: "PERSONIO_CREDENTIALS_INVALID" },
    });

    await expectFailed("PERSONIO_CREDENTIALS_INVALID", "CREDENTIALS_REFUSED");
    expect(await look.asked("/v1/auth")).toBe(2);
    expect(newsOfBreaking()).toBe(1);

    expect(await replaceCredentials(credentials("another"))).toMatchObject({ problem: null });
    expect(await look.integration()).toMatchObject({ status: "CONNECTED", problem: null });
  });
});

test("A2: a secret revoked in the middle applies nothing, and the run after a new one starts at the first page", async () => {
  const before = await rows();
  const [moved] = await look.somebody(1);
  await service.sandbox.admin.change(moved?.personioId ?? "", { position: "Nobody must see this yet" });
  await setFaults(onPages({ kind: "delay", milliseconds: 600_000, offset: 200 }));
  await service.get("mutation { syncPersonio { id } }");
  await eventually(async () => (await look.asked(PAGES)) >= 3, { what: "the third page" });
  await service.sandbox.admin.revokeCredentials();
  await service.sandbox.admin.clearFaults();
  const run = await untilEnded(service.get);
  expect(run).toMatchObject({ status: "FAILED", problem: { code: "PERSONIO_CREDENTIALS_INVALID" } });
  expect(run.employeesRead).toBeLessThan(PEOPLE);
  expect(await rows()).toEqual(before);
  expect(await look.integration()).toMatchObject({ status: "BROKEN" });

  await service.sandbox.admin.clearRequests();
  await service.sandbox.admin.clearFaults();
  expect(await replaceCredentials(credentials("a third"))).toMatchObject({
    changed: 1,
    employeesRead: PEOPLE,
  });
  // One more looked at whether the new pair may read employees at all.
  expect(await look.asked(PAGES)).toBe(PAGE_COUNT + 1);
});

test("A3: a token that ends in the middle is renewed once, and the page asked for again", async () => {
  await setFaults(onPages({ kind: "token-expired", offset: 300, times: 1 }));
  await service.sandbox.admin.clearRequests();
  await expectUndisturbed();
  // The page behind it may have been under way as well, with the token that has ended.
  expect(await look.asked(PAGES)).toBeOneOf([PAGE_COUNT + 1, PAGE_COUNT + 2]);
  expect(await look.asked("/v1/auth")).toBe(1);
});

describe("A4: a 429", () => {
  const limited = (retryAfter?: string) =>
    onPages({ kind: "status", status: 429, offset: 200, times: 1, ...(retryAfter && { retryAfter }) });

  test.each([
    { says: "7", waits: [7_000] },
    { says: undefined, waits: [1_250] },
    { says: "-1", waits: [1_250] },
    { says: "60", waits: [60_000] },
  ])("that says $says is waited for $waits ms, and nothing is lost", async ({ says, waits }) => {
    await setFaults(limited(says));
    await expectUndisturbed();
    expect(time.waits).toEqual(waits);
  });

  test("that names a date is waited for until then", async () => {
    await setFaults(limited(new Date(Date.now() + 55_000).toUTCString()));
    await expectUndisturbed();
    expect(time.waits).toHaveLength(1);
    expect(totalWait()).toBeGreaterThan(25_000);
    expect(totalWait()).toBeLessThanOrEqual(55_000);
  });

  test.each([
    { says: () => "7200", hours: 2 },
    { says: () => new Date(Date.now() + 3 * 3_600_000).toUTCString(), hours: 3 },
    // Nobody means three years: the timetable comes back after a day.
    { says: () => "99999999", hours: 24 },
  ])(
    "that asks for more than a minute ends the run, and the next turn is not before $hours h",
    async ({ says, hours }) => {
      await setFaults(onPages({ kind: "status", status: 429, retryAfter: says() }));
      await expectFailed("PERSONIO_RATE_LIMITED", "RATE_LIMITED");
      expect(time.waits).toEqual([]);
      expect(await look.integration()).toMatchObject({
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
      await service.sandbox.admin.clearFaults();
      await expectUndisturbed();
    },
  );
});

describe("A5: a server error", () => {
  test.each([500, 502, 503, 504])("%i that passes is waited for, and nothing is lost", async (status) => {
    await setFaults(onPages({ kind: "status", status, offset: 300, times: 3 }));
    await expectUndisturbed();
    // Half of a ceiling that doubles: the waits are drawn by chance, and chance is fixed here.
    expect(time.waits).toEqual([250, 500, 1_000]);
  });

  test("that lasts for 60 s fails the run, which is not started again by itself", async () => {
    await setFaults(onPages({ kind: "status", status: 503, offset: 300 }));
    const runs = (await look.runs()).length;
    await expectFailed("PERSONIO_UNAVAILABLE", "UPSTREAM_ERROR");
    expect(totalWait()).toBeGreaterThanOrEqual(59_999);
    expect(totalWait()).toBeLessThanOrEqual(60_001);
    const asked = await look.asked(PAGES);
    await sleep(1_500);
    expect(await look.runs()).toHaveLength(runs + 1);
    expect(await look.asked(PAGES)).toBe(asked);

    await service.sandbox.admin.clearFaults();
    await expectUndisturbed();
  });
});

describe("A6: an answer of zero people", () => {
  const heldRun = async () => {
    await setFaults({ kind: "empty-company" });
    const before = await rows();
    const present = await look.totalCount();
    const run = await service.sync();
    expect(run).toMatchObject({
      status: "HELD",
      left: present,
      problem: { code: "PERSONIO_SNAPSHOT_EMPTY" },
    });
    expect(await rows()).toEqual(before);
    return run;
  };

  test("is held with everybody in its plan, and rejecting it changes nothing", async () => {
    const before = await rows();
    const { id } = await heldRun();
    await service.get("mutation ($id: ID!) { rejectSyncRun(id: $id) { status } }", { id });
    expect((await look.runs())[0]).toEqual({ id, status: "REJECTED" });
    expect(await rows()).toEqual(before);
    await service.sandbox.admin.clearFaults();
    await expectUndisturbed();
  });

  test("takes everybody out once an admin approves it, and they are the same people when they are back", async () => {
    const present = await look.totalCount();
    const [somebody] = await look.somebody(1);
    const { id } = await heldRun();
    await service.get("mutation ($id: ID!) { approveSyncRun(id: $id) { status } }", { id });
    expect(await untilEnded(service.get)).toMatchObject({ id, left: present });
    expect(await look.totalCount()).toBe(0);

    await service.sandbox.admin.clearFaults();
    expect(await service.sync()).toMatchObject({ added: 0, changed: present, problem: null });
    expect(await look.totalCount()).toBe(present);
    expect(await look.person({ workEmail: somebody?.workEmail ?? "" }, "id")).toEqual({ id: somebody?.id });
  });
});

describe("A7: a snapshot that does not add up", () => {
  test.each<[string, Fault]>([
    ["page 3 is page 2 again", onPages({ kind: "repeated-page", offset: 200 })],
    ["page 4 is missing", onPages({ kind: "missing-page", offset: 300 })],
    ["the total sinks while it is read", onPages({ kind: "shrinking-total", by: 50 })],
  ])(
    "takes nobody out, however often it comes, and the next whole one heals it: %s",
    async (_name, fault) => {
      const { people } = await rows();
      await setFaults(fault);
      for (const _again of [1, 2, 3]) {
        expect(await service.sync()).toMatchObject({
          status: "SUCCEEDED_WITH_SKIPS",
          added: 0,
          left: 0,
          problem: { code: "PERSONIO_SNAPSHOT_INCOMPLETE" },
        });
        expect((await rows()).people).toEqual(people);
      }
      await service.sandbox.admin.clearFaults();
      await expectUndisturbed();
    },
  );
});

describe("A8: a person whom paging by offset jumps over", () => {
  test("because another one slid in before them is not taken out", async () => {
    const { people } = await rows();
    await setFaults(onPages({ kind: "duplicate-record", offset: 200 }));
    for (const _again of [1, 2, 3]) expect(await service.sync()).toMatchObject({ left: 0 });
    expect((await rows()).people).toEqual(people);
  });

  test("in runs that look whole, is asked for by id before anybody believes that they left", async () => {
    const { people } = await rows();
    const [{ personioId } = { personioId: "" }] = await look.somebody(1);
    await setFaults({ kind: "hidden-employees", employees: [personioId] });
    for (const _again of [1, 2, 3]) expect(await service.sync()).toMatchObject({ left: 0, problem: null });
    expect(await look.asked(`${PAGES}/${personioId}`)).toBe(2);
    expect((await rows()).people).toEqual(people);
  });
});

describe("A9: a body that breaks off", () => {
  test.each<Fault["kind"]>(["cut-body", "wrong-content-length"])("is asked for again: %s", async (kind) => {
    await setFaults(onPages({ kind, offset: 100, times: 2 }));
    await expectUndisturbed();
    expect(await look.asked(PAGES)).toBe(PAGE_COUNT + 2);
  });

  test("every time fails the run", async () => {
    await setFaults(onPages({ kind: "cut-body", offset: 100 }));
    await expectFailed("PERSONIO_UNAVAILABLE", "UPSTREAM_BAD_BODY");
  });
});

test("A10: a login page with status 200 fails the run, and is not asked for again", async () => {
  await setFaults(onPages({ kind: "html", offset: 300 }));
  await expectFailed("PERSONIO_UNAVAILABLE", "UPSTREAM_BAD_CONTENT_TYPE");
  expect(time.waits).toEqual([]);
  // Up to the login page, and as many of the two behind it as were under way by then.
  const asked = await look.asked(PAGES);
  expect(asked).toBeGreaterThanOrEqual(4);
  expect(asked).toBeLessThanOrEqual(6);
});

test("A13: a scope that lost the supervisors keeps them all, and warns", async () => {
  await service.sandbox.admin.clearFaults();
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
  expect((await look.integration())?.warnings).toEqual([
    { code: "ATTRIBUTE_NOT_READABLE", message: expect.stringContaining("supervisor") },
  ]);

  await service.sandbox.admin.setGrants(null);
  await service.sync();
  expect((await look.integration())?.warnings).toEqual([]);
});

test("A13: custom attributes that may no longer be read are served as they were, until they are taken out of the mapping", async () => {
  await service.sandbox.admin.clearFaults();
  await service.sync();
  const everybody =
    "{ people(first: 100) { edges { node { id customAttributes { key label type value } } } } }";
  const before = await service.get<{ people: { edges: { node: { customAttributes: object[] } }[] } }>(
    everybody,
  );
  expect(before.people.edges.some(({ node }) => node.customAttributes.length > 0)).toBe(true);
  await service.sandbox.admin.setGrants(["email", "first_name", "last_name", "status"]);
  for (const _again of [1, 2]) expect(await service.sync()).toMatchObject({ changed: 0, left: 0 });
  expect(await service.get(everybody)).toEqual(before);
  await service.sandbox.admin.setGrants(null);
  await service.sync();
  expect(await service.get(everybody)).toEqual(before);
});

test("A14: values of another type keep the last good ones, with a line for each field, and the rest syncs", async () => {
  const [one, other] = await look.somebody(2);
  const [id = "", otherId = ""] = [one?.personioId, other?.personioId];
  const fields = "position hireDate department { id } customAttributes { key value }";
  const before = await look.person({ id: one?.id ?? "" }, fields);
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

  expect(await look.person({ id: one?.id ?? "" }, fields)).toEqual(before);
  expect(await look.person({ id: one?.id ?? "" }, "firstName")).toEqual({ firstName: "Renamed" });
  expect(await look.person({ id: other?.id ?? "" }, "position")).toEqual({ position: "Head of Kites" });
  const ledger = await look.ledger(id);
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
  expect(await look.ledger(id)).toEqual([]);
  const { customAttributes } = (await look.person({ id: one?.id ?? "" }, fields)) ?? {};
  expect(customAttributes).toContainEqual({ key: "dynamic_402193", value: 7 });
});

test("A15: a redirect to another host is not followed, and the token stays here", async () => {
  await using elsewhere = await startSmallServer((_request, response) => void response.end("{}"));
  await setFaults(onPages({ kind: "redirect", location: `${elsewhere.url}/latest/meta-data/`, offset: 100 }));
  await expectFailed("PERSONIO_UNAVAILABLE", "REDIRECT_REFUSED");
  expect(elsewhere.received).toEqual([]);
  expect(time.waits).toEqual([]);
});
