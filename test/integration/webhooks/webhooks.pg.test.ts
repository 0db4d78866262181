import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startApp } from "../../../src/app.ts";
import { createLogger } from "../../../src/log.ts";
import { readDirectoryRows } from "../../support/directory-rows.ts";
import { eventually } from "../../support/eventually.ts";
import { startTestApp, type TestApp } from "../../support/test-app.ts";
import {
  createWebhook,
  eventAbout,
  lastNameOf,
  listPeople,
  post,
  readState,
  startReachable,
  type Webhook,
  waiting,
  webhookRuns,
} from "./support.ts";

let service: TestApp;
let webhook: Webhook;
let personId: string;
beforeEach(async () => {
  service = await startReachable();
  await service.connect();
  webhook = await createWebhook(service);
  personId = (await listPeople(service))[0]?.personioId ?? "";
});
afterEach(() => service[Symbol.asyncDispose]());

const deliver = (body: string, headers: Record<string, string> = { [webhook.headerName]: webhook.secret }) =>
  post(webhook.url, { headers, body });
const rename = (lastName: string, id = personId) => service.sandbox.admin.change(id, { last_name: lastName });
const untilNamed = (lastName: string, id = personId) =>
  eventually(async () => (await lastNameOf(service, id)) === lastName, {
    timeoutMs: 15_000,
    what: `that ${id} is called ${lastName}`,
  });
const untilNobodyWaits = () =>
  eventually(async () => (await waiting(service)).length === 0, {
    timeoutMs: 20_000,
    what: "that all are read",
  });

/** Does it, and resolves when Personio has made up its answer at this path, seconds before it arrives. */
async function slowly<Result>(
  path: string,
  work: () => Promise<Result>,
): Promise<{ result: Promise<Result> }> {
  const { admin } = service.sandbox;
  await admin.clearRequests();
  await admin.setFaults([{ kind: "delay", milliseconds: 4_000, path, times: 1 }]);
  const result = work();
  const asked = path.replace("?", "");
  await eventually(async () => (await admin.requests()).some((request) => request.path === asked), {
    timeoutMs: 15_000,
    what: `a request for ${asked}`,
  });
  return { result };
}

describe("what HR edits", () => {
  test("shows within seconds, and only whom it is about is read", async () => {
    expect(webhook).toMatchObject({ headerName: "X-Hook-Secret", createdInPersonio: true, help: null });
    const { lastSucceededAt } = await readState(service);
    await rename("Kranich");
    const newcomer = await service.sandbox.admin.hire({ email: "new@nordlicht.example", last_name: "Möwe" });
    await untilNamed("Kranich");
    await untilNamed("Möwe", newcomer);
    await untilNobodyWaits();

    const runs = await webhookRuns(service);
    expect(runs.length).toBeLessThanOrEqual(2);
    for (const run of runs)
      expect(run).toMatchObject({ mode: "INCREMENTAL", status: expect.stringMatching("SUCC") });
    expect(runs.reduce((sum, run) => sum + run.employeesRead, 0)).toBeLessThanOrEqual(4);
    // One person was read: the directory as a whole is no younger for it.
    expect(await readState(service)).toMatchObject({
      lastSucceededAt,
      webhook: { url: webhook.url, lastReceivedAt: expect.any(String) },
    });
  });

  test("while everybody is being read waits for a run of its own", async () => {
    const { result } = await slowly("/v1/company/employees?", () => service.sync());
    await rename("Kranich");
    expect(await result).toMatchObject({ trigger: "MANUAL", problem: null });
    expect(await lastNameOf(service, personId)).not.toBe("Kranich");
    await untilNamed("Kranich");
    await untilNobodyWaits();
    expect(await webhookRuns(service)).toMatchObject([{ mode: "INCREMENTAL", employeesRead: 1 }]);
  });

  test("again while that very person is being read is read again", async () => {
    const { result } = await slowly(`/v1/company/employees/${personId}`, () => rename("Kranich"));
    await rename("Reiher");
    await result;
    await untilNamed("Reiher");
    await untilNobodyWaits();
    expect((await webhookRuns(service)).length).toBe(2);
  });

  test("leaves alone what an admin is to decide about all", async () => {
    await service.sandbox.admin.setFaults([{ kind: "empty-company", path: "/v1/company/employees?" }]);
    const { id } = await service.sync();
    await rename("Kranich");
    await untilNamed("Kranich");
    await untilNobodyWaits();
    expect(
      await service.get(
        `{ personioIntegration { status problem { code } } syncRun(id: "${id}") { status plan { totalCount } } }`,
      ),
    ).toMatchObject({
      personioIntegration: { status: "CONNECTED", problem: { code: "PERSONIO_SNAPSHOT_EMPTY" } },
      syncRun: { status: "HELD", plan: { totalCount: expect.any(Number) } },
    });
  });

  test("of a deleted record is left to full runs", async () => {
    const before = await readDirectoryRows(service.databaseUrl);
    await service.sandbox.admin.remove(personId);
    await service.sandbox.admin.settleWebhooks();
    await eventually(async () => (await webhookRuns(service))[0]?.finishedAt != null, { timeoutMs: 15_000 });
    await untilNobodyWaits();
    expect((await webhookRuns(service))[0]).toMatchObject({ employeesRead: 0, mode: "INCREMENTAL" });
    expect(await readDirectoryRows(service.databaseUrl)).toEqual(before);
  });

  test("of more people than are worth a request each makes a full run", async () => {
    await service.sandbox.admin.setWebhookDelivery(false);
    await rename("Kranich");
    const bodies = Array.from({ length: 201 }, (_, index) => eventAbout(String(900_000_000 + index)));
    const statuses = await Promise.all([...bodies, eventAbout(personId)].map((body) => deliver(body)));
    expect(new Set(statuses)).toEqual(new Set([202]));
    await untilNamed("Kranich");
    await untilNobodyWaits();
    expect((await webhookRuns(service)).map(({ mode }) => mode)).toContain("FULL");
  });

  test("waits on when its run fails, and for the next run of any kind that reads it", async () => {
    await service.sandbox.admin.setFaults([
      { kind: "status", status: 404, path: "/v1/company/employees/attributes" },
    ]);
    await rename("Kranich");
    await eventually(async () => (await webhookRuns(service))[0]?.status === "FAILED", { timeoutMs: 30_000 });
    expect(await waiting(service)).toEqual([personId]);
    const { personioIntegration } = await service.get<{ personioIntegration: object }>(
      "{ personioIntegration { status problem { code } } }",
    );
    expect(personioIntegration).toEqual({ status: "CONNECTED", problem: null });
    await service.sandbox.admin.clearFaults();
    await service.sync();
    expect(await waiting(service)).toEqual([]);
    expect(await lastNameOf(service, personId)).toBe("Kranich");
  });
});

