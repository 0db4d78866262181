import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { administratorOfDefault, type Viewer } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { createScimHandler } from "../../src/scim/scim-handler.ts";
import type { UsersChanged } from "../../src/scim/users/user-changes.ts";
import { ensureTenant } from "../../src/tenant/tenant.repository.ts";
import { eventually } from "../support/eventually.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { ENTERPRISE } from "./support.ts";

const TENANT = "acme";
const viewer: Viewer = { ...administratorOfDefault, tenantId: TENANT, kind: "SCIM" };

let database: TestDatabase;
const bound = <Result>(work: (manager: EntityManager) => Promise<Result>) =>
  inTenant(database.dataSource, TENANT, work);

beforeAll(async () => {
  database = await createTestDatabase();
  await bound(ensureTenant);
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => database.dataSource.query("delete from idp_groups; delete from idp_users"));

type Body = Record<string, unknown> & { readonly id: string };

/** A handler whose hook keeps what it receives, or fails. */
function openHandler(
  onUsersChanged: (manager: EntityManager, change: UsersChanged) => Promise<void>,
  write = bound,
) {
  const handler = createScimHandler({
    identify: async () => viewer,
    onUsersChanged,
    clock: () => new Date(),
  });
  return async (method: string, path: string, body?: unknown, ifMatch?: string): Promise<Body> => {
    const request = {
      method,
      path: path.split("/"),
      query: {},
      body,
      baseUrl: "",
      viewer,
      read: bound,
      write,
    };
    return (await handler.answer({ ...request, ifMatch, ifNoneMatch: undefined })).body as Body;
  };
}

const patch = (...Operations: object[]) => ({ Operations });

describe("the hook of changed users", () => {
  test("it gets the facts before and after each write, and no call for a request that changes nothing", async () => {
    const changes: UsersChanged[] = [];
    const send = openHandler(async (_manager, change) => void changes.push(change));
    const { id } = await send("POST", "Users", { userName: "kim@x.example", title: "Engineer" });
    await send("PATCH", `Users/${id}`, patch({ op: "replace", path: "title", value: "" }));
    await send("PATCH", `Users/${id}`, patch({ op: "replace", path: "title", value: "" }));
    await send("PUT", `Users/${id}`, { userName: "kim.doe@x.example", active: false });
    await send("DELETE", `Users/${id}`);

    const first = {
      externalId: null,
      email: "kim@x.example",
      active: true,
      offered: { position: "Engineer" },
    };
    const second = { ...first, offered: { position: null } };
    const third = { externalId: null, email: "kim.doe@x.example", active: false, offered: {} };
    const facts = [null, first, second, third, null];
    expect(changes).toEqual(
      [0, 1, 2, 3].map((at) => ({
        userIds: [id],
        users: [{ userId: id, before: facts[at], after: facts[at + 1] }],
      })),
    );
  });

  test("it runs in the transaction of the write, and its failure rolls the write back", async () => {
    const send = openHandler(async () => undefined);
    const { id } = await send("POST", "Users", { userName: "kim" });
    const failing = openHandler(async (manager) => {
      const rows = await manager.query(
        "select current_setting('app.tenant') as tenant, user_name from idp_users",
      );
      throw new Error(JSON.stringify(rows));
    });
    await expect(
      failing("PATCH", `Users/${id}`, patch({ op: "replace", path: "userName", value: "bo" })),
    ).rejects.toThrow('[{"tenant":"acme","user_name":"bo"}]');
    await expect(failing("POST", "Users", { userName: "cy" })).rejects.toThrow("cy");
    await expect(failing("DELETE", `Users/${id}`)).rejects.toThrow("[]");
    expect(await database.dataSource.query("select user_name from idp_users")).toEqual([
      { user_name: "kim" },
    ]);
  });
});

describe("two clients that write at once", () => {
  test("of changes of one user none is lost", async () => {
    const send = openHandler(async () => undefined);
    const { id } = await send("POST", "Users", { userName: "kim" });
    const paths = [
      "title",
      "displayName",
      "nickName",
      "name.givenName",
      "name.familyName",
      `${ENTERPRISE}:department`,
    ];
    await Promise.all(
      paths.map((path) => send("PATCH", `Users/${id}`, patch({ op: "add", path, value: path }))),
    );
    expect(await send("GET", `Users/${id}`)).toMatchObject({
      title: "title",
      displayName: "displayName",
      nickName: "nickName",
      name: { givenName: "name.givenName", familyName: "name.familyName" },
      [ENTERPRISE]: { department: `${ENTERPRISE}:department` },
      meta: { version: 'W/"7"' },
    });
  });

  test("of changes of one version one succeeds, and the others are 412", async () => {
    const send = openHandler(async () => undefined);
    const { id } = await send("POST", "Users", { userName: "kim" });
    const attempts = await Promise.allSettled(
      [1, 2, 3, 4].map((value) =>
        send("PATCH", `Users/${id}`, patch({ op: "add", path: "title", value: `${value}` }), 'W/"1"'),
      ),
    );
    const refused = attempts.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(3);
    for (const { reason } of refused as PromiseRejectedResult[])
      expect(reason).toMatchObject({ status: 412 });
  });

  test("of users with one login created at once one exists, and the others are 409", async () => {
    const send = openHandler(async () => undefined);
    const attempts = await Promise.allSettled(
      ["kim", "KIM", "Kim", "kiM"].map((userName) => send("POST", "Users", { userName })),
    );
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const attempt of attempts)
      if (attempt.status === "rejected")
        expect(attempt.reason).toMatchObject({ status: 409, scimType: "uniqueness" });
  });

  test("a user who is deleted while a group adds them leaves the group, which has a new version", async () => {
    const send = openHandler(async () => undefined);
    const { id } = await send("POST", "Users", { userName: "kim" });
    const group = await send("POST", "Groups", { displayName: "Staff" });
    const [added, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const sendAndHold = openHandler(
      async () => undefined,
      (work) =>
        bound(async (manager) => {
          const result = await work(manager);
          added.resolve();
          await commit.promise;
          return result;
        }),
    );
    const member = patch({ op: "add", path: "members", value: [{ value: id }] });
    const adding = sendAndHold("PATCH", `Groups/${group.id}`, member);
    await added.promise;
    const deleting = send("DELETE", `Users/${id}`);
    await eventually(async () => {
      const waiting = await database.dataSource.query(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%scim.%'",
      );
      return waiting.length > 0;
    });
    commit.resolve();
    await Promise.all([adding, deleting]);

    const after = await send("GET", `Groups/${group.id}`);
    expect(after).not.toHaveProperty("members");
    expect(after).toMatchObject({ meta: { version: 'W/"3"' } });
  });

  test("members are added, and users deleted, at once without a deadlock", async () => {
    const send = openHandler(async () => undefined);
    const users = await Promise.all(
      Array.from({ length: 20 }, (_, at) => send("POST", "Users", { userName: `u${at}` })),
    );
    const group = await send("POST", "Groups", {
      displayName: "Staff",
      members: users.slice(0, 10).map(({ id }) => ({ value: id })),
    });
    const attempts = await Promise.allSettled(
      users.flatMap(({ id }, at) => [
        send("PATCH", `Groups/${group.id}`, patch({ op: "add", path: "members", value: [{ value: id }] })),
        ...(at % 2 === 0 ? [send("DELETE", `Users/${id}`)] : []),
      ]),
    );
    expect(attempts.filter(({ status }) => status === "rejected")).toEqual([]);
    const { members } = (await send("GET", `Groups/${group.id}`)) as { members?: { value: string }[] };
    const left = users.filter((_, at) => at % 2 === 1).map(({ id }) => id);
    expect(members?.map(({ value }) => value).sort()).toEqual(left.sort());
  });
});

test("an id of no user does not become a member", async () => {
  const send = openHandler(async () => undefined);
  expect(
    await send("POST", "Groups", { displayName: "Staff", members: [{ value: randomUUID() }] }),
  ).not.toHaveProperty("members");
});
