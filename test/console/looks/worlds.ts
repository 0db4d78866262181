import { anEvent, emit } from "../../lifecycle/support/log-of-events.ts";
import type { SharedApp } from "../../support/shared-app.ts";
import type { Known } from "./cell.ts";

/** Values that HR may enter: longer than any place for them, without a space, and from right to left. */
const LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
  .repeat(3)
  .slice(0, 200);
const HEBREW = { first_name: "ליאת", last_name: "כהן־אברהמי" };

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";

const day = (days: number): string =>
  new Date(Date.now() + days * 24 * 60 * 60_000).toISOString().slice(0, 10);

type Listed = {
  readonly id: string;
  readonly personioId: string;
  readonly displayName: string;
  readonly directReports: { readonly totalCount: number };
  readonly supervisor: { readonly id: string } | null;
};

async function listActive({ get }: SharedApp): Promise<readonly Listed[]> {
  const { people } = await get<{ people: { nodes: Listed[] } }>(
    `{ people(first: 100, filter: { statuses: [ACTIVE] }) {
      nodes { id personioId displayName directReports(first: 1) { totalCount } supervisor { id } } } }`,
  );
  return people.nodes;
}

/** A company in which each screen has something to show, with names of any length and direction. */
export async function prepareCompany(shared: SharedApp): Promise<Known> {
  await shared.resetConnected();
  const { admin } = shared.sandbox;
  const people = await listActive(shared);
  const [lead] = people.filter(({ directReports, supervisor }) => directReports.totalCount > 1 && supervisor);
  const [mover, leaver] = people.filter(({ directReports }) => directReports.totalCount === 0);
  if (!lead || !mover || !leaver)
    throw new Error("The company needs a lead with a supervisor and two reports, and two people without.");
  await admin.hire({
    first_name: LONG,
    last_name: "Langname",
    email: `${"long".repeat(15)}@${"x".repeat(60)}.example`,
    position: LONG,
    department: LONG,
    office: `Geschäftsstelle ${LONG}`,
    team: LONG,
    hire_date: day(6),
    dynamic_402194: LONG,
    dynamic_402192: `https://example.org/${LONG}`,
    supervisor: lead.personioId,
  });
  await admin.hire({
    ...HEBREW,
    email: "liat@x.example",
    position: "מנהלת מוצר",
    hire_date: day(4),
    supervisor: lead.personioId,
  });
  await admin.hire({ first_name: LONG, last_name: "Ohnemail", email: null });
  await admin.change(mover.personioId, {
    position: "Leiterin der Abteilung für grenzüberschreitende Zusammenarbeit",
    team: "Night shift",
    department: "People & Culture",
    probation_period_end: day(9),
  });
  await admin.terminate(leaver.personioId, day(12));
  await admin.putOnLeave(lead.personioId, { from: day(-3), until: day(30) });
  await shared.sync();
  const longNamed = await idOf(shared, "Langname");
  await emit(shared.app.database.dataSource, [
    anEvent({
      personId: longNamed,
      kind: "PERSON_CHANGED",
      changedFields: ["position", "customAttributes.x"],
    }),
    anEvent({ personId: lead.id, kind: "PERSON_RETURNED", changedFields: null }),
  ]);
  await setUp(shared, longNamed);
  const { syncRuns } = await shared.get<{ syncRuns: { nodes: [{ id: string }] } }>(
    "{ syncRuns(first: 1) { nodes { id } } }",
  );
  return { person: mover.id, longNamed, run: syncRuns.nodes[0].id };
}

/** Entries that administrators have created, with names as long. */
async function setUp({ get, app }: SharedApp, longNamed: string): Promise<void> {
  await get(
    'mutation ($name: String!) { createServiceToken(name: $name, scopes: ["people:read", "people:hr"]) { token } }',
    {
      name: LONG.slice(0, 100),
    },
  );
  const { createScimToken } = await get<{ createScimToken: { token: string } }>(
    "mutation { createScimToken { token } }",
  );
  for (const userName of [`${LONG}@acme.example`, "robot@acme.example"])
    await fetch(`${app.url}/scim/v2/Users`, {
      method: "POST",
      headers: { "content-type": "application/scim+json", authorization: `Bearer ${createScimToken.token}` },
      body: JSON.stringify({ schemas: [USER], userName, active: true }),
    });
  await get("mutation ($id: ID!) { setFallbackApprover(personId: $id) { timeZone } }", {
    id: longNamed,
  });
}

async function idOf({ get }: SharedApp, search: string): Promise<string> {
  const { people } = await get<{ people: { nodes: { id: string }[] } }>(
    "query ($search: String!) { people(first: 1, filter: { search: $search }) { nodes { id } } }",
    { search },
  );
  return people.nodes[0]?.id ?? "";
}

/** Beside that: a sync that waits for a decision, and a credential that Personio refuses. */
export async function prepareTroubles(shared: SharedApp): Promise<Known> {
  const known = await prepareCompany(shared);
  const people = (await listActive(shared)).filter(({ directReports }) => directReports.totalCount === 0);
  for (const { personioId } of people.slice(3, 13)) await shared.sandbox.admin.remove(personioId);
  await shared.sandbox.admin.change(people[14]?.personioId ?? "", { position: LONG });
  const run = await shared.sync();
  if (run.status !== "HELD") throw new Error(`The sync is ${run.status}, but must be HELD.`);
  await shared.sandbox.admin.revokeCredentials();
  await shared.sync();
  return { ...known, run: run.id };
}

/** A setup that waits for its review, with an attribute that the credential may not read. */
export async function prepareReview(shared: SharedApp): Promise<Known> {
  await shared.reset();
  const { admin, credentials } = shared.sandbox;
  await admin.hire({ first_name: LONG, last_name: "Ohnemail", email: null });
  await admin.hire({ ...HEBREW, first_name: LONG, email: "liat@x.example", position: LONG });
  await shared.get(
    "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }",
    credentials,
  );
  return { person: "", longNamed: "", run: "" };
}
