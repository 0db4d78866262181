import { expect, test } from "vitest";
import { startSandbox } from "../../../src/sandbox/sandbox.ts";
import { startScimRecorder } from "../support/scim-recorder.ts";
import { MONDAY, startSignedIn } from "../support/start.ts";

test("accounts come from the company's people, with the differences that IT departments have", async () => {
  await using client = await startSignedIn();
  const employees = await client.listEmployees();
  const users = await client.admin.idp.users();
  const byEmail = new Map(employees.map((person) => [String(person.email).toLowerCase(), person]));
  const inHr = users.filter(({ email }) => email && byEmail.has(email.toLowerCase()));
  const personOf = (email: string | null) => byEmail.get(email?.toLowerCase() ?? "");

  expect(users.length - inHr.length).toBe(3);
  expect(users.filter(({ email }) => email === null)).toMatchObject([{ displayName: "Backup service" }]);
  expect(inHr.filter(({ email }) => email !== email?.toLowerCase())).toHaveLength(1);
  expect(inHr.filter(({ email }) => personOf(email)?.status === "inactive").length).toBeGreaterThan(0);
  const others = inHr.filter(({ title, email }) => title && title !== personOf(email)?.position);
  expect(others.length).toBeGreaterThan(10);
  expect(inHr.filter(({ title }) => title === null).length).toBeGreaterThan(0);
  expect(users.filter(({ department }) => department === "Office of the CTO").length).toBeGreaterThan(0);
});

test("the ids have the form of the vendor, and every account has its own", async () => {
  for (const [vendor, form] of [
    ["okta", /^00u[\da-z]{17}$/],
    ["entra", /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/],
  ] as const) {
    await using sandbox = await startSandbox({
      people: 60,
      seed: 1,
      now: MONDAY,
      settings: { idp: { vendor } },
    });
    const ids = (await sandbox.admin.idp.users()).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => form.test(id))).toBe(true);
  }
});

test("a user name belongs to one account, and an edit of an unknown account is refused", async () => {
  await using sandbox = await startSandbox({ people: 10, seed: 1, now: MONDAY });
  const { idp } = sandbox.admin;
  await idp.createUser({ userName: "ada@x.example" });
  await expect(idp.createUser({ userName: "ADA@x.example" })).rejects.toThrow(/Another user/);
  await expect(idp.changeUser("unknown", { title: "x" })).rejects.toThrow(/There is no user/);
});

test("the identity provider provisions into services on this machine only", async () => {
  await using sandbox = await startSandbox({ people: 10, seed: 1, now: MONDAY });
  const target = { url: "https://directory.example/scim/v2", token: "t" };
  await expect(sandbox.admin.idp.connect(target)).rejects.toThrow(/loopback/);
});

test("each company at the address has an identity provider of its own", async () => {
  const credentials = { clientId: "globex", clientSecret: "globex-secret" };
  await using service = await startScimRecorder();
  await using sandbox = await startSandbox({
    ...{ people: 10, seed: 1, now: MONDAY },
    neighbours: [{ people: 12, seed: 2, credentials }],
  });
  const globex = sandbox.adminOf(credentials).idp;
  await globex.connect({ url: service.url, token: "token-of-globex" });
  await globex.settle();

  expect((await globex.status()).provisionedUsers).toBeGreaterThan(10);
  expect(await sandbox.admin.idp.status()).toMatchObject({ target: null, provisionedUsers: 0 });
  expect(new Set(service.recorded.map(({ headers }) => headers.authorization))).toEqual(
    new Set(["Bearer token-of-globex"]),
  );
  await expect(sandbox.adminOf({ ...credentials, clientId: "unknown" }).idp.status()).rejects.toThrow();
});
