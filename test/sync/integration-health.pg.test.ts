import { createServer } from "node:net";
import { beforeEach, describe, expect, test } from "vitest";
import { serveIntegration } from "../../src/integration/integration.resolver.ts";
import { eventually } from "../support/eventually.ts";
import { createReadContext, NOON } from "../support/read-context.ts";
import { type Follower, useFollower } from "./support/follower.ts";

const BROKE = "integration broken; the last good directory is still served";
const HEALED = "integration recovered";

const company = useFollower();
let follower: Follower;
beforeEach(async () => {
  follower = company();
  follower.now = NOON;
});

const pass = (hours: number): void => {
  follower.now = new Date(follower.now.getTime() + hours * 3_600_000);
};

const callsTo = async (path: string): Promise<number> =>
  (await follower.sandbox.admin.requests())
    .filter((request) => request.path === path)
    .reduce((sum, { count }) => sum + count, 0);

const timesBroken = async (code: string): Promise<number> => {
  const { values } = (await follower.metrics.registry
    .getSingleMetric("people_integration_broken_total")
    ?.get()) ?? { values: [] };
  return values.find(({ labels }) => labels.code === code)?.value ?? 0;
};

describe("a wrong or revoked secret", () => {
  test("(A1) a revoked secret breaks the integration at once, is logged once, and is tried at most once per back-off step", async () => {
    // The reset sandbox does not know the token of the first sync.
    await follower.syncManually();
    await follower.sandbox.admin.revokeCredentials();
    await follower.sandbox.admin.clearRequests();

    const takenAt: number[] = [];
    for (let hour = 0; hour < 56; hour += 1, pass(1)) {
      const run = await follower.runTimetable();
      if (!run) continue;
      takenAt.push(hour);
      expect(run).toMatchObject({ status: "FAILED", problemCode: "PERSONIO_CREDENTIALS_INVALID" });
      expect(await follower.integration()).toMatchObject({
        status: "BROKEN",
        problemCode: "PERSONIO_CREDENTIALS_INVALID",
        failuresInARow: takenAt.length,
      });
    }

    expect(takenAt).toEqual([0, 1, 3, 7, 15, 31, 55]);
    expect(await callsTo("/v1/auth")).toBe(takenAt.length);
    // The first of these runs found out with its valid token.
    expect(await callsTo("/v1/company/employees/attributes")).toBe(1);
    expect(follower.logged(BROKE)).toBe(1);
    expect(await timesBroken("PERSONIO_CREDENTIALS_INVALID")).toBe(1);
  });

  test("the next scheduled run finds a secret that is valid again, and then no scheduled time is skipped", async () => {
    await follower.sandbox.admin.revokeCredentials();
    await follower.runTimetable();
    await follower.sandbox.admin.setCredentials(follower.sandbox.credentials);
    pass(1);
    expect(await follower.runTimetable()).toMatchObject({ problemCode: null });
    expect(await follower.integration()).toMatchObject({
      status: "CONNECTED",
      problemCode: null,
      failuresInARow: 0,
      lastSucceededAt: follower.now,
    });
    expect(follower.logged(HEALED)).toBe(1);
    expect(await follower.runTimetable()).not.toBeNull();
  });
});

test("the age of the directory starts with its read, however long that takes", async () => {
  const beganAt = follower.now;
  await follower.sandbox.admin.setFaults([
    { kind: "delay", milliseconds: 600_000, path: "/v1/company/employees?" },
  ]);
  const ending = follower.syncManually();
  await eventually(async () => (await follower.underWay())?.status === "RUNNING");
  pass(1);
  await follower.sandbox.admin.clearFaults();
  expect(await ending).toMatchObject({ startedAt: beganAt, finishedAt: follower.now, problemCode: null });
  expect(await follower.integration()).toMatchObject({
    lastSucceededAt: beganAt,
    lastAttemptAt: follower.now,
  });
});

test("after an approval, the age of the directory starts with the second read", async () => {
  const run = await follower.work(await follower.requestRun({ trigger: "MANUAL", dry: true }));
  pass(48);
  await follower.approve(run);
  expect(await follower.work(run)).toMatchObject({ problemCode: null });
  expect((await follower.integration()).lastSucceededAt).toEqual(follower.now);
});

describe("nextSyncAt", () => {
  test("nextSyncAt is the next scheduled run: a BROKEN integration skips some scheduled times", async () => {
    const nextSyncAt = async () => {
      await using request = createReadContext(follower.dataSource, { now: follower.now });
      const context = { ...request.context, syncEveryHours: 1 };
      return serveIntegration(await follower.integration(), context).nextSyncAt?.getTime() ?? 0;
    };
    const soon = (await nextSyncAt()) - follower.now.getTime();
    expect(soon).toBeLessThanOrEqual(3_600_000);

    await follower.sandbox.admin.setFaults([{ kind: "status", status: 503 }]);
    for (const _thrice of [1, 2, 3]) await follower.runTimetable();
    const later = (await nextSyncAt()) - follower.now.getTime();
    // Four hours after the third failure, less a quarter for runs that take their time, and then the next
    // slot.
    expect(later).toBeGreaterThanOrEqual(3.75 * 3_600_000);
    expect(later).toBeLessThan(4.75 * 3_600_000);
    expect((later - soon) % 3_600_000).toBe(0);
  });
});

