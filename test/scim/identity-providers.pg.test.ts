import { beforeAll, describe, expect, test } from "vitest";
import type { ListedUser } from "../../src/sandbox/admin.ts";
import type { PartialIdpSettings } from "../../src/sandbox/idp/idp-settings.ts";
import { useSharedApp } from "../support/shared-app.ts";

const app = useSharedApp();

/** How each provider speaks: the settings of the sandbox, and the query of the base URL. */
const PROVIDERS: readonly [string, PartialIdpSettings, string][] = [
  ["Okta, with an app of the wizard", { okta: { managers: "scim id" } }, ""],
  ["Okta, with an app of the catalogue", { okta: { app: "catalog", clearedValues: "null" } }, ""],
  ["Entra ID", { vendor: "entra" }, ""],
  ["Entra ID with its flag", { vendor: "entra", entra: { clearedValues: "removed" } }, "?aadOptscim062020"],
  [
    "an older job of Entra ID",
    { vendor: "entra", entra: { clearedValues: "empty", singleValues: "list" } },
    "",
  ],
];

/** A new company, whose provider has provisioned everything. */
async function provision(idp: PartialIdpSettings, query: string): Promise<void> {
  await app().reset({ people: 20, settings: { idp } });
  const { createScimToken } = await app().get<{ createScimToken: { token: string } }>(
    "mutation { createScimToken { token } }",
  );
  await admin().connect({ url: `${app().app.url}/scim/v2${query}`, token: createScimToken.token });
  await admin().settle();
}

const admin = () => app().sandbox.admin.idp;

/** Lets the provider send what has changed: Okta does at once, and Entra ID in its next cycle. */
async function nextCycle(): Promise<void> {
  const { nextCycleAt } = await admin().status();
  if (nextCycleAt) await app().sandbox.admin.advanceClock({ to: nextCycleAt });
  await admin().settle();
  expect((await admin().status()).failures).toEqual([]);
}

type StoredUser = {
  readonly id: string;
  readonly user_name: string;
  readonly email: string | null;
  readonly active: boolean;
  readonly offered: Readonly<Record<string, string | null>>;
};

const storedUsers = (): Promise<StoredUser[]> =>
  app().app.database.dataSource.query(
    "SELECT id, user_name, email, active, offered FROM idp_users ORDER BY user_name",
  );

const storedMembers = (): Promise<{ group: string; member: string }[]> =>
  app().app.database.dataSource.query(`
    SELECT g.display_name AS group, u.user_name AS member FROM idp_groups g
    JOIN idp_group_members m ON m.tenant_id = g.tenant_id AND m.group_id = g.id
    JOIN idp_users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id
    ORDER BY 1, 2`);

/** What the service must store of an account that has these values. */
function expected(user: ListedUser, users: readonly ListedUser[], refersById: boolean) {
  const manager = users.find(({ id }) => id === user.managerId);
  const offered = {
    displayName: user.displayName,
    firstName: user.firstName,
    lastName: user.lastName,
    position: user.title,
    department: user.department,
    employeeId: user.employeeNumber,
    supervisor: (refersById && manager?.scimId) || null,
  };
  return {
    user_name: user.userName,
    email: (user.email ?? user.userName).toLowerCase(),
    active: user.state === "active",
    offered: Object.fromEntries(Object.entries(offered).filter(([, value]) => value !== null)),
  };
}

