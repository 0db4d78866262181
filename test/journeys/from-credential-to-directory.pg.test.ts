import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";

/** One story in order: an admin enters a credential, reviews, finishes, and people find each other. */
let service: TestApp;
beforeAll(async () => {
  service = await startTestApp();
});
afterAll(() => service[Symbol.asyncDispose]());

const CONNECT = `mutation ($clientId: String!, $clientSecret: String!) {
  connectPersonio(clientId: $clientId, clientSecret: $clientSecret) {
    status clientId problem { code } nextSyncAt
    attributes { key granted neededFor missingHelp } fieldMapping { personField personioAttribute }
  }
}`;

type Connected = {
  connectPersonio: {
    status: string;
    clientId: string;
    problem: { code: string } | null;
    nextSyncAt: string | null;
    attributes: { key: string; granted: boolean; neededFor: string[]; missingHelp: string | null }[];
    fieldMapping: { personField: string; personioAttribute: string | null }[];
  };
};

test("before the first connection there is no integration, the directory is empty, and a sync is refused", async () => {
  expect(await service.get("{ personioIntegration { id } people { totalCount edges { cursor } } }")).toEqual({
    personioIntegration: null,
    people: { totalCount: 0, edges: [] },
  });
  const { errors } = await service.ask("mutation { syncPersonio { id } }");
  expect(errors?.[0]?.extensions.code).toBe("PERSONIO_NOT_CONNECTED");
});

test("a wrong pair is refused with the reason, and nothing is stored", async () => {
  const { errors } = await service.ask(CONNECT, {
    clientId: "sandbox-client",
    clientSecret: "sec-wrong-9a44",
  });
  expect(errors?.[0]?.extensions.code).toBe("PERSONIO_CREDENTIALS_INVALID");
  expect(errors?.[0]?.extensions.help).toContain("Personio");
  expect(JSON.stringify(errors)).not.toContain("sec-wrong-9a44");
  expect(await service.get("{ personioIntegration { id } }")).toEqual({ personioIntegration: null });
});

test("a good pair awaits review and shows the granted attributes and the effect of missing ones", async () => {
  await service.sandbox.admin.setGrants([
    "first_name",
    "last_name",
    "email",
    "status",
    "position",
    "department",
  ]);
  const { connectPersonio } = await service.get<Connected>(CONNECT, service.sandbox.credentials);
  expect(connectPersonio).toMatchObject({
    status: "AWAITING_REVIEW",
    clientId: "sandbox-client",
    problem: null,
  });
  expect(connectPersonio.nextSyncAt).toBeNull();

  const supervisor = connectPersonio.attributes.find(({ key }) => key === "supervisor");
  expect(supervisor).toMatchObject({ granted: false, neededFor: ["supervisor"] });
  expect(supervisor?.missingHelp).toContain("Supervisor");
  const mapped = connectPersonio.fieldMapping.find(({ personField }) => personField === "position");
  expect(mapped).toEqual({ personField: "position", personioAttribute: "position" });
});

test("connecting again with all attributes granted previews all people with their final values", async () => {
  await service.sandbox.admin.setGrants(null);
  await service.get(CONNECT, service.sandbox.credentials);
  const preview = await untilPreviewReady();
  const { present } = await service.sandbox.admin.summary();
  expect(preview.peopleCount).toBe(present);
  expect(preview.people).toHaveLength(20);
  expect(preview.people.some(({ supervisor }) => supervisor !== null)).toBe(true);
  expect(
    preview.people.every(({ department, workEmail }) => department !== null && workEmail.includes("@")),
  ).toBe(true);
  expect(preview.skipped.map(({ reason }) => reason)).toContain("STATUS_EXCLUDED");
  expect(preview.peopleCount + preview.skippedCount).toBe(60);
});

test("no person is imported before the setup is finished", async () => {
  expect(await service.get("{ people { totalCount } }")).toEqual({ people: { totalCount: 0 } });
});

test("finishing accepts the proposal and connects, and the first run adds all people", async () => {
  const { finishPersonioSetup } = await service.get<{ finishPersonioSetup: object }>(
    "mutation { finishPersonioSetup { status connectedAt nextSyncAt preview { ready } } }",
  );
  expect(finishPersonioSetup).toMatchObject({ status: "CONNECTED", preview: null });
  expect(finishPersonioSetup).toHaveProperty("nextSyncAt", expect.any(String));

  const run = await untilEnded(service.get);
  const { present } = await service.sandbox.admin.summary();
  expect(run).toMatchObject({
    status: "SUCCEEDED_WITH_SKIPS",
    trigger: "SETUP",
    added: present,
    skipped: 60 - present,
    employeesRead: 60,
    employeesTotal: 60,
    problem: null,
  });
  const { people, personioIntegration, syncRun } = await service.get<{
    people: { totalCount: number };
    personioIntegration: { lastSucceededAt: string };
    syncRun: { startedAt: string };
  }>(
    `{ people { totalCount } personioIntegration { lastSucceededAt } syncRun(id: "${run.id}") { startedAt } }`,
  );
  expect(people.totalCount).toBe(present);
  // The age counts from the beginning of the read.
  expect(personioIntegration.lastSucceededAt).toBe(syncRun.startedAt);
});

test("people are served with department, office, supervisor, dates and custom attributes", async () => {
  const { people } = await service.get<{
    people: { edges: { node: Record<string, unknown> }[] };
  }>(`{ people(first: 100) { edges { node {
    workEmail employeeId displayName status hireDate birthday department { name headcount } office { name } legalEntity { name }
    supervisor { displayName } customAttributes { label type value }
  } } } }`);
  const everyField = people.edges.find(({ node }) => Object.values(node).every((value) => value !== null));
  expect(everyField?.node.customAttributes).toEqual(
    expect.arrayContaining([expect.objectContaining({ label: "T-shirt size", type: "LIST" })]),
  );
  expect(everyField?.node.birthday).toMatch(/^\d\d-\d\d$/);
});

async function untilPreviewReady() {
  for (;;) {
    const { personioIntegration } = await service.get<{
      personioIntegration: {
        preview: {
          ready: boolean;
          peopleCount: number;
          skippedCount: number;
          people: { supervisor: string | null; department: string | null; workEmail: string }[];
          skipped: { reason: string }[];
        };
      };
    }>(`{ personioIntegration { preview { ready peopleCount skippedCount
      people { personioId workEmail displayName position department office supervisor status hireDate }
      skipped { personioId name reason field message help firstSeenAt lastSeenAt } } } }`);
    if (personioIntegration.preview.ready) return personioIntegration.preview;
  }
}
