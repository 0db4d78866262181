import { DEFAULT_TENANT_ID } from "../../../src/access/viewer.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import { eventually } from "../../support/eventually.ts";
import { findFreePort } from "../../support/free-port.ts";
import { LOCAL_REACH } from "../../support/local-reach.ts";
import { type SharedApp, startSharedApp } from "../../support/shared-app.ts";
import { startTestApp, type TestApp, type TestAppOptions } from "../../support/test-app.ts";

export type Webhook = {
  readonly url: string;
  readonly headerName: string;
  readonly secret: string;
  readonly createdInPersonio: boolean;
  readonly help: string | null;
};

/** The whole service, at an address that Personio (the sandbox) can reach. */
export const startReachable = async (options: TestAppOptions = {}): Promise<TestApp> =>
  startTestApp(await reachable(options));

/** One for all tests of a file. */
export const startSharedReachable = async (options: TestAppOptions = {}): Promise<SharedApp> =>
  startSharedApp(await reachable(options));

async function reachable(options: TestAppOptions): Promise<TestAppOptions> {
  const port = await findFreePort();
  const reach = { ...LOCAL_REACH, port, publicUrl: `http://127.0.0.1:${port}/` };
  return {
    ...options,
    sandbox: {
      people: 60,
      settings: { webhooks: { urls: "https or loopback", retriesFasterBy: 1 } },
      ...options.sandbox,
    },
    config: { reach, ...options.config },
  };
}

export async function createWebhook({ get }: TestApp): Promise<Webhook> {
  const { createPersonioWebhook } = await get<{ createPersonioWebhook: Webhook }>(
    "mutation { createPersonioWebhook { url headerName secret createdInPersonio help } }",
  );
  return createPersonioWebhook;
}

/** Posts without our headers, and returns the status. */
export async function post(
  url: string,
  { headers = {}, body }: { readonly headers?: Record<string, string>; readonly body: string },
): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  await response.body?.cancel();
  return response.status;
}

export const eventAbout = (personId: string, eventName = "person.updated"): string =>
  JSON.stringify({
    company_id: "1",
    event_name: eventName,
    occurred_at: new Date().toISOString(),
    payload: { person: { id: personId } },
  });

/** The people that the service still has to read again, by Personio's id. */
export const waitingPeople = ({ app }: TestApp): Promise<string[]> =>
  inTenant(app.database.dataSource, DEFAULT_TENANT_ID, async (manager) => {
    const rows: { id: string }[] = await manager.query(
      "select personio_id as id from hook_events order by personio_id",
    );
    return rows.map(({ id }) => id);
  });

export type IntegrationState = {
  readonly lastSucceededAt: string;
  readonly webhook: {
    readonly url: string;
    readonly createdAt: string;
    readonly lastReceivedAt: string | null;
  } | null;
};

export async function readState({ get }: TestApp): Promise<IntegrationState> {
  const { personioIntegration } = await get<{ personioIntegration: IntegrationState }>(
    "{ personioIntegration { lastSucceededAt webhook { url createdAt lastReceivedAt } } }",
  );
  return personioIntegration;
}

export type Listed = { readonly personioId: string; readonly lastName: string; readonly status: string };

export async function listPeople({ get }: TestApp): Promise<Listed[]> {
  const { people } = await get<{ people: { edges: { node: Listed }[] } }>(
    "{ people(first: 100, filter: { statuses: [ACTIVE] }) { edges { node { personioId lastName status } } } }",
  );
  return people.edges.map(({ node }) => node);
}

export async function lastNameOf({ get }: TestApp, personioId: string): Promise<string | undefined> {
  const { people } = await get<{ people: { edges: { node: Listed }[] } }>(
    "{ people(first: 100) { edges { node { personioId lastName status } } } }",
  );
  return people.edges.find(({ node }) => node.personioId === personioId)?.node.lastName;
}

export type Run = {
  readonly trigger: string;
  readonly mode: string;
  readonly status: string;
  readonly employeesRead: number;
  readonly finishedAt: string | null;
};

/** The runs that webhooks caused, newest first. */
export async function webhookRuns({ get }: TestApp): Promise<Run[]> {
  const { syncRuns } = await get<{ syncRuns: { edges: { node: Run }[] } }>(
    "{ syncRuns(first: 50) { edges { node { trigger mode status employeesRead finishedAt } } } }",
  );
  return syncRuns.edges.map(({ node }) => node).filter(({ trigger }) => trigger === "WEBHOOK");
}

/** Deliveries of a few seconds share a run: to ask more often costs more than it finds. */
const POLL_MS = 250;

/** Waits for what a run of a webhook brings. */
export const eventuallyInSeconds = (isSo: () => Promise<boolean>, what: string): Promise<true> =>
  eventually(isSo, { what, everyMs: POLL_MS });

/** A company with a webhook and one of its people, for one test. */
export type CompanyWithWebhook = {
  readonly service: TestApp;
  readonly webhook: Webhook;
  readonly personId: string;
  /** Posts a body as Personio does. */
  deliver(body: string, webhook?: Webhook): Promise<number>;
  rename(lastName: string): Promise<void>;
  untilNamed(lastName: string, id?: string): Promise<unknown>;
  untilAllRead(): Promise<unknown>;
};

/** Creates a webhook for the connected company. */
export async function withWebhook(service: TestApp): Promise<CompanyWithWebhook> {
  const webhook = await createWebhook(service);
  const personId = (await listPeople(service))[0]?.personioId ?? "";
  return {
    service,
    webhook,
    personId,
    deliver: (body, { url, headerName, secret } = webhook) =>
      post(url, { headers: { [headerName]: secret }, body }),
    rename: (lastName) => service.sandbox.admin.change(personId, { last_name: lastName }),
    untilNamed: (lastName, id = personId) =>
      eventuallyInSeconds(
        async () => (await lastNameOf(service, id)) === lastName,
        `that ${id} is called ${lastName}`,
      ),
    untilAllRead: () =>
      eventuallyInSeconds(async () => (await waitingPeople(service)).length === 0, "that all are read"),
  };
}
