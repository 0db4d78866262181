import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { ApiVersion, Attribute, Employee } from "../../src/personio/employee.ts";
import { createPersonio } from "../../src/personio/personio.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { captureLog } from "./captured-log.ts";

/** Two pages of version 1, three of version 2. */
const PEOPLE = 105;

const started: Promise<Sandbox> = startSandbox({ people: PEOPLE, seed: 7, requestsPerMinute: null });

beforeEach(async () => {
  const { admin } = await started;
  await admin.setGrants(null);
});

afterAll(async () => (await started)[Symbol.asyncDispose]());

async function openAccount(version: ApiVersion) {
  const { url, credentials } = await started;
  const { log } = captureLog();
  const personio = createPersonio({ apiUrl: url, requestsPerMinute: null, log });
  return personio.openAccount(credentials, { version });
}

async function readAll(version: ApiVersion): Promise<Map<string, Employee>> {
  const account = await openAccount(version);
  const employees = new Map<string, Employee>();
  for await (const page of account.readEmployees())
    for (const employee of page.employees) employees.set(employee.id, employee);
  return employees;
}

/** What version 2 lacks. */
const ONLY_V1: readonly string[] = [
  "subcompany",
  "holiday_calendar",
  "absence_entitlement",
  "work_schedule",
  "fix_salary",
  "fix_salary_interval",
  "hourly_salary",
];

/** Keys whose values the two versions word differently. */
const WORDED_DIFFERENTLY = ["termination_type", "created_at", "last_modified_at"];

const DAY = /^\d{4}-\d\d-\d\d(?=T|$)/;

/** A day without time and zone, which version 2 does not send. */
const dayOf = (value: unknown): unknown =>
  typeof value === "string" ? (DAY.exec(value)?.[0] ?? value) : value;

/** A supervisor without the name and address that version 1 includes. */
const withoutNames = (value: unknown): unknown =>
  typeof value === "object" &&
  value !== null &&
  "type" in value &&
  value.type === "Employee" &&
  "attributes" in value
    ? { type: "Employee", attributes: { id: Object(value.attributes).id } }
    : value;

/** The part of an employee that both versions must agree on. */
const comparable = ({ attributes }: Employee): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(attributes)
      .filter(([key]) => ![...ONLY_V1, ...WORDED_DIFFERENTLY, "legal_entity"].includes(key))
      .map(([key, value]) => [key, withoutNames(dayOf(value))]),
  );

const keysOf = (attributes: readonly Attribute[]): string[] => attributes.map(({ key }) => key).toSorted();

const nameIn = (value: unknown): unknown =>
  value === null || value === undefined ? value : Object(value).attributes.name;

async function expectSamePeople(): Promise<void> {
  const [one, two] = await Promise.all([readAll("V1"), readAll("V2")]);
  expect([...two.keys()].toSorted()).toEqual([...one.keys()].toSorted());
  for (const [id, employee] of one) {
    const other = two.get(id);
    expect(other && comparable(other)).toEqual(comparable(employee));
    expect(nameIn(other?.attributes.legal_entity)).toEqual(nameIn(employee.attributes.subcompany));
  }
}

const readKeys = async (version: ApiVersion): Promise<string[]> =>
  keysOf(await (await openAccount(version)).readAttributes());

describe("Both versions", () => {
  test("both versions yield the same people, except for what version 2 lacks or words differently", async () => {
    await expectSamePeople();
    const [one, two] = await Promise.all([readAll("V1"), readAll("V2")]);
    expect(one.size).toBe(PEOPLE);
    const counts = [...one.values()].map((employee) => Object.keys(comparable(employee)).length);
    expect(new Set(counts)).toEqual(new Set([29]));
    for (const { attributes } of two.values()) expect(ONLY_V1.filter((key) => key in attributes)).toEqual([]);
  });

  test("each version has its own word for the kind of a termination", async () => {
    const [one, two] = await Promise.all([readAll("V1"), readAll("V2")]);
    const leaver = [...one.values()].find(({ attributes }) => attributes.termination_type !== null);
    expect(leaver?.attributes.termination_type).toBe("employee-quit");
    expect(two.get(leaver?.id ?? "")?.attributes.termination_type).toBe("employee");
  });

  test("both versions report creation times as the same instants", async () => {
    const [one, two] = await Promise.all([readAll("V1"), readAll("V2")]);
    const instantOf = (employee?: Employee) => Date.parse(String(employee?.attributes.created_at));
    for (const [id, employee] of one) expect(instantOf(two.get(id))).toBe(instantOf(employee));
  });

  test("both versions list the same attributes, with the legal entity in place of the subcompany", async () => {
    const [one, two] = await Promise.all([readKeys("V1"), readKeys("V2")]);
    const expected = one.filter((key) => !ONLY_V1.includes(key));
    expect(two).toEqual([...expected, "legal_entity"].toSorted());
    const account = await openAccount("V2");
    const attributes = await account.readAttributes();
    expect(attributes.find(({ key }) => key === "dynamic_402190")).toMatchObject({
      label: "T-shirt size",
      type: "list",
      options: expect.arrayContaining(["S", "M"]),
    });
  });

  test.each([
    [["first_name", "last_name", "email", "status"]],
    [["email", "status", "department", "supervisor", "termination_date", "dynamic_402117"]],
    [["email", "team", "subcompany", "termination_reason", "dynamic_402191"]],
    [["position"]],
    [[]],
  ])("neither version yields attributes that are not granted: only %j", async (grants) => {
    const { admin } = await started;
    await admin.setGrants(grants);
    await expectSamePeople();
    for (const { attributes } of (await readAll("V2")).values()) {
      const seen = Object.keys(attributes).map((key) => (key === "legal_entity" ? "subcompany" : key));
      expect(seen.toSorted()).toEqual(["id", ...grants].toSorted());
    }
  });

  test("both versions yield only the wanted attributes, and the id", async () => {
    const attributes = new Set(["email", "hire_date", "nobody_has_this"]);
    for (const version of ["V1", "V2"] as const) {
      const account = await openAccount(version);
      for await (const { employees } of account.readEmployees({ attributes }))
        for (const employee of employees)
          expect(Object.keys(employee.attributes).toSorted()).toEqual(["email", "hire_date", "id"]);
    }
  });

  test("both versions clear what HR has cleared, and update what HR has changed", async () => {
    const { admin } = await started;
    const id = await admin.hire({
      department: "Robotics",
      office: "Bergen",
      preferred_name: "Kit",
      team: "Arms",
    });
    const read = async (version: ApiVersion) => {
      const employee = await (await openAccount(version)).readEmployee(id);
      return employee && comparable(employee);
    };
    expect(await read("V2")).toEqual(await read("V1"));
    expect(await read("V2")).toMatchObject({
      department: { type: "Department", attributes: { name: "Robotics" } },
      preferred_name: "Kit",
    });

    await admin.terminate(id, "2031-03-31");
    expect(await read("V2")).toMatchObject({ termination_date: "2031-03-31" });
    await admin.change(id, {
      department: null,
      office: null,
      preferred_name: "",
      termination_date: null,
      last_working_day: null,
      dynamic_402191: [],
    });
    expect(await read("V2")).toMatchObject({
      department: null,
      office: null,
      preferred_name: null,
      termination_date: null,
      dynamic_402191: null,
      team: { type: "Team", attributes: { name: "Arms" } },
    });
    expect(await read("V2")).toEqual(await read("V1"));
    await admin.remove(id);
    expect([await read("V1"), await read("V2")]).toEqual([null, null]);
  });
});
