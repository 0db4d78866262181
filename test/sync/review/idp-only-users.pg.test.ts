import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_TENANT_ID } from "../../../src/access/viewer.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import { countStatements } from "../../support/count-statements.ts";
import { addLegalEntity } from "../../support/factories.ts";
import { type SharedApp, useSharedApp } from "../../support/shared-app.ts";

const shared = useSharedApp();
let service: SharedApp;
beforeEach(async () => {
  service = shared();
  await service.resetConnected();
});

type User = { userName: string; email?: string | null; active?: boolean };

/** Stores users as the SCIM handler does. */
const addUsers = (users: readonly User[], tenantId: string = DEFAULT_TENANT_ID) =>
  inTenant(service.app.database.dataSource, tenantId, (manager) =>
    manager.query(
      `insert into idp_users (tenant_id, id, user_name, user_name_key, email, active, resource, offered, version, created_at, modified_at)
      select current_setting('app.tenant'), u.*, '{}', '{}', 1, now(), now()
      from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[]) as u`,
      [
        users.map(() => randomUUID()),
        users.map(({ userName }) => userName),
        users.map(({ userName }) => userName.toLowerCase()),
        users.map(({ userName, email = userName.toLowerCase() }) => email),
        users.map(({ active = true }) => active),
      ],
    ),
  );

type Listed = {
  userName: string;
  workEmail: string | null;
  active: boolean;
  reason: string;
  person: object | null;
};
const QUERY = `query ($first: Int, $after: String) { idpOnlyUsers(first: $first, after: $after) {
  totalCount pageInfo { hasNextPage endCursor } nodes { id userName workEmail active reason person { id status } } } }`;
type Page = {
  idpOnlyUsers: {
    totalCount: number;
    pageInfo: { hasNextPage: boolean; endCursor: string };
    nodes: Listed[];
  };
};
const page = async (variables: { first?: number; after?: string } = {}) =>
  (await service.get<Page>(QUERY, variables)).idpOnlyUsers;
const reasons = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await page({ first: 100 })).nodes.map(({ userName, reason }) => [userName, reason]));

type Person = { id: string; personioId: string; workEmail: string };
const colleagues = async (): Promise<Person[]> =>
  (
    await service.get<{ people: { nodes: Person[] } }>(
      "{ people(first: 100, filter: { statuses: [ACTIVE] }) { nodes { id personioId workEmail } } }",
    )
  ).people.nodes;
const whyMissing = async (workEmail: string) =>
  (
    await service.get<{ whyMissing: { found: boolean; message: string; help: string } }>(
      "query ($workEmail: EmailAddress) { whyMissing(workEmail: $workEmail) { found message help } }",
      { workEmail },
    )
  ).whyMissing;

const leave = (personioId: string) => service.sandbox.admin.change(personioId, { status: "inactive" });
const SINCE_BEFORE = "pensioner@alsterwerk.example";

