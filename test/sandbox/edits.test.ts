import { expect, test } from "vitest";
import { nameOf, type SandboxClient, startSignedIn, supervisorIdOf } from "./support/start.ts";

const idAt = async (client: SandboxClient, offset: number) =>
  String((await client.page(`limit=1&offset=${offset}`)).data[0]?.attributes.id?.value);

test("a hire is the last employee, under a higher id, starting today", async () => {
  await using client = await startSignedIn();
  const id = await client.admin.hire({ first_name: "Zoë", last_name: "Müller-Łoś", department: "Research" });

  const employees = await client.listEmployees();
  expect(employees).toHaveLength(251);
  expect(String(employees.at(-1)?.id)).toBe(id);
  expect(Number(id)).toBeGreaterThan(Number(employees.at(-2)?.id));
  const values = await client.values(id);
  expect(values).toMatchObject({
    first_name: "Zoë",
    status: "active",
    hire_date: "2026-11-23T00:00:00+01:00",
    email: expect.stringMatching(/^zoe\.mueller-los@/),
  });
  expect(nameOf(values.department)).toBe("Research");
});

test("a hire without attributes is a new person, with an address of their own and a supervisor", async () => {
  await using client = await startSignedIn({ people: 10 });
  const ids = await Promise.all(Array.from({ length: 20 }, () => client.admin.hire()));
  const employees = await client.listEmployees();
  expect(new Set(ids).size).toBe(20);
  expect(new Set(employees.map(({ email }) => email)).size).toBe(30);
  const known = new Set(employees.map(({ id }) => String(id)));
  for (const { supervisor } of employees.slice(1)) expect(known).toContain(supervisorIdOf(supervisor));
});

test("a change is visible everywhere the person is, and moves only this person's last_modified_at", async () => {
  await using client = await startSignedIn();
  const before = await client.listEmployees();
  const report = before.find(({ supervisor }) => supervisor !== null);
  const id = supervisorIdOf(report?.supervisor)!;
  await client.admin.change(id, {
    last_name: "Ångström",
    email: null,
    dynamic_402191: ["Danish", "English"],
  });

  expect(await client.values(id)).toMatchObject({
    last_name: "Ångström",
    email: null,
    dynamic_402191: "Danish,English",
  });
  const after = await client.listEmployees();
  const moved = after.filter(({ last_modified_at: at }, place) => at !== before[place]?.last_modified_at);
  expect(moved.map((person) => String(person.id))).toEqual([id]);
  expect(moved[0]?.last_modified_at).toMatch(/^2026-11-23T10:00/);
  const seen = after.find((person) => person.id === report?.id)?.supervisor;
  expect(seen).toMatchObject({ attributes: { last_name: { value: "Ångström" }, email: { value: null } } });
});

test("a move names departments, offices and a supervisor; a new name creates a new unit", async () => {
  await using client = await startSignedIn();
  const [id, boss] = [await idAt(client, 200), await idAt(client, 0)];
  await client.admin.move(id, {
    department: "Robot Ethics",
    office: "Singapore",
    supervisor: boss,
    team: null,
  });

  const moved = await client.values(id);
  expect([moved.department, moved.office].map(nameOf)).toEqual(["Robot Ethics", "Singapore"]);
  expect(moved).toMatchObject({ team: null, holiday_calendar: { attributes: { country: "SG" } } });
  expect(supervisorIdOf(moved.supervisor)).toBe(boss);

  await client.admin.move(boss, { department: "Robot Ethics" });
  expect((await client.values(boss)).department).toEqual(moved.department);
  await client.admin.move(id, { office: null });
  expect(await client.values(id)).toMatchObject({ office: null, holiday_calendar: null });
});

test("a renamed department keeps its id, for all people in it", async () => {
  await using client = await startSignedIn();
  const idOf = (unit: unknown) => (unit as { attributes: { id: number } }).attributes.id;
  const members = async (name: string) =>
    (await client.listEmployees()).filter(({ department }) => nameOf(department) === name);
  const before = await members("Engineering");
  await client.admin.rename({ from: "Engineering", to: "Entwicklung" });

  const after = await members("Entwicklung");
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(new Set([...before, ...after].map(({ department }) => idOf(department))).size).toBe(1);
});

