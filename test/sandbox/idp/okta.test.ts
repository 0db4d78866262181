import { expect, test } from "vitest";
import { startWithIdp } from "../support/start-with-idp.ts";

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

test("Okta tests a connection with two users and a page of groups, and its token is a bearer token", async () => {
  await using company = await startWithIdp();
  const [users, groups] = company.service.recorded;
  expect([users?.path, groups?.path]).toEqual([
    "/Users?startIndex=1&count=2",
    "/Groups?startIndex=1&count=100",
  ]);
  expect(users?.headers).toMatchObject({
    authorization: "Bearer a-token-of-the-service",
    accept: "application/scim+json",
    "content-type": "application/scim+json; charset=utf-8",
    "user-agent": "Okta SCIM Client 1.0.0",
  });
});

test("Okta asks for each user by userName, and creates them with a random password", async () => {
  await using company = await startWithIdp();
  const { service, idp } = company;
  const created = service.requests("POST").filter(({ path }) => path === "/Users");
  const users = await idp.users();
  expect(created).toHaveLength(users.length);

  const user = users.find(({ managerId, title, department }) => managerId && title && department);
  const manager = users.find(({ id }) => id === user?.managerId);
  const asked = `/Users?filter=userName eq "${user?.userName}"&startIndex=1&count=100`;
  expect(service.recorded.map(({ path }) => path)).toContain(asked);
  expect(created.find(({ body }) => body.userName === user?.userName)?.body).toEqual({
    schemas: [USER, ENTERPRISE],
    userName: user?.userName,
    name: { givenName: user?.firstName, familyName: user?.lastName },
    emails: [{ primary: true, value: user?.email, type: "work" }],
    displayName: user?.displayName,
    locale: "en-US",
    title: user?.title,
    externalId: user?.id,
    groups: [],
    password: expect.any(String),
    active: true,
    [ENTERPRISE]: expect.objectContaining({
      department: user?.department,
      manager: { value: manager?.userName, displayName: manager?.displayName },
    }),
  });
});

test("a user that the service already has is linked and updated, not created", async () => {
  await using company = await startWithIdp();
  const { service, idp, sandbox } = company;
  const before = service.resources.size;
  await using second = await startWithIdp();
  second.service.resources.clear();
  for (const [id, resource] of service.resources) second.service.resources.set(id, resource);
  second.service.clear();
  await second.idp.disconnect();
  await second.idp.connect({ url: second.service.url.replace("127.0.0.1", "localhost"), token: "t" });
  await second.idp.settle();

  expect(second.service.requests("POST")).toEqual([]);
  expect(second.service.resources.size).toBe(before);
  expect((await second.idp.users()).map(({ scimId }) => scimId).sort()).toEqual(
    (await idp.users()).map(({ scimId }) => scimId).sort(),
  );
  expect(sandbox.url).not.toBe(second.sandbox.url);
});

test("an app of the wizard reads the user and puts all of it back, with what only the service knows", async () => {
  await using company = await startWithIdp();
  const { service, idp } = company;
  const user = await company.ordinaryUser();
  service.resources.get(user.scimId ?? "")!.nickName = "known to the service alone";
  await idp.changeUser(user.id, { title: "Principal Engineer" });
  await idp.settle();

  expect(service.recorded.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `GET /Users/${user.scimId}`,
    `PUT /Users/${user.scimId}`,
  ]);
  expect(service.recorded[1]?.body).toMatchObject({
    id: user.scimId,
    title: "Principal Engineer",
    nickName: "known to the service alone",
    active: true,
    userName: user.userName,
  });
});

test.each([
  ["empty", { title: "" }],
  ["null", { title: null }],
  ["absent", {}],
] as const)("Okta sends an emptied attribute as %s, by setting", async (clearedValues, expected) => {
  await using company = await startWithIdp({ okta: { clearedValues } });
  const { idp, service } = company;
  const user = await company.ordinaryUser();
  await idp.changeUser(user.id, { title: null });
  await idp.settle();

  const [put] = service.requests("PUT");
  const { title, ...others } = put?.body ?? {};
  expect(put?.body.title === undefined ? {} : { title }).toEqual(expected);
  expect(others.userName).toBe(user.userName);
});

