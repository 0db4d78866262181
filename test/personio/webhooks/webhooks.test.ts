import { randomUUID } from "node:crypto";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { NewWebhook, PersonioAccount } from "../../../src/personio/employee.ts";
import type { WebhookEvent } from "../../../src/personio/webhooks/read-webhook-event.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { ALL_RIGHTS, askedFor, openSandbox } from "../open-sandbox.ts";
import { sendJson, startSmallServer } from "../small-server.ts";

const started: Promise<Sandbox> = startSandbox({
  people: 20,
  seed: 1,
  requestsPerMinute: null,
  settings: { webhooks: { urls: "https or loopback" } },
});

beforeEach(async () => {
  const { admin } = await started;
  await admin.clearFaults();
  await admin.setRights(ALL_RIGHTS);
  await admin.clearRequests();
});

afterAll(async () => (await started)[Symbol.asyncDispose]());

const webhook = (more: Partial<NewWebhook> = {}): NewWebhook => ({
  // Personio accepts each address once.
  url: `https://people.example/hooks/personio/${randomUUID()}`,
  description: "People sync",
  headers: { "X-Hook-Secret": "sentinel-hook-secret" },
  events: ["person.created", "person.updated", "person.deleted", "employment.updated"],
  ...more,
});

async function eventsOf(account: PersonioAccount, id: string, since: Date): Promise<WebhookEvent[]> {
  return Array.fromAsync(account.listWebhookEvents(id, { since }));
}