test("a removed person is gone from the list, the pages and all supervisors", async () => {
  await using client = await startSignedIn();
  const id = await idAt(client, 0);
  const reports = (await client.listEmployees()).filter(
    ({ supervisor }) => supervisorIdOf(supervisor) === id,
  );
  await client.admin.remove(id);

  expect(reports.length).toBeGreaterThan(0);
  expect((await client.get(`/v1/company/employees/${id}`)).status).toBe(404);
  const employees = await client.listEmployees();
  expect(employees).toHaveLength(249);
  expect(employees.map((person) => String(person.id))).not.toContain(id);
  expect(await client.values(String(reports[0]?.id))).toMatchObject({ supervisor: null });
  await expect(client.admin.remove(id)).rejects.toThrow(/There is no employee/);
});

test("deletions shift the pages after them by one each", async () => {
  await using client = await startSignedIn();
  const ids = (await client.listEmployees()).map(({ id }) => String(id));
  for (const place of [150, 3, 40]) await client.admin.remove(ids[place]!);
  const left = ids.filter((_, place) => ![3, 40, 150].includes(place));
  expect((await client.listEmployees()).map(({ id }) => String(id))).toEqual(left);
  expect(await idAt(client, 39)).toBe(left[39]);
});

test("a rehire is a new record; the old one keeps its dates and gives up its address", async () => {
  await using client = await startSignedIn();
  const leaver = (await client.listEmployees()).find(({ status, email }) => status === "inactive" && email)!;
  const id = String(leaver.id);
  const newId = await client.admin.rehire(id, { hire_date: "2026-12-01", position: "Advisor" });

  expect(Number(newId)).toBeGreaterThan(Number(id));
  const { first_name, last_name, email, dynamic_402117 } = leaver;
  expect(await client.values(newId)).toMatchObject({
    ...{ first_name, last_name, email, dynamic_402117 },
    position: "Advisor",
    status: "onboarding",
    hire_date: "2026-12-01T00:00:00+01:00",
    termination_date: null,
    // A rehire does not copy a unique attribute.
    dynamic_402118: "",
  });
  const old = await client.values(id);
  expect(old).toMatchObject({ status: "inactive", termination_date: leaver.termination_date });
  expect(String(old.email).replace(/_[a-z0-9]{5}$/, "")).toBe(email);
  expect(old.email).not.toBe(email);
});

test("a rehire under another address does not change the old record", async () => {
  await using client = await startSignedIn();
  const leaver = (await client.listEmployees()).find(({ status }) => status === "inactive")!;
  await client.admin.rehire(String(leaver.id), { hire_date: "2026-12-01", email: "back@again.example" });
  expect(await client.values(String(leaver.id))).toMatchObject({ email: leaver.email });
});

test("only a leaver can be rehired, and only after the old last day", async () => {
  await using client = await startSignedIn();
  const id = await client.admin.hire({ hire_date: "2020-01-01" });
  await expect(client.admin.rehire(id, { hire_date: "2026-12-01" })).rejects.toThrow(/has not/);
  await client.admin.terminate(id, "2026-11-01");
  await expect(client.admin.rehire(id, { hire_date: "2026-11-01" })).rejects.toThrow(/must be after/);
});

test("invalid edits are refused with the reason, and change nothing", async () => {
  await using client = await startSignedIn();
  const id = await idAt(client, 5);
  const before = await client.values(id);
  await expect(client.admin.change(id, { hire_date: "2026-02-30" })).rejects.toThrow(/hire_date/);
  await expect(client.admin.change(id, { shoe_size: 43 } as never)).rejects.toThrow(/shoe_size/);
  await expect(client.admin.change(id, { supervisor: "1" })).rejects.toThrow(/There is no employee 1\./);
  await expect(client.admin.rename({ from: "Atlantis", to: "x" })).rejects.toThrow(/Atlantis/);
  expect(await client.values(id)).toEqual(before);
});

test("an unknown path of the sandbox's own API is answered with the known ones", async () => {
  await using client = await startSignedIn();
  const response = await fetch(`${client.url}/sandbox/nothing`);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("POST people/:id/rehire");
});

test("requests are counted by path, without queries, until cleared", async () => {
  await using client = await startSignedIn();
  await client.admin.clearRequests();
  await client.page("email=lee@elsewhere.example");
  await client.page("offset=50");
  await client.get("/v1/company/employees/attributes");

  const requests = await client.admin.requests();
  expect(requests).toEqual([
    { method: "GET", path: "/v1/company/employees", count: 2 },
    { method: "GET", path: "/v1/company/employees/attributes", count: 1 },
  ]);
  await client.admin.clearRequests();
  expect(await client.admin.requests()).toEqual([]);
});
