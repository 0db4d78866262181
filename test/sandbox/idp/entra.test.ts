import { expect, test } from "vitest";
import { startWithIdp, type WithIdp } from "../support/start-with-idp.ts";

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTRA = { vendor: "entra" } as const;
const COMPLIANT = "?aadOptscim062020";

/** Forty minutes pass, and the next cycle runs. */
async function nextCycle({ sandbox, idp }: WithIdp): Promise<void> {
  const { nextCycleAt } = await idp.status();
  await sandbox.admin.advanceClock({ to: nextCycleAt! });
  await idp.settle();
}

const operationsOf = ({ service }: WithIdp) =>
  service.requests("PATCH").map(({ body }) => body.Operations as unknown);

test("Entra ID tests a connection with a user that does not exist", async () => {
  await using company = await startWithIdp(ENTRA);
  expect(company.service.recorded[0]?.path).toMatch(/^\/Users\?filter=userName eq "[\da-f-]{36}"$/);
});

test("Entra ID creates users without their managers, and links these when both exist", async () => {
  await using company = await startWithIdp(ENTRA);
  const { service, idp } = company;
  const users = await idp.users();
  const user = users.find(({ managerId, title, department, employeeNumber }) =>
    [managerId, title, department, employeeNumber].every(Boolean),
  );
  const posted = service.requests("POST").find(({ body }) => body.userName === user?.userName);
  expect(posted?.body).toEqual({
    schemas: [USER, ENTERPRISE],
    externalId: user?.userName.split("@")[0],
    userName: user?.userName,
    active: true,
    displayName: user?.displayName,
    title: user?.title,
    emails: [{ primary: true, type: "work", value: user?.email }],
    meta: { resourceType: "User" },
    name: { formatted: user?.displayName, familyName: user?.lastName, givenName: user?.firstName },
    roles: [],
    [ENTERPRISE]: { employeeNumber: user?.employeeNumber, department: user?.department },
  });
  const manager = users.find(({ id }) => id === user?.managerId);
  const linked = service.requests("PATCH").find(({ path }) => path === `/Users/${user?.scimId}`);
  expect(linked?.body.Operations).toEqual([
    { op: "Add", path: `${ENTERPRISE}:manager`, value: manager?.scimId },
  ]);
});

test("the next cycle sends nothing for what has not changed", async () => {
  await using company = await startWithIdp(ENTRA);
  company.service.clear();
  await nextCycle(company);
  expect(company.service.recorded).toEqual([]);
  await company.idp.restart();
  await company.idp.settle();
  expect(new Set(company.service.recorded.map(({ method }) => method))).toEqual(new Set(["GET"]));
});

test("a change waits for the next cycle of forty minutes, unless it is provisioned on demand", async () => {
  await using company = await startWithIdp(ENTRA);
  const { idp, service } = company;
  const user = await company.ordinaryUser();
  await idp.changeUser(user.id, { title: "Principal Engineer", lastName: "Łoś" });
  await idp.settle();
  expect(service.recorded).toEqual([]);

  await nextCycle(company);
  const usual = [
    { op: "Replace", path: "title", value: "Principal Engineer" },
    { op: "Replace", path: "name.familyName", value: "Łoś" },
  ];
  expect(operationsOf(company)).toEqual([usual]);

  service.clear();
  await idp.changeUser(user.id, { title: "Fellow" });
  await idp.provisionOnDemand(user.id);
  expect(operationsOf(company)).toEqual([[{ op: "Replace", path: "title", value: "Fellow" }]]);
});

test.each([
  ["", [{ op: "Replace", path: "active", value: "False" }]],
  [COMPLIANT, [{ op: "replace", path: "active", value: false }]],
])("with the tenant URL's query «%s» a user is disabled in its spelling", async (query, operations) => {
  await using company = await startWithIdp({ ...ENTRA, groups: false }, query);
  const user = await company.ordinaryUser();
  await company.idp.deactivateUser(user.id);
  await nextCycle(company);
  expect(operationsOf(company)).toEqual([operations]);
  expect(company.service.recorded.map(({ path }) => path)).not.toContain(expect.stringContaining("aadOpt"));
});