describe("an outage of Personio", () => {
  test("an outage breaks the integration with the third run in a row, is logged once, and shows the last failure", async () => {
    await follower.sandbox.admin.setFaults([{ kind: "status", status: 503 }]);
    const statuses: string[] = [];
    for (let turn = 0; turn < 3; turn += 1, pass(4)) {
      await follower.runTimetable();
      statuses.push((await follower.integration()).status);
    }
    expect(statuses).toEqual(["CONNECTED", "CONNECTED", "BROKEN"]);
    expect((await follower.integration()).problemMessage).toContain("503");

    follower.moveTo(`http://127.0.0.1:${await findClosedPort()}`);
    const { problemMessage, problemHelp } = (await follower.runTimetable()) ?? {};
    expect(problemMessage).toContain("ECONNREFUSED");
    expect(await follower.integration()).toMatchObject({
      problemCode: "PERSONIO_UNAVAILABLE",
      problemMessage,
      problemHelp,
    });
    expect(follower.logged(BROKE)).toBe(1);
    expect(await timesBroken("PERSONIO_UNAVAILABLE")).toBe(1);
  });

  test("an outage that has ended does not count towards the next one", async () => {
    for (const _twice of [1, 2]) {
      await follower.sandbox.admin.setFaults([{ kind: "status", status: 503 }]);
      await follower.runTimetable();
      await follower.runTimetable();
      await follower.sandbox.admin.clearFaults();
      await follower.runTimetable();
    }
    expect(await follower.integration()).toMatchObject({ status: "CONNECTED", failuresInARow: 0 });
  });

  test("a manual run tries during an outage, and does not postpone the next scheduled one", async () => {
    await follower.sandbox.admin.setFaults([{ kind: "status", status: 503 }]);
    for (const _thrice of [1, 2, 3]) await follower.runTimetable();
    const { lastAttemptAt } = await follower.integration();
    pass(1);
    expect(await follower.runTimetable()).toBeNull();
    expect(await follower.syncManually()).toMatchObject({ status: "FAILED", trigger: "MANUAL" });
    expect(await follower.integration()).toMatchObject({ failuresInARow: 3, lastAttemptAt });

    await follower.sandbox.admin.clearFaults();
    expect(await follower.syncManually()).toMatchObject({ problemCode: null });
    expect(await follower.integration()).toMatchObject({ status: "CONNECTED", failuresInARow: 0 });
  });

  test("(A17) a refused connection ends in a clear status, and scheduled runs try less and less often", async () => {
    follower.moveTo(`http://127.0.0.1:${await findClosedPort()}`);
    for (const _thrice of [1, 2, 3]) await follower.runTimetable();
    const broken = await follower.integration();
    expect(broken).toMatchObject({ status: "BROKEN", problemCode: "PERSONIO_UNAVAILABLE" });
    expect(broken.problemMessage).toContain("ECONNREFUSED");
    expect(broken.problemHelp).toContain("PERSONIO_API_URL");
    pass(3);
    expect(await follower.runTimetable()).toBeNull();
    pass(1);
    expect(await follower.runTimetable()).toMatchObject({ status: "FAILED" });
    pass(4);
    expect(await follower.runTimetable()).toBeNull();

    follower.moveTo(follower.sandbox.url);
    pass(4);
    expect(await follower.runTimetable()).toMatchObject({ problemCode: null });
    expect(await follower.integration()).toMatchObject({ status: "CONNECTED" });
  });
});

describe("a held run", () => {
  test("a held run shows that Personio answers: nothing is broken, and an admin must review the plan", async () => {
    await follower.sandbox.admin.setFaults([{ kind: "status", status: 503 }]);
    for (const _thrice of [1, 2, 3]) await follower.runTimetable();
    await follower.sandbox.admin.setFaults([{ kind: "empty-company" }]);
    expect(await follower.syncManually()).toMatchObject({ status: "HELD" });
    expect(await follower.integration()).toMatchObject({
      status: "CONNECTED",
      failuresInARow: 0,
      problemCode: "PERSONIO_SNAPSHOT_EMPTY",
    });
  });
});

async function findClosedPort(): Promise<number> {
  const server = createServer();
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const address = server.address();
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  await closed.promise;
  return typeof address === "object" && address ? address.port : 0;
}
