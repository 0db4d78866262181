import { beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../src/demo/client.ts";
import { connectIdentityProvider } from "../../src/demo/identity-provider.ts";
import type { ListedUser } from "../../src/sandbox/admin.ts";
import { eventually } from "../support/eventually.ts";
import { useSharedApp } from "../support/shared-app.ts";

/**
 * HR keeps departments, and the identity provider keeps titles. First Personio decides about both; then the
 * company lets the identity provider decide about titles, and hides a field.
 */

const DAY_MS = 86_400_000;

const service = useSharedApp();
const idp = () => service().sandbox.admin.idp;

type FieldSource = { field: string; source: string; since: string; other: unknown };
type Person = {
  id: string;
  workEmail: string | null;
  position: string | null;
  employeeId: string | null;
  department: { name: string } | null;
  fieldSources: FieldSource[];
};

async function people(): Promise<Person[]> {
  const answer = await service().get<{ people: { nodes: Person[] } }>(`{ people(first: 100) { nodes {
    id workEmail position employeeId department { name } fieldSources { field source since other }
  } } }`);
  return answer.people.nodes;
}

const sourceOf = ({ fieldSources }: Person, name: string): FieldSource | undefined =>
  fieldSources.find(({ field }) => field === name);

type Event = { person: { id: string }; changedFields: string[] };
async function changes(): Promise<Event[]> {
  const answer = await service().get<{ lifecycleEvents: { nodes: Event[] } }>(
    `{ lifecycleEvents(first: 100, kinds: [PERSON_CHANGED]) { nodes { person { id } changedFields } } }`,
  );
  return answer.lifecycleEvents.nodes;
}

/** The accounts of people of the directory, by their person's id. */
async function accounts(): Promise<Map<string, ListedUser>> {
  const byAddress = new Map(
    (await idp().users()).map((user) => [(user.email ?? user.userName).toLowerCase(), user]),
  );
  return new Map(
    (await people()).flatMap(({ id, workEmail }) => {
      const user = byAddress.get(workEmail ?? "");
      return user ? [[id, user] as const] : [];
    }),
  );
}

async function connectProvider(): Promise<void> {
  const { createScimToken } = await service().get<{ createScimToken: { token: string } }>(
    "mutation { createScimToken { token } }",
  );
  await idp().connect({ url: `${service().app.url}/scim/v2`, token: createScimToken.token });
  await idp().settle();
}

beforeAll(async () => {
  await service().resetConnected();
  await connectProvider();
});

describe("a company whose titles come from its identity provider", () => {
  test("at first Personio decides, and each difference is there to read", async () => {
    const users = await accounts();
    const before = await people();
    expect(await changes()).toEqual([]);
    const differing = before.filter(({ id, position }) => {
      const title = users.get(id)?.title;
      return title != null && title !== position;
    });
    expect(differing.length).toBeGreaterThan(3);
    for (const person of differing) {
      expect(sourceOf(person, "position")).toMatchObject({
        source: "PERSONIO",
        other: users.get(person.id)?.title,
      });
      expect(sourceOf(person, "department")?.source).toBe("PERSONIO");
    }
  });

  test("with the other order the whole directory follows, with an event for each title that changes", async () => {
    const users = await accounts();
    const before = await people();
    await service().get(
      `mutation { setPeopleField(name: "position", sources: [IDP, PERSONIO]) { sources } }`,
    );
    const { syncRuns } = await eventually(async () => {
      const answer = await service().get<{
        syncRuns: {
          nodes: { trigger: string; status: string; finishedAt: string | null; changed: number }[];
        };
      }>("{ syncRuns(first: 1) { nodes { trigger status finishedAt changed } } }");
      return answer.syncRuns.nodes[0]?.trigger === "SETTINGS" && answer.syncRuns.nodes[0].finishedAt
        ? answer
        : false;
    });
    const after = await people();
    const differing = before.filter(({ id, position }) => {
      const title = users.get(id)?.title;
      return title != null && title !== position;
    });
    expect(syncRuns.nodes[0]).toMatchObject({
      status: "SUCCEEDED_WITH_SKIPS",
      changed: differing.length,
    });
    for (const person of after) {
      const user = users.get(person.id);
      const former = before.find(({ id }) => id === person.id);
      expect(person.position).toBe(user?.title ?? former?.position);
      expect(person.department).toEqual(former?.department);
      expect(sourceOf(person, "position")?.source).toBe(user?.title ? "IDP" : "PERSONIO");
    }
    const emitted = await changes();
    expect(emitted.map(({ person }) => person.id).sort()).toEqual(differing.map(({ id }) => id).sort());
    expect(emitted.every(({ changedFields }) => changedFields.join() === "position")).toBe(true);
  });

  test("a title that changes at the identity provider changes the person at once", async () => {
    const [id, user] = [...(await accounts())].find(([, { title }]) => title) ?? [];
    const known = (await changes()).length;
    await idp().changeUser(user!.id, { title: "Head of Everything" });
    await idp().settle();

    const person = (await people()).find((one) => one.id === id);
    expect(person?.position).toBe("Head of Everything");
    expect(sourceOf(person!, "position")).toMatchObject({ source: "IDP", other: expect.any(String) });
    expect((await changes()).slice(known)).toEqual([{ person: { id }, changedFields: ["position"] }]);
  });

  test("a deactivated account changes nothing about the person", async () => {
    const [id, user] = [...(await accounts())].find(([, { title }]) => title === "Head of Everything") ?? [];
    await idp().deactivateUser(user!.id);
    await idp().settle();
    expect((await people()).find((one) => one.id === id)?.position).toBe("Head of Everything");
  });

  test("a hidden field is gone from the graph and from the tables", async () => {
    expect((await people()).some(({ employeeId }) => employeeId)).toBe(true);
    await service().get(`mutation { setPeopleField(name: "employeeId", visible: false) { visible } }`);
    await eventually(async () => (await people()).every(({ employeeId }) => employeeId === null));
    const stored = () =>
      service().app.database.dataSource.query("SELECT 1 FROM people WHERE employee_id IS NOT NULL LIMIT 1");
    await eventually(async () => (await stored()).length === 0);
  });
});

test("the demo shows one person with a title of the identity provider and a department of Personio, and hides a field", async () => {
  await service().resetConnected();
  const { url } = service().app;
  const lines: string[] = [];
  const graph = createClient(`${url}/graphql`, { isStopping: () => false });
  const options = { idp: idp(), url: `${url}/scim/v2`, say: (line: string) => void lines.push(line) };
  await connectIdentityProvider(graph, options);
  // Another demo finds the order of the first one, and its tokens.
  await connectIdentityProvider(graph, options);

  for (const half of [lines.slice(0, lines.length / 2), lines.slice(lines.length / 2)]) {
    expect(half[1]).toMatch(/^The identity provider \(okta\) has provisioned \d+ users, 0 failed$/);
    expect(half[2]).toMatch(
      /^Personio decides .* is .+ \(PERSONIO; the other source: .+\) in .+ \(PERSONIO\)$/,
    );
    expect(half[4]).toMatch(
      /^[1-9]\d* people changed.* is .+ \(IDP; the other source: .+\) in .+ \(PERSONIO\)$/,
    );
    expect(half[6]).toMatch(/^Of the first \d+ people [1-9]\d* had a cost center\. Now none has one/);
  }
});

test("accounts without a person are listed with the reason: not in HR, or a leaver", async () => {
  await service().resetConnected();
  await connectProvider();
  type Only = { userName: string; active: boolean; reason: string; person: { displayName: string } | null };
  const { idpOnlyUsers } = await service().get<{ idpOnlyUsers: { nodes: Only[] } }>(
    "{ idpOnlyUsers(first: 50) { nodes { userName active reason person { displayName } } } }",
  );
  const reasons = Map.groupBy(idpOnlyUsers.nodes, ({ reason }) => reason);
  const strangers = reasons.get("NOT_IN_HR")?.map(({ userName }) => userName.split(/[-@]/)[0]);
  expect(strangers?.sort()).toEqual(["ext", "ext", "svc"]);
  expect(reasons.get("LEFT")).toMatchObject([{ active: true }]);

  const { left } = await letOneLeave();
  const after = await service().get<{ idpOnlyUsers: { nodes: Only[] } }>(
    "{ idpOnlyUsers(first: 50) { nodes { userName active reason person { displayName } } } }",
  );
  expect(after.idpOnlyUsers.nodes.find(({ userName }) => userName === left)).toMatchObject({
    active: true,
    reason: "LEFT",
    person: { displayName: expect.any(String) },
  });
});

/** A person of the directory leaves, and the account stays active. */
async function letOneLeave(): Promise<{ left: string }> {
  const { admin } = service().sandbox;
  const [id, user] = [...(await accounts())].find(([, { managerId }]) => managerId) ?? [];
  const { person } = await service().get<{ person: { personioId: string } }>(
    "query ($id: ID!) { person(id: $id) { personioId } }",
    { id },
  );
  const { now } = await admin.summary();
  await admin.terminate(person.personioId, new Date(Date.parse(now) - 2 * DAY_MS).toISOString().slice(0, 10));
  await service().sync();
  return { left: user!.userName };
}
