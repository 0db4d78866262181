import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CUSTOM_ATTRIBUTE } from "../../src/sandbox/company/attributes.ts";
import { createCompany } from "../../src/sandbox/company/company.ts";
import { CULTURES } from "../../src/sandbox/company/name-lists.ts";
import { nameSlug } from "../../src/sandbox/company/names.ts";
import { MONDAY, nameOf, type SandboxClient, startSignedIn, supervisorIdOf } from "./support/start.ts";

/** Levels of the tree above and including a person, or null below a cycle. */
function levelOf(id: string, supervisors: ReadonlyMap<string, string | null>): number | null {
  let level = 1;
  for (let at = supervisors.get(id); at; at = supervisors.get(at)) {
    level += 1;
    if (level > supervisors.size) return null;
  }
  return level;
}

const readSupervisors = async (client: SandboxClient) =>
  new Map(
    (await client.listEmployees("attributes[]=supervisor")).map((p) => [
      String(p.id),
      supervisorIdOf(p.supervisor),
    ]),
  );

test("the same seed on the same day creates exactly the same company", async () => {
  await using first = await startSignedIn({ seed: 7 });
  await using second = await startSignedIn({ seed: 7, now: new Date("2026-11-23T18:30:00Z") });

  const withoutPort = async (client: SandboxClient) =>
    JSON.stringify(await client.listEmployees()).replaceAll(client.url, "");
  expect(await withoutPort(first)).toBe(await withoutPort(second));
});

test("another seed creates another company", async () => {
  await using first = await startSignedIn({ seed: 1 });
  await using second = await startSignedIn({ seed: 2 });

  const emails = async (client: SandboxClient) => (await client.listEmployees()).map(({ email }) => email);
  const known = new Set(await emails(first));
  const shared = (await emails(second)).filter((email) => email && known.has(email));
  expect(shared.length).toBeLessThan(25);
});

test("a company does not age: on another day its dates move with the day", async () => {
  await using now = await startSignedIn();
  await using later = await startSignedIn({ now: new Date("2031-05-06T09:00:00Z") });

  expect((await later.admin.summary()).byStatus).toEqual((await now.admin.summary()).byStatus);
});

test.each([5, 9, 1_000_001, 12.5])(
  "a company of %s people is refused with the allowed range",
  async (people) => {
    await expect(startSignedIn({ people })).rejects.toThrow(/10 to 1,000,000 people/);
  },
);