test("a delivery that comes again, late and in the wrong order changes nothing that is not so in Personio", async () => {
  await service.sandbox.admin.setWebhookDelivery(false);
  await rename("Kranich");
  await rename("Reiher");
  const sending = { webhook: await webhookId(), copies: 3, order: "reversed" } as const;
  expect(new Set(await service.sandbox.admin.sendWebhooks(sending))).toEqual(new Set([202]));
  await untilNamed("Reiher");
  await untilNobodyWaits();

  const before = await readDirectoryRows(service.databaseUrl);
  const runs = (await webhookRuns(service)).length;
  await service.sandbox.admin.sendWebhooks({ webhook: await webhookId(), copies: 2 });
  await eventually(async () => (await webhookRuns(service)).length > runs, { timeoutMs: 15_000 });
  await untilNobodyWaits();
  expect(await readDirectoryRows(service.databaseUrl)).toEqual(before);
});

/** Personio's id of the webhook. */
async function webhookId(): Promise<string> {
  const [row] = await service.app.database.dataSource.query("select personio_id from personio_webhooks");
  return row.personio_id;
}

describe("the webhook", () => {
  test("that is made anew has another address and secret, and the former one is gone on both sides", async () => {
    const former = await webhookId();
    const renewed = await createWebhook(service);
    expect(renewed.url).not.toBe(webhook.url);
    expect(renewed.secret).not.toBe(webhook.secret);
    expect(await deliver(eventAbout(personId))).toBe(404);
    await expect(service.sandbox.admin.sendWebhooks({ webhook: former })).rejects.toThrow();
  });

  test("goes with the account, on both sides", async () => {
    const former = await webhookId();
    await service.get("mutation { disconnectPersonio { id } }");
    expect(await deliver(eventAbout(personId))).toBe(404);
    expect((await readState(service)).webhook).toBeNull();
    await expect(service.sandbox.admin.sendWebhooks({ webhook: former })).rejects.toThrow();
  });

  test("is to be made by hand where the credential may not, and then works all the same", async () => {
    await service.sandbox.admin.setRights({ webhooks: false });
    webhook = await createWebhook(service);
    expect(webhook).toMatchObject({ createdInPersonio: false, help: expect.stringContaining(webhook.url) });
    expect(webhook.help).not.toContain(webhook.secret);
    await rename("Kranich");
    expect(await deliver(eventAbout(personId))).toBe(202);
    await untilNamed("Kranich");
  });

  test("keeps its secret to itself: what is stored is a hash", async () => {
    const rows = await service.app.database.dataSource.query("select * from personio_webhooks");
    expect(JSON.stringify(rows)).not.toContain(webhook.secret);
  });
});

test("what happened while the service was down is caught up with when it starts", async () => {
  // Another process on the same database stands for the one that comes back: the first one keeps its port and hears of nothing.
  await service.sandbox.admin.setWebhookDelivery(false);
  await rename("Kranich");
  await service.sandbox.admin.setWebhookDelivery(true);
  const { http, ...config } = service.config;
  await using _again = await startApp({ ...config, http: { ...http, port: 0 } }, createLogger("silent"));
  await untilNamed("Kranich");
  await untilNobodyWaits();
  expect((await webhookRuns(service))[0]).toMatchObject({ mode: "INCREMENTAL" });
});

test("an account that is read with version 2 follows its webhook too", async () => {
  await service.sandbox.admin.setRights({ v1: false });
  await service.get("mutation { setPersonioApiVersion(version: V2) { id } }");
  await rename("Kranich");
  await untilNamed("Kranich");
  await untilNobodyWaits();
  // The first read by other ids is of everybody.
  expect(await webhookRuns(service)).toMatchObject([{ mode: "FULL" }]);
  await rename("Reiher");
  await untilNamed("Reiher");
  expect((await webhookRuns(service))[0]).toMatchObject({ mode: "INCREMENTAL", employeesRead: 1 });
});

test("no webhook is made where nobody knows how we can be reached", async () => {
  await using unreachable = await startTestApp();
  await unreachable.connect();
  const { errors } = await unreachable.ask<unknown>("mutation { createPersonioWebhook { url } }");
  expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
});