test("with the flag, several attributes are one operation without a path", async () => {
  await using company = await startWithIdp(ENTRA, COMPLIANT);
  const { idp } = company;
  const user = await company.ordinaryUser();
  await idp.changeUser(user.id, {
    title: "Fellow",
    lastName: "Łoś",
    employeeNumber: "N-1",
    email: "l@x.example",
  });
  await nextCycle(company);
  expect(operationsOf(company)).toEqual([
    [
      { op: "replace", path: 'emails[type eq "work"].value', value: "l@x.example" },
      {
        op: "replace",
        value: { title: "Fellow", "name.familyName": "Łoś", [`${ENTERPRISE}:employeeNumber`]: "N-1" },
      },
    ],
  ]);
});

test("provision on demand ignores the flag", async () => {
  await using company = await startWithIdp(ENTRA, COMPLIANT);
  const user = await company.ordinaryUser();
  await company.idp.deactivateUser(user.id);
  await company.idp.provisionOnDemand(user.id);
  expect(operationsOf(company)).toEqual([[{ op: "Replace", path: "active", value: "False" }]]);
});

test.each([
  ["kept", []],
  ["removed", [[{ op: "Remove", path: "title" }]]],
  ["empty", [[{ op: "Replace", path: "title", value: "" }]]],
] as const)("an emptied attribute is %s, by setting", async (clearedValues, operations) => {
  await using company = await startWithIdp({ ...ENTRA, entra: { clearedValues } });
  const user = await company.ordinaryUser();
  await company.idp.changeUser(user.id, { title: null });
  await nextCycle(company);
  expect(operationsOf(company)).toEqual(operations);
});

test("older jobs send the manager and the state as lists of one", async () => {
  await using company = await startWithIdp({ ...ENTRA, entra: { singleValues: "list" } });
  const [first] = operationsOf(company) as [[{ op: string }]];
  expect(first).toEqual([{ op: "Add", path: "manager", value: [{ $ref: null, value: expect.any(String) }] }]);
  const user = await company.ordinaryUser();
  await company.idp.deactivateUser(user.id);
  await nextCycle(company);
  expect(operationsOf(company)).toEqual([
    [{ op: "Replace", path: "active", value: [{ $ref: null, value: "False" }] }],
  ]);
});

test("a deleted user is disabled, and deleted at the service after thirty days", async () => {
  await using company = await startWithIdp({ ...ENTRA, groups: false });
  const { idp, service, sandbox } = company;
  const user = await company.ordinaryUser();
  await idp.deleteUser(user.id);
  await nextCycle(company);
  expect(service.resources.get(user.scimId ?? "")?.active).toBe(false);
  expect(service.requests("DELETE")).toEqual([]);

  await sandbox.admin.advanceClock({ days: 30 });
  await idp.settle();
  expect(service.requests("DELETE").map(({ path }) => path)).toEqual([`/Users/${user.scimId}`]);
});

test("Entra ID can match by externalId", async () => {
  await using company = await startWithIdp({ ...ENTRA, entra: { matching: "externalId" } });
  const user = (await company.idp.users())[0];
  expect(company.service.recorded.map(({ path }) => path)).toContain(
    `/Users?filter=externalId eq "${user?.userName.split("@")[0]}"`,
  );
});

test.each([
  ["", [[{ op: "Remove", path: "members", value: [{ $ref: null, value: "ID" }] }]]],
  [COMPLIANT, [[{ op: "remove", path: 'members[value eq "ID"]' }]]],
])("with the tenant URL's query «%s» a member is removed in its spelling", async (query, expected) => {
  await using company = await startWithIdp(ENTRA, query);
  const { idp, service } = company;
  const user = await company.ordinaryUser();
  const id = await idp.createGroup({ name: "On call", members: [user.id] });
  await nextCycle(company);
  const [asked, created, added] = service.recorded;
  expect(asked?.path).toBe('/Groups?excludedAttributes=members&filter=displayName eq "On call"');
  expect(created?.body).toEqual({
    schemas: [
      "urn:ietf:params:scim:schemas:core:2.0:Group",
      "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
    ],
    externalId: id,
    displayName: "On call",
    meta: { resourceType: "Group" },
  });
  const value = query === "" ? [{ $ref: null, value: user.scimId }] : [{ value: user.scimId }];
  expect(added?.body.Operations).toEqual([{ op: query === "" ? "Add" : "add", path: "members", value }]);

  service.clear();
  await idp.changeGroup(id, { remove: [user.id] });
  await nextCycle(company);
  const written = JSON.stringify(expected).replaceAll("ID", user.scimId ?? "");
  expect(JSON.stringify(operationsOf(company))).toBe(written);
});