describe("idpOnlyUsers", () => {
  test("idpOnlyUsers is empty without an identity provider", async () => {
    expect(await page()).toMatchObject({ totalCount: 0, nodes: [], pageInfo: { hasNextPage: false } });
  });

  test("idpOnlyUsers and whyMissing claim nothing about HR before a sync has succeeded", async () => {
    const { dataSource } = service.app.database;
    const [colleague] = await colleagues();
    await dataSource.query("update people set work_email = null; delete from skipped_employees");
    await dataSource.query("update integrations set last_succeeded_at = null");
    const userNames = [colleague?.workEmail ?? "", "stranger@alsterwerk.example"];
    await addUsers(userNames.map((userName) => ({ userName })));
    expect(await reasons()).toEqual(Object.fromEntries(userNames.map((name) => [name, "NOT_SYNCED"])));
    expect((await page({ first: 1 })).pageInfo).toMatchObject({ hasNextPage: true });
    const { message } = await whyMissing("stranger@alsterwerk.example");
    expect(message).toBe("No sync has succeeded yet, so the directory is empty.");
    await service.sync();
    expect(await reasons()).toEqual({ "stranger@alsterwerk.example": "NOT_IN_HR" });
  });

  test("idpOnlyUsers leaves out users with the address of a current person, also with a former address of one", async () => {
    const [renamed, other] = await colleagues();
    await service.sandbox.admin.change(renamed?.personioId ?? "", { email: "married@alsterwerk.example" });
    await service.sync();
    await addUsers(
      [renamed?.workEmail, other?.workEmail, "married@alsterwerk.example"].map((email) => ({
        userName: email?.toUpperCase() ?? "",
        email: email ?? null,
      })),
    );
    expect(await reasons()).toEqual({});
  });

  test("idpOnlyUsers names the leaver who still has an account, even if the address changed hands, and one who left before the first sync", async () => {
    const [leaver, loser, renamed] = await colleagues();
    await service.sandbox.admin.change(renamed?.personioId ?? "", { email: "married@alsterwerk.example" });
    await service.sync();
    await leave(renamed?.personioId ?? "");
    await leave(leaver?.personioId ?? "");
    await leave(loser?.personioId ?? "");
    await service.sandbox.admin.hire({ email: SINCE_BEFORE, status: "inactive" });
    await service.sync();
    // A newcomer gets the address of the second one, and leaves as well.
    const newHolder = await service.sandbox.admin.hire({ email: loser?.workEmail ?? "" });
    await service.sandbox.admin.change(loser?.personioId ?? "", { email: null });
    await service.sync();
    await service.sandbox.admin.change(newHolder, { status: "inactive" });
    await service.sync();
    await addUsers([
      { userName: leaver?.workEmail ?? "" },
      { userName: loser?.workEmail ?? "" },
      { userName: renamed?.workEmail ?? "" },
      { userName: SINCE_BEFORE },
    ]);
    const { nodes } = await page();
    const of = (email: string | undefined) => nodes.find(({ workEmail }) => workEmail === email);
    expect(of(leaver?.workEmail)).toMatchObject({
      reason: "LEFT",
      person: { id: leaver?.id, status: "INACTIVE" },
    });
    expect(of(loser?.workEmail)).toMatchObject({ reason: "LEFT", person: { status: "INACTIVE" } });
    expect(of(renamed?.workEmail)).toMatchObject({ reason: "LEFT", person: { id: renamed?.id } });
    expect(of(SINCE_BEFORE)).toMatchObject({ reason: "LEFT", person: null });
    expect(nodes).toHaveLength(4);
  });

  test("idpOnlyUsers names records that the sync skips, also an excluded leaver of the directory", async () => {
    const [person] = await colleagues();
    const external = "external@agency.example";
    await service.sandbox.admin.hire({ email: external, employment_type: "external" });
    await service.get(
      "mutation ($settings: PeopleSettingsInput!) { setPeopleSettings(settings: $settings) { timeZone } }",
      {
        settings: {
          syncedEmploymentTypes: ["INTERNAL"],
          excludedPersonioIds: [person?.personioId],
          leaverGuardPercent: 100,
        },
      },
    );
    await service.sync();
    await addUsers([{ userName: external }, { userName: person?.workEmail ?? "" }]);
    const { nodes } = await page();
    expect(nodes.find(({ workEmail }) => workEmail === external)).toMatchObject({
      reason: "SKIPPED",
      person: null,
    });
    expect(nodes.find(({ workEmail }) => workEmail === person?.workEmail)).toMatchObject({
      reason: "SKIPPED",
      person: { id: person?.id },
    });
    expect((await whyMissing(external)).help).toContain("syncedEmploymentTypes");
  });

  test("idpOnlyUsers names accounts that Personio does not know, also those without an address", async () => {
    await addUsers([{ userName: "svc-backup", email: null }, { userName: "Guest@partner.example" }]);
    expect((await page()).nodes).toMatchObject([
      {
        userName: "Guest@partner.example",
        workEmail: "guest@partner.example",
        reason: "NOT_IN_HR",
        person: null,
      },
      { userName: "svc-backup", workEmail: null, reason: "NOT_IN_HR", person: null },
    ]);
  });

  test("idpOnlyUsers lists active accounts first, leavers before all others, and every user once over pages", async () => {
    const [leaver, closed] = await colleagues();
    await leave(leaver?.personioId ?? "");
    await leave(closed?.personioId ?? "");
    await service.sandbox.admin.hire({ email: "two@alsterwerk.example", first_name: "A", last_name: "B" });
    await service.sandbox.admin.hire({ email: "two@alsterwerk.example", first_name: "C", last_name: "D" });
    await service.sync();
    await addUsers([
      { userName: "two@alsterwerk.example" },
      { userName: "a-bot", email: null },
      { userName: "b-bot", email: null },
      { userName: "a-closed-bot", email: null, active: false },
      { userName: closed?.workEmail ?? "", active: false },
      { userName: leaver?.workEmail ?? "" },
    ]);
    const expected = [
      ["LEFT", leaver?.workEmail],
      ["NOT_IN_HR", "a-bot"],
      ["NOT_IN_HR", "b-bot"],
      ["SKIPPED", "two@alsterwerk.example"],
      ["LEFT", closed?.workEmail],
      ["NOT_IN_HR", "a-closed-bot"],
    ];
    for (const first of [1, 2, 4, 100]) {
      const seen: Listed[] = [];
      let after: string | undefined;
      do {
        const read = await page({ first, ...(after && { after }) });
        expect(read.totalCount).toBe(expected.length);
        seen.push(...read.nodes);
        after = read.pageInfo.hasNextPage ? read.pageInfo.endCursor : undefined;
      } while (after);
      expect(seen.map(({ reason, userName }) => [reason, userName])).toEqual(expected);
    }
  });

  test("idpOnlyUsers takes as many statements for a hundred users as for one", async () => {
    const people = await colleagues();
    for (const { personioId } of people.slice(0, 20)) await leave(personioId);
    await service.get("mutation { setPeopleSettings(settings: { leaverGuardPercent: 100 }) { timeZone } }");
    await service.sync();
    await addUsers(people.map(({ workEmail }) => ({ userName: workEmail })));
    await addUsers(Array.from({ length: 90 }, (_, index) => ({ userName: `bot-${index}`, email: null })));
    const one = await countStatements(service.serving, () => page({ first: 1 }));
    const all = await countStatements(service.serving, () => page({ first: 100 }));
    expect(all.result.nodes).toHaveLength(100);
    expect(all.result.nodes.filter(({ person }) => person)).toHaveLength(20);
    expect(all.statements.length).toBe(one.statements.length);
  });

  test("idpOnlyUsers refuses a page that is too large, and a cursor of another list", async () => {
    for (const variables of [{ first: 101 }, { first: 0 }, { after: "nonsense" }]) {
      const { errors } = await service.ask(QUERY, variables);
      expect(errors?.[0]?.extensions.code).toBe("after" in variables ? "BAD_CURSOR" : "BAD_USER_INPUT");
    }
  });

  test("idpOnlyUsers shows no users of another company", async () => {
    await inTenant(service.app.database.dataSource, "other", (manager) => addLegalEntity(manager));
    await addUsers([{ userName: "stranger@other.example" }], "other");
    expect(await reasons()).toEqual({});
    expect((await whyMissing("stranger@other.example")).message).not.toContain("identity provider");
  });
});

