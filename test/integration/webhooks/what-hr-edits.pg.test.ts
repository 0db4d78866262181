import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_TENANT_ID } from "../../../src/access/viewer.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import { insertWebhookEvents } from "../../../src/integration/webhooks/webhook-event.repository.ts";
import { readDirectoryRows } from "../../support/directory-rows.ts";
import type { SharedApp } from "../../support/shared-app.ts";
import type { TestApp } from "../../support/test-app.ts";
import {
  type CompanyWithWebhook,
  eventAbout,
  eventuallyInSeconds,
  lastNameOf,
  readState,
  startSharedReachable,
  waitingPeople,
  webhookRuns,
  withWebhook,
} from "./support.ts";

let shared: SharedApp;
beforeAll(async () => {
  shared = await startSharedReachable({ sandbox: { people: 15 } });
});
afterAll(() => shared[Symbol.asyncDispose]());
let company: CompanyWithWebhook;
beforeEach(async () => {
  await shared.resetConnected();
  company = await withWebhook(shared);
});

/**
 * Starts the work, and resolves when Personio has prepared its response at this path, seconds before it
 * arrives.
 */
async function startSlowly<Result>(
  { sandbox: { admin } }: TestApp,
  path: string,
  work: () => Promise<Result>,
): Promise<{ result: Promise<Result> }> {
  await admin.clearRequests();
  await admin.setFaults([{ kind: "delay", milliseconds: 600_000, path, times: 1 }]);
  const result = work();
  const asked = path.replace("?", "");
  await eventuallyInSeconds(
    async () => (await admin.requests()).some((request) => request.path === asked),
    `a request for ${asked}`,
  );
  return { result };
}

describe("what HR edits", () => {
  test("an edit appears within seconds, and only the edited person is read", async () => {
    const { service, webhook, rename, untilNamed, untilAllRead } = company;
    expect(webhook).toMatchObject({ headerName: "X-Hook-Secret", createdInPersonio: true, help: null });
    const { lastSucceededAt } = await readState(service);
    await rename("Kranich");
    const newcomer = await service.sandbox.admin.hire({ email: "new@nordlicht.example", last_name: "Möwe" });
    await untilNamed("Kranich");
    await untilNamed("Möwe", newcomer);
    await untilAllRead();

    const runs = await webhookRuns(service);
    expect(runs.length).toBeLessThanOrEqual(2);
    for (const run of runs)
      expect(run).toMatchObject({ mode: "INCREMENTAL", status: expect.stringMatching("SUCC") });
    expect(runs.reduce((sum, run) => sum + run.employeesRead, 0)).toBeLessThanOrEqual(4);
    // One person was read: the directory as a whole is no more current.
    expect(await readState(service)).toMatchObject({
      lastSucceededAt,
      webhook: { url: webhook.url, lastReceivedAt: expect.any(String) },
    });
  });

  test("an edit does not touch a hold that an admin must decide", async () => {
    const { service, rename, untilNamed, untilAllRead } = company;
    await service.sandbox.admin.setFaults([{ kind: "empty-company", path: "/v1/company/employees?" }]);
    const { id } = await service.sync();
    await rename("Kranich");
    await untilNamed("Kranich");
    await untilAllRead();
    expect(
      await service.get(
        `{ personioIntegration { status problem { code } } syncRun(id: "${id}") { status plan { totalCount } } }`,
      ),
    ).toMatchObject({
      personioIntegration: { status: "CONNECTED", problem: { code: "PERSONIO_SNAPSHOT_EMPTY" } },
      syncRun: { status: "HELD", plan: { totalCount: expect.any(Number) } },
    });
  });

  test("the deletion of a record is left to full runs", async () => {
    const { service, personId, untilAllRead } = company;
    const before = await readDirectoryRows(service.databaseUrl);
    await service.sandbox.admin.remove(personId);
    await service.sandbox.admin.settleWebhooks();
    await eventuallyInSeconds(
      async () => (await webhookRuns(service))[0]?.finishedAt != null,
      "that the run ends",
    );
    await untilAllRead();
    expect((await webhookRuns(service))[0]).toMatchObject({ employeesRead: 0, mode: "INCREMENTAL" });
    expect(await readDirectoryRows(service.databaseUrl)).toEqual(before);
  });

  test("edits of more people than are worth single requests make a full run", async () => {
    const { service, personId, deliver, rename, untilNamed, untilAllRead } = company;
    await service.sandbox.admin.setWebhookDelivery(false);
    await rename("Kranich");
    // Inserted at once: two hundred deliveries may take longer than the seconds that share a run.
    const others = Array.from({ length: 201 }, (_, index) => String(900_000_000 + index));
    await inTenant(service.app.database.dataSource, DEFAULT_TENANT_ID, (manager) =>
      insertWebhookEvents(manager, others),
    );
    expect(await deliver(eventAbout(personId))).toBe(202);
    await untilNamed("Kranich");
    await untilAllRead();
    expect((await webhookRuns(service)).map(({ mode }) => mode)).toContain("FULL");
  });

  test("an edit waits when its run fails, and the next run of any kind that reads it completes it", async () => {
    const { service, personId, rename } = company;
    await service.sandbox.admin.setFaults([
      { kind: "status", status: 400, path: `/v1/company/employees/${personId}` },
    ]);
    await rename("Kranich");
    await eventuallyInSeconds(
      async () => (await webhookRuns(service))[0]?.status === "FAILED",
      "that the run fails",
    );
    expect(await waitingPeople(service)).toEqual([personId]);
    const { personioIntegration } = await service.get<{ personioIntegration: object }>(
      "{ personioIntegration { status problem { code } } }",
    );
    expect(personioIntegration).toEqual({ status: "CONNECTED", problem: null });
    await service.sandbox.admin.clearFaults();
    await service.sync();
    expect(await waitingPeople(service)).toEqual([]);
    expect(await lastNameOf(service, personId)).toBe("Kranich");
  });

  test("an edit during a full read waits for a run of its own", async () => {
    const { service, rename, untilNamed, untilAllRead } = company;
    const sync = () => service.get("mutation { syncPersonio { id } }");
    await startSlowly(service, "/v1/company/employees?", sync);
    await rename("Kranich");
    await service.sandbox.admin.clearFaults();
    await untilNamed("Kranich");
    await untilAllRead();
    const { syncRuns } = await service.get<{ syncRuns: { nodes: object[] } }>(
      "{ syncRuns(first: 2) { nodes { trigger mode changed employeesRead problem { code } } } }",
    );
    expect(syncRuns.nodes).toMatchObject([
      { trigger: "WEBHOOK", mode: "INCREMENTAL", employeesRead: 1 },
      { trigger: "MANUAL", changed: 0, problem: null },
    ]);
  });

  test("an edit of a person who is being read makes another read", async () => {
    const { service, personId, rename, untilNamed, untilAllRead } = company;
    const { result } = await startSlowly(service, `/v1/company/employees/${personId}`, () =>
      rename("Kranich"),
    );
    await rename("Reiher");
    await service.sandbox.admin.clearFaults();
    await result;
    await untilNamed("Reiher");
    await untilAllRead();
    expect((await webhookRuns(service)).length).toBe(2);
  });
});