test.each([10, 11, 37])("a company of only %s people has one head and unique emails", async (people) => {
  await using client = await startSignedIn({ people });
  const employees = await client.listEmployees();

  expect(employees).toHaveLength(people);
  const emails = employees.map(({ email }) => email).filter(Boolean);
  expect(new Set(emails).size).toBe(emails.length);
  expect(employees.find(({ supervisor }) => supervisor === null)).toMatchObject({
    position: "Chief Executive Officer",
  });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "of 250 people (seed %s) at least 200 have an email and have not left",
  async (seed) => {
    await using client = await startSignedIn({ seed });
    const { people, present, byStatus, withoutEmail } = await client.admin.summary();

    expect(people).toBe(250);
    expect(present).toBeGreaterThanOrEqual(200);
    expect(Object.values(byStatus).every((count) => count >= 3)).toBe(true);
    expect(withoutEmail).toBeGreaterThanOrEqual(2);
  },
);

describe("a company of 1,000 people", () => {
  let client: SandboxClient;
  let employees: Record<string, unknown>[];
  beforeAll(async () => {
    client = await startSignedIn({ people: 1_000 });
    employees = await client.listEmployees();
  });
  afterAll(() => client[Symbol.asyncDispose]());

  const count = (isMeant: (person: Record<string, unknown>) => unknown) => employees.filter(isMeant).length;

  test("ids ascend from about seven million, with gaps", () => {
    const ids = employees.map(({ id }) => Number(id));
    expect(ids).toEqual(ids.toSorted((left, right) => left - right));
    expect(ids[0]).toBeGreaterThanOrEqual(7_300_000);
    expect(new Set(ids.map((id, place) => id - (ids[place - 1] ?? id))).size).toBeGreaterThan(3);
  });

  test("work emails are unique and plain", () => {
    const emails = employees
      .map(({ email }) => email)
      .filter((email) => typeof email === "string" && email !== "");
    expect(new Set(emails).size).toBe(emails.length);
    for (const email of emails) expect(email).toMatch(/^[a-z0-9.-]+@[a-z-]+\.example$/);
  });

  test("missing emails come in both empty forms", () => {
    expect(count(({ email }) => email === null)).toBeGreaterThan(0);
    expect(count(({ email }) => email === "")).toBeGreaterThan(0);
  });

  test("names contain umlauts and accents of several languages", () => {
    const letters = employees.map((person) => `${person.first_name} ${person.last_name}`).join("");
    for (const letter of "äöüßãçéłńğşøå") expect(letters).toContain(letter);
  });

  test("departments are of uneven size, and there are about 25", () => {
    const sizes = Object.values(Object.groupBy(employees, ({ department }) => nameOf(department) ?? "")).map(
      (people) => people?.length ?? 0,
    );
    expect(sizes.length).toBeGreaterThanOrEqual(24);
    expect(Math.max(...sizes)).toBeGreaterThan(10 * Math.min(...sizes));
  });

  test("offices are on three continents, each with its legal entity and holidays", () => {
    const offices = new Set(employees.map(({ office }) => nameOf(office)));
    for (const office of ["Hamburg", "Berlin", "Porto", "London", "New York", "Singapore"]) {
      expect(offices).toContain(office);
    }
    expect(new Set(employees.map(({ subcompany }) => nameOf(subcompany))).size).toBeGreaterThanOrEqual(8);
    const porto = employees.find(({ office }) => nameOf(office) === "Porto");
    expect(porto?.holiday_calendar).toMatchObject({
      type: "HolidayCalendar",
      attributes: { country: "PT", state: null },
    });
  });

  test("pre-hires start in the future and leavers have left", () => {
    const today = MONDAY.toISOString().slice(0, 10);
    const preHires = employees.filter(({ status }) => status === "onboarding");
    const leavers = employees.filter(({ status }) => status === "inactive");
    expect(preHires.length).toBeGreaterThan(10);
    expect(leavers.length).toBeGreaterThan(30);
    for (const { hire_date } of preHires) expect(String(hire_date).slice(0, 10) > today).toBe(true);
    for (const { termination_date } of leavers)
      expect(String(termination_date).slice(0, 10) < today).toBe(true);
  });

  test("some people have given notice, are external, on probation, or on a fixed-term contract", () => {
    const today = MONDAY.toISOString().slice(0, 10);
    const isLater = (value: unknown) => value !== null && String(value).slice(0, 10) > today;
    expect(count((p) => isLater(p.termination_date) && p.status === "active")).toBeGreaterThan(10);
    expect(count((p) => p.employment_type === "external")).toBeGreaterThan(30);
    expect(count((p) => isLater(p.probation_period_end) && p.status === "active")).toBeGreaterThan(10);
    expect(count((p) => isLater(p.contract_end_date))).toBeGreaterThan(50);
    expect(
      count((p) => p.contract_end_date !== null && !isLater(p.contract_end_date) && p.status === "active"),
    ).toBeGreaterThan(0);
  });

  test("two people supervise each other, and all other lines end at the top or without a supervisor", async () => {
    const supervisors = await readSupervisors(client);
    const [left = "", right = ""] = (await client.admin.summary()).supervisorCycle;
    expect([supervisors.get(left), supervisors.get(right)]).toEqual([right, left]);

    const lost = [...supervisors.keys()].filter((id) => levelOf(id, supervisors) === null);
    expect(lost).toHaveLength(3);
    expect(lost).toEqual(expect.arrayContaining([left, right]));
    expect([...supervisors.values()].filter((supervisor) => supervisor === null).length).toBeGreaterThan(3);
  });

  test("custom attributes have every type, both with and without a value", () => {
    for (const key of Object.values(CUSTOM_ATTRIBUTE)) {
      expect(
        count((p) => p[key] !== null && p[key] !== ""),
        key,
      ).toBeGreaterThan(0);
      if (key !== CUSTOM_ATTRIBUTE.yearsOfExperience) {
        expect(
          count((p) => p[key] === null || p[key] === ""),
          key,
        ).toBeGreaterThan(0);
      }
    }
    expect(count((p) => String(p[CUSTOM_ATTRIBUTE.about]).includes("\n"))).toBeGreaterThan(0);
    expect(count((p) => String(p[CUSTOM_ATTRIBUTE.languages]).includes(","))).toBeGreaterThan(0);
  });
});

test("the tree of 20,000 people has at most nine levels, and uses them", async () => {
  await using client = await startSignedIn({ people: 20_000 });
  const supervisors = await readSupervisors(client);

  const levels = [...supervisors.keys()].map((id) => levelOf(id, supervisors) ?? 0);
  expect(supervisors.size).toBe(20_000);
  expect(Math.max(...levels)).toBeLessThanOrEqual(9);
  expect(Math.max(...levels)).toBeGreaterThanOrEqual(8);
});

test("the tree of a million people is nine levels deep", () => {
  const people = 1_000_000;
  const { chart } = createCompany({ people, seed: 3, startedAt: MONDAY.getTime(), employeeIds: "usual" });
  const levels = new Uint8Array(people);
  const levelAt = (index: number): number => {
    if (levels[index]) return levels[index];
    const supervisor = chart.supervisorOf(chart.seatAt(index));
    const level = supervisor === null ? 1 : levelAt(supervisor) + 1;
    levels[index] = level;
    return level;
  };
  let deepest = 0;
  for (let index = 0; index < people; index += 1) deepest = Math.max(deepest, levelAt(index));
  expect(deepest).toBe(9);
});

test("ids above 2^53 are printed whole, as bare numbers", async () => {
  await using client = await startSignedIn({ settings: { employeeIds: "huge" } });
  const text = await (await client.get("/v1/company/employees?limit=3")).text();

  const [id] = /"id":\{"label":"ID","value":(\d+)/.exec(text)?.slice(1) ?? [];
  expect(BigInt(id ?? 0)).toBeGreaterThan(2n ** 53n);
  const single = await (await client.get(`/v1/company/employees/${id}`)).text();
  expect(single).toContain(`"id":{"label":"ID","value":${id},`);
  expect(text).toMatch(/"work_schedule".*?"id":10678071027946920\d\d,/);
});

test("no two names of the lists have the same form in an address", () => {
  const families = CULTURES.flatMap(({ families }) => families).map((family) => nameSlug("", family));
  expect(new Set(families).size).toBe(families.length);
  for (const { women, men } of CULTURES) {
    const firsts = [...women, ...men].map((first) => nameSlug(first, ""));
    expect(new Set(firsts).size).toBe(firsts.length);
  }
});