test.each([
  ["wizard", (id: string) => [`GET /Users/${id}`, `PUT /Users/${id}`]],
  ["catalog", (id: string) => [`PATCH /Users/${id}`]],
] as const)("an app of the %s deactivates, activates and never deletes", async (app, requestsFor) => {
  await using company = await startWithIdp({ okta: { app }, groups: false });
  const { idp, service } = company;
  const user = await company.ordinaryUser();
  const edits = {
    false: [idp.deactivateUser, idp.unassignUser, idp.deleteUser],
    true: [idp.activateUser],
  };
  for (const edit of edits.false) {
    await edit(user.id);
    await idp.settle();
    expect(service.resources.get(user.scimId ?? "")?.active).toBe(false);
    await idp.activateUser(user.id);
    await idp.settle();
    expect(service.resources.get(user.scimId ?? "")?.active).toBe(true);
  }
  expect(
    service.recorded.slice(0, requestsFor("").length).map(({ method, path }) => `${method} ${path}`),
  ).toEqual(requestsFor(user.scimId ?? ""));
  if (app === "catalog")
    expect(service.recorded[0]?.body).toEqual({
      schemas: [PATCH],
      Operations: [{ op: "replace", value: { active: false } }],
    });
  expect(service.requests("DELETE")).toEqual([]);
});

test("a renamed user keeps the id at the service", async () => {
  await using company = await startWithIdp();
  const { idp, service } = company;
  const user = await company.ordinaryUser();
  await idp.changeUser(user.id, {
    lastName: "Łoś",
    userName: "new.name@x.example",
    email: "new.name@x.example",
  });
  await idp.settle();

  expect(service.resources.get(user.scimId ?? "")).toMatchObject({
    userName: "new.name@x.example",
    emails: [{ primary: true, value: "new.name@x.example", type: "work" }],
    name: { familyName: "Łoś", givenName: user.firstName },
  });
  expect(service.requests("POST")).toEqual([]);
});

test("an app of the catalogue adds and removes members by PATCH, with the group's name and id first", async () => {
  await using company = await startWithIdp({ okta: { app: "catalog" } });
  const { idp, service } = company;
  const [one, other] = (await idp.users()).filter(({ scimId }) => scimId);
  const id = await idp.createGroup({ name: "On call", members: [one!.id] });
  await idp.settle();
  service.clear();
  await idp.changeGroup(id, { name: "On call 24/7", add: [other!.id], remove: [one!.id] });
  await idp.settle();

  const scimId = [...service.resources.values()].find(
    ({ displayName }) => displayName === "On call 24/7",
  )?.id;
  expect(service.recorded.map(({ path, body }) => [path, body])).toEqual([
    [
      `/Groups/${scimId}`,
      {
        schemas: [PATCH],
        Operations: [{ op: "replace", value: { id: scimId, displayName: "On call 24/7" } }],
      },
    ],
    [
      `/Groups/${scimId}`,
      {
        schemas: [PATCH],
        Operations: [
          { op: "remove", path: `members[value eq "${one?.scimId}"]` },
          { op: "add", path: "members", value: [{ value: other?.scimId, display: other?.userName }] },
        ],
      },
    ],
  ]);
  await idp.deleteGroup(id);
  await idp.settle();
  expect(service.requests("DELETE").map(({ path }) => path)).toEqual([`/Groups/${scimId}`]);
});

test("an app of the wizard creates a group without members and puts the whole group", async () => {
  await using company = await startWithIdp();
  const { idp, service } = company;
  const user = await company.ordinaryUser();
  await idp.createGroup({ name: "On call", members: [user.id] });
  await idp.settle();

  const [asked, created, put] = service.recorded;
  expect(asked?.path).toBe('/Groups?filter=displayName eq "On call"&startIndex=1&count=100');
  expect(created?.body).toEqual({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    displayName: "On call",
    members: [],
  });
  expect(put).toMatchObject({
    method: "PUT",
    body: { displayName: "On call", members: [{ value: user.scimId, display: user.userName }] },
  });
});

test("Okta waits as long as Retry-After asks, sends again, and keeps what fails as a task", async () => {
  await using company = await startWithIdp({ groups: false, retries: { attempts: 3, fasterBy: 1_000 } });
  const { idp, service } = company;
  const user = await company.ordinaryUser();
  let answers = 0;
  service.answerWith(() => (++answers === 1 ? { status: 429, headers: { "retry-after": "1" } } : undefined));
  await idp.changeUser(user.id, { title: "First" });
  await idp.settle();
  expect((await idp.status()).failures).toEqual([]);
  expect((await idp.requests()).slice(-3).map(({ status }) => status)).toEqual([429, 200, 200]);

  service.answerWith(() => ({ status: 503 }));
  service.clear();
  await idp.changeUser(user.id, { title: "Second" });
  await idp.settle();
  expect(service.recorded).toHaveLength(3);
  expect((await idp.status()).failures).toMatchObject([{ kind: "user", id: user.id, status: 503, times: 1 }]);

  service.answerWith(() => undefined);
  await idp.changeUser(user.id, { title: "Third" });
  await idp.settle();
  expect((await idp.status()).failures).toEqual([]);
  expect(service.resources.get(user.scimId ?? "")?.title).toBe("Third");
});