describe.each(PROVIDERS)("%s", (_, settings, query) => {
  const refersById = settings.vendor === "entra" || settings.okta?.managers === "scim id";

  beforeAll(() => provision(settings, query));

  test("each account and each group is stored as the provider has it", async () => {
    expect((await admin().status()).failures).toEqual([]);
    const users = await admin().users();
    const groups = await admin().groups();

    const stored = (await storedUsers()).map(({ id: __, ...user }) => user);
    const byName = (one: { user_name: string }, other: { user_name: string }) =>
      one.user_name < other.user_name ? -1 : 1;
    expect(stored.toSorted(byName)).toEqual(
      users.map((user) => expected(user, users, refersById)).toSorted(byName),
    );
    const nameOf = new Map(users.map(({ id, userName }) => [id, userName]));
    const members = groups.flatMap(({ name, members }) =>
      members.map((member) => `${name}: ${nameOf.get(member)}`),
    );
    expect((await storedMembers()).map(({ group, member }) => `${group}: ${member}`).sort()).toEqual(
      members.toSorted(),
    );
  });

  test("a second full cycle changes nothing at the service", async () => {
    const before = await app().app.database.dataSource.query("SELECT id, version FROM idp_users ORDER BY id");
    await admin().restart();
    await admin().settle();
    expect((await admin().status()).failures).toEqual([]);
    expect(
      await app().app.database.dataSource.query("SELECT id, version FROM idp_users ORDER BY id"),
    ).toEqual(before);
  });

  test("changes, renames, deactivations, deletions and memberships arrive", async () => {
    const users = await admin().users();
    const [changed, renamed, deactivated, deleted, ...others] = users.filter(
      ({ managerId, title, firstName }) => managerId && title && firstName,
    );
    await admin().changeUser(changed!.id, { title: "Fellow", department: null, managerId: others[0]!.id });
    await admin().changeUser(renamed!.id, {
      ...{ userName: "new.name@x.example", email: "New.Name@x.example" },
      ...{ lastName: "Łoś", displayName: "Zoë Łoś" },
    });
    const service = users.find(({ email }) => email === null);
    await admin().changeUser(service!.id, { email: "backup@x.example" });
    await admin().deactivateUser(deactivated!.id);
    await admin().deleteUser(deleted!.id);
    const group = await admin().createGroup({ name: "On call", members: [changed!.id, renamed!.id] });
    const created = await admin().createUser({ userName: "ada@x.example", title: "Countess" });
    await nextCycle();
    await admin().changeGroup(group, { name: "On call 24/7", add: [created], remove: [changed!.id] });
    await nextCycle();

    const after = await admin().users();
    const stored = new Map((await storedUsers()).map((user) => [user.id, user]));
    const storedOf = (id: string) => stored.get(after.find((user) => user.id === id)?.scimId ?? "");
    const emptied = { empty: { department: null }, kept: { department: changed?.department }, removed: {} };
    const clearing = settings.entra?.clearedValues ?? (settings.vendor === "entra" ? "kept" : undefined);
    const oktaClearing = settings.okta?.clearedValues === "null" ? "removed" : "empty";
    expect(storedOf(changed!.id)).toMatchObject({
      offered: { position: "Fellow", ...emptied[clearing ?? oktaClearing] },
    });
    if (clearing === "removed") expect(storedOf(changed!.id)?.offered).not.toHaveProperty("department");
    if (refersById) expect(storedOf(changed!.id)?.offered.supervisor).toBe(others[0]?.scimId);
    expect(storedOf(renamed!.id)).toMatchObject({
      id: renamed?.scimId,
      user_name: "new.name@x.example",
      email: "new.name@x.example",
      offered: { lastName: "Łoś", displayName: "Zoë Łoś" },
    });
    expect(storedOf(service!.id)?.email).toBe("backup@x.example");
    expect(storedOf(deactivated!.id)?.active).toBe(false);
    expect(storedOf(deleted!.id)?.active).toBe(false);
    expect(storedOf(created)).toMatchObject({ offered: { position: "Countess" }, active: true });
    const onCall = (await storedMembers()).filter((row) => row.group === "On call 24/7");
    expect(onCall.map(({ member }) => member)).toEqual(["ada@x.example", "new.name@x.example"]);

    await admin().deleteGroup(group);
    await admin().activateUser(deactivated!.id);
    await nextCycle();
    expect((await storedMembers()).filter((row) => row.group === "On call 24/7")).toEqual([]);
    expect((await storedUsers()).find(({ id }) => id === deactivated?.scimId)?.active).toBe(true);
  });
});

test("thirty days after the deletion Entra ID deletes the user at the service", async () => {
  await provision({ vendor: "entra" }, "");
  const user = (await admin().users()).find(({ managerId }) => managerId);
  await admin().deleteUser(user!.id);
  await nextCycle();
  await app().sandbox.admin.advanceClock({ days: 30 });
  await admin().settle();
  expect((await storedUsers()).map(({ id }) => id)).not.toContain(user?.scimId);
});

test("a revoked token puts Entra ID's job into quarantine, and a new token ends it", async () => {
  await provision({ vendor: "entra" }, "");
  const { scimTokens } = await app().get<{ scimTokens: { id: string }[] }>("{ scimTokens { id } }");
  const revoke = "mutation ($id: ID!) { revokeScimToken(id: $id) }";
  await app().get(revoke, { id: scimTokens[0]?.id });
  const user = (await admin().users()).find(({ title }) => title);
  await admin().changeUser(user!.id, { title: "Fellow" });
  const { nextCycleAt } = await admin().status();
  await app().sandbox.admin.advanceClock({ to: nextCycleAt! });
  await admin().settle();
  expect((await admin().status()).quarantine).toMatchObject({ reason: expect.stringContaining("401") });

  const { createScimToken } = await app().get<{ createScimToken: { token: string } }>(
    "mutation { createScimToken { token } }",
  );
  await admin().connect({ url: `${app().app.url}/scim/v2`, token: createScimToken.token });
  await admin().settle();
  expect(await admin().status()).toMatchObject({ quarantine: null, failures: [] });
  expect((await storedUsers()).find(({ id }) => id === user?.scimId)?.offered.position).toBe("Fellow");
});