describe("whyMissing", () => {
  test("whyMissing explains an account that Personio does not know", async () => {
    await addUsers([
      { userName: "ghost@alsterwerk.example" },
      { userName: "other-name@alsterwerk.example", email: "mail@alsterwerk.example", active: false },
    ]);
    expect(await whyMissing("ghost@alsterwerk.example")).toMatchObject({
      found: false,
      message: expect.stringMatching(
        /^An active account at the identity provider has this address, but Personio/,
      ),
      help: expect.stringContaining("close the account"),
    });
    expect(await whyMissing("other-name@alsterwerk.example")).toMatchObject({
      found: false,
      message: expect.stringMatching(/^An inactive account at the identity provider has this user name/),
    });
  });

  test("whyMissing warns about the active account of a leaver, and not about a closed one", async () => {
    const [leaver, closed] = await colleagues();
    await leave(leaver?.personioId ?? "");
    await leave(closed?.personioId ?? "");
    await service.sandbox.admin.hire({ email: SINCE_BEFORE, status: "inactive" });
    await service.sync();
    await addUsers([
      { userName: leaver?.workEmail ?? "" },
      { userName: SINCE_BEFORE },
      { userName: closed?.workEmail ?? "", active: false },
    ]);
    for (const email of [leaver?.workEmail ?? "", SINCE_BEFORE])
      expect((await whyMissing(email)).message).toContain("account at the identity provider is still active");
    expect((await whyMissing(closed?.workEmail ?? "")).message).not.toContain("identity provider");
  });
});