describe("Webhooks", () => {
  test.each(["V1", "V2"] as const)(
    "an account of %s creates an enabled webhook with our headers",
    async (version) => {
      await using receiver = await startSmallServer((_request, response) => {
        response.writeHead(202).end();
      });
      const sandbox = await started;
      const account = openSandbox(sandbox).open({ version });
      const { id } = await account.createWebhook(webhook({ url: `${receiver.url}/hooks/personio/t_1` }));
      const person = await sandbox.admin.hire();
      await sandbox.admin.settleWebhooks();
      expect(
        receiver.received.map(({ headers, body }) => [headers["x-hook-secret"], JSON.parse(body)]),
      ).toContainEqual([
        "sentinel-hook-secret",
        expect.objectContaining({ event_name: "person.created", payload: { person: { id: person } } }),
      ]);
      await account.deleteWebhook(id);
    },
  );

  test("the event log has all later events, delivered or not", async () => {
    const sandbox = await started;
    const { account } = openSandbox(sandbox);
    await sandbox.admin.setWebhookDelivery(false);
    const { id } = await account.createWebhook(webhook());
    const ids: string[] = [];
    for (let hired = 0; hired < 3; hired += 1) ids.push(await sandbox.admin.hire());
    const now = await sandbox.admin.advanceClock({ days: 1 });
    const [first = ""] = ids;
    await sandbox.admin.change(first, { last_name: "Changed" });

    const all = await eventsOf(account, id, new Date(Date.parse(now) - 3 * 24 * 60 * 60_000));
    const createdIds = all
      .filter(({ eventName }) => eventName === "person.created")
      .map(({ personId }) => personId);
    expect(createdIds.toSorted()).toEqual(ids.toSorted());
    const late = await eventsOf(account, id, new Date(now));
    expect(late).toMatchObject([{ eventName: "person.updated", personId: first, employmentId: null }]);
    await sandbox.admin.setWebhookDelivery(true);
  });

  test("the event log is read page by page", async () => {
    const entry = (number: number) => ({
      company_id: "1",
      event_name: "person.updated",
      occurred_at: "2026-11-20T08:31:07Z",
      payload: { person: { id: `${number}` } },
    });
    await using server = await startSmallServer((request, response) => {
      if (request.url === "/v2/auth/token")
        return sendJson(response, { access_token: "papi-1", expires_in: 60 });
      const isLast = request.url.includes("cursor=");
      const next = isLast ? {} : { next: { href: "/v2/webhooks/w1/events?cursor=c" } };
      const _data = isLast ? [entry(3), { odd: true }] : [entry(1), entry(2)];
      sendJson(response, { _data, _meta: { links: next } });
    });
    const { account, lines } = openSandbox({ ...(await started), url: server.url });
    const events = await eventsOf(account, "w1", new Date("2026-11-20T08:00:00Z"));
    expect(events.map(({ personId }) => personId)).toEqual(["1", "2", "3"]);
    expect(server.received.slice(1).map(({ url }) => url)).toEqual([
      "/v2/webhooks/w1/events?occurred_at.gte=2026-11-20T08%3A00%3A00.000Z&limit=100",
      "/v2/webhooks/w1/events?cursor=c",
    ]);
    // Unreadable entries are skipped and logged.
    expect(lines.join("")).toContain('"unreadable":1');
  });

  test("a webhook can be deleted twice", async () => {
    const sandbox = await started;
    const { account } = openSandbox(sandbox);
    const { id } = await account.createWebhook(webhook());
    await account.deleteWebhook(id);
    await account.deleteWebhook(id);
    await expect(eventsOf(account, id, new Date())).rejects.toMatchObject({
      code: "PERSONIO_UNAVAILABLE",
      message: expect.stringContaining("WEBHOOK_MISSING"),
      help: expect.stringContaining("Create it again"),
    });
  });

  test("requests name a webhook only by its id", async () => {
    await using server = await startSmallServer((request, response) =>
      request.url === "/v2/auth/token"
        ? sendJson(response, { access_token: "papi-1", expires_in: 60 })
        : sendJson(response, {}),
    );
    const { account } = openSandbox({ ...(await started), url: server.url });
    await account.deleteWebhook("../persons/7?x=1");
    expect(server.received[1]).toMatchObject({
      method: "DELETE",
      url: "/v2/webhooks/..%2Fpersons%2F7%3Fx%3D1",
    });
  });

  test("a refused webhook is an error that explains what to do", async () => {
    const sandbox = await started;
    const { account } = openSandbox(sandbox);
    await expect(
      account.createWebhook(webhook({ url: "http://people.example/hooks" })),
    ).rejects.toMatchObject({
      code: "PERSONIO_UNAVAILABLE",
      message: expect.stringMatching(/^POST \/v2\/webhooks: expected 200, found 422 \(WEBHOOK_REFUSED\)/),
      help: expect.stringContaining("PUBLIC_URL"),
    });
    await sandbox.admin.setRights({ webhooks: false });
    await expect(account.createWebhook(webhook())).rejects.toMatchObject({
      code: "PERSONIO_ACCESS_MISSING",
      help: expect.stringContaining('tick "Webhooks: Read and Write"'),
    });
    await expect(account.deleteWebhook("7f6c2d10-3a41-4f2c-9c57-5be0d9f6a0c3")).rejects.toMatchObject({
      code: "PERSONIO_ACCESS_MISSING",
    });
  });

  test("creating a webhook is not retried, because the first request may have succeeded", async () => {
    const sandbox = await started;
    const { account, time } = openSandbox(sandbox);
    await sandbox.admin.setFaults([{ kind: "status", status: 503, path: "/v2/webhooks" }]);
    await expect(account.createWebhook(webhook())).rejects.toMatchObject({ code: "PERSONIO_UNAVAILABLE" });
    expect(await askedFor(sandbox.admin)).toMatchObject({ "/v2/webhooks": 1 });
    expect(time.waits).toEqual([]);

    // The rate limit rejected it: nothing was created.
    await sandbox.admin.setFaults([{ kind: "status", status: 429, path: "/v2/webhooks", times: 1 }]);
    await account.createWebhook(webhook());
    // A deletion may be retried.
    await sandbox.admin.setFaults([{ kind: "status", status: 503, path: "/v2/webhooks/", times: 2 }]);
    await account.deleteWebhook("7f6c2d10-3a41-4f2c-9c57-5be0d9f6a0c3");
    expect(time.waits).toHaveLength(3);
  });

  test.each([{ id: "w-1" }, { _data: { id: "w-1" } }, { data: { id: "w-1" } }])(
    "the id of a new webhook is found in %j",
    async (body) => {
      await using server = await startSmallServer((request, response) =>
        request.url === "/v2/auth/token"
          ? sendJson(response, { access_token: "papi-1", expires_in: 60 })
          : sendJson(response, body, 201),
      );
      const { account } = openSandbox({ ...(await started), url: server.url });
      const url = "https://people.example/hooks/personio/t_1";
      expect(await account.createWebhook(webhook({ url }))).toEqual({ id: "w-1" });
      expect(JSON.parse(server.received[1]?.body ?? "")).toEqual({
        url,
        description: "People sync",
        status: "ENABLED",
        auth_type: "CUSTOM",
        custom_headers: { "X-Hook-Secret": "sentinel-hook-secret" },
        enabled_events: ["person.created", "person.updated", "person.deleted", "employment.updated"],
      });
    },
  );

  test("a failed creation keeps the secret out of errors and logs", async () => {
    const sandbox = await started;
    const { account, lines } = openSandbox(sandbox);
    const refused = { url: "http://sentinel.example", description: "sentinel" };
    const error = await account.createWebhook(webhook(refused)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(`${error}${JSON.stringify(error)}${lines.join("")}`).not.toContain("sentinel");
    expect(lines.length).toBeGreaterThan(0);
  });
});