test("idpUserCounts: a current person has a user with the address of their work email, whatever its state", async () => {
  const [ada, bo] = await colleagues();
  await addUsers([
    { userName: ada!.workEmail },
    // Another user with the same address is the same person.
    { userName: "second account of Ada", email: ada!.workEmail, active: false },
    { userName: bo!.workEmail, active: false },
    { userName: "robot" },
    { userName: "without an address", email: null },
  ]);
  const { people, idpUserCounts } = await service.get<{
    people: { totalCount: number };
    idpUserCounts: { users: number; matchedPeople: number; peopleWithoutUser: number };
  }>("{ people { totalCount } idpUserCounts { users matchedPeople peopleWithoutUser } }");
  expect(idpUserCounts).toEqual({ users: 5, matchedPeople: 2, peopleWithoutUser: people.totalCount - 2 });
});

describe("peopleWithoutUser", () => {
  const LIST = `query ($first: Int, $after: String) { peopleWithoutUser(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id displayName workEmail } } }`;
  type Without = {
    peopleWithoutUser: {
      totalCount: number;
      pageInfo: { hasNextPage: boolean; endCursor: string };
      nodes: { id: string; displayName: string; workEmail: string | null }[];
    };
  };
  const list = async (variables: { first?: number; after?: string } = {}) =>
    (await service.get<Without>(LIST, variables)).peopleWithoutUser;

  test("peopleWithoutUser lists current people whose address belongs to no user, by name, page by page, in two statements", async () => {
    const all = (
      await service.get<{ people: { nodes: { id: string }[] } }>("{ people(first: 100) { nodes { id } } }")
    ).people.nodes.map(({ id }) => id);
    expect((await list({ first: 100 })).nodes.map(({ id }) => id)).toEqual(all);

    const [ada, bo, cy] = await colleagues();
    await addUsers([
      { userName: ada!.workEmail },
      { userName: bo!.workEmail, active: false },
      { userName: "without an address", email: null },
      { userName: "robot" },
    ]);
    await service.app.database.dataSource.query("update people set work_email = null where id = $1", [
      cy!.id,
    ]);
    const wanted = all.filter((id) => id !== ada!.id && id !== bo!.id);
    const first = await list({ first: 3 });
    expect(first.totalCount).toBe(wanted.length);
    const seen = [...first.nodes];
    for (let { hasNextPage, endCursor } = first.pageInfo; hasNextPage; ) {
      const next = await list({ first: 3, after: endCursor });
      seen.push(...next.nodes);
      ({ hasNextPage, endCursor } = next.pageInfo);
    }
    expect(seen.map(({ id }) => id)).toEqual(wanted);
    expect(seen.find(({ id }) => id === cy!.id)).toMatchObject({ workEmail: null });

    const { statements } = await countStatements(service.serving, () => list({ first: 100 }));
    expect(statements).toHaveLength(2);
  });

  test("peopleWithoutUser leaves out people who have left, and takes no page above 100", async () => {
    const [ada] = await colleagues();
    await service.app.database.dataSource.query("update people set status = 'INACTIVE' where id = $1", [
      ada!.id,
    ]);
    expect((await list({ first: 100 })).nodes.map(({ id }) => id)).not.toContain(ada!.id);
    const { errors } = await service.ask(LIST, { first: 101 });
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });
});
