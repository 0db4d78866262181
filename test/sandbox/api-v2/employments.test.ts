import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameOf, supervisorIdOf } from "../support/start.ts";
import {
  type JsonObject,
  type List,
  PERSONS,
  type Problem,
  type SandboxClientV2,
  startV2,
} from "../support/start-v2.ts";

let client: SandboxClientV2;
beforeAll(async () => {
  client = await startV2();
});
afterAll(() => client[Symbol.asyncDispose]());

const NAMES = {
  first_name: "Ines",
  last_name: "Duarte",
} as const;

const idIn = (value: unknown): string | null => (value ? String((value as { id: unknown }).id) : null);

describe("an employment", () => {
  test("an employment refers to other records by id, with plain dates and numbers", async () => {
    const [boss] = await client.readAll(`${PERSONS}?limit=50`);
    const id = await client.admin.hire({
      ...NAMES,
      position: "Controls Engineer",
      department: "Engineering",
      team: "Motion Control",
      office: "Porto",
      supervisor: String(boss?.id),
      weekly_working_hours: "38.5",
      hire_date: "2021-03-01",
      contract_end_date: "2027-02-28",
      probation_period_end: "2021-08-31",
    });
    const { subcompany, department, team, office } = await client.values(id);
    const v1IdOf = (unit: unknown) => String((unit as { attributes: { id: number } }).attributes.id);
    const { _data, _meta } = await client.read<List>(`${PERSONS}/${id}/employments`);
    expect(_meta).toEqual({ links: { self: { href: `${client.url}/v2/employments` } } });
    const instant = expect.stringMatching(/^2026-11-23T09:0\d:\d\dZ$/);
    expect(_data).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        status: "ACTIVE",
        weekly_working_hours: 38.5,
        full_time_weekly_working_hours: 40,
        probation_end_date: "2021-08-31",
        employment_start_date: "2021-03-01",
        employment_end_date: null,
        type: expect.stringMatching(/^(IN|EX)TERNAL$/),
        contract_end_date: "2027-02-28",
        created_at: instant,
        updated_at: instant,
        position: { title: "Controls Engineer" },
        supervisor: { id: boss?.id },
        office: { id: v1IdOf(office) },
        org_units: [
          { type: "team", id: v1IdOf(team) },
          { type: "department", id: v1IdOf(department) },
        ],
        legal_entity: { id: expect.any(String) },
        job: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        sub_company: { id: v1IdOf(subcompany) },
        cost_centers: expect.any(Array),
        person: { id },
        termination: null,
        _meta: {
          links: {
            person: { href: `${client.url}/v2/persons/${id}` },
            supervisor: { href: `${client.url}/v2/persons/${boss?.id}` },
          },
        },
      },
    ]);
    expect(await client.read(`${PERSONS}/${id}/employments/${_data[0]?.id}`)).toEqual(_data[0]);
    expect((await client.person(id)).employments).toEqual([{ id: _data[0]?.id }]);
    await client.admin.remove(id);
  });

  test("the employment of a leaver contains when, why, and since when it is known", async () => {
    await using edited = await startV2({ people: 10 });
    const id = await edited.admin.hire({ hire_date: "2023-08-01" });
    await edited.admin.terminate(id, "2026-12-31");
    await edited.admin.change(id, { last_working_day: "2026-12-18" });
    expect(await edited.employment(id)).toMatchObject({
      status: "ACTIVE",
      employment_end_date: "2026-12-31",
      termination: {
        termination_date: "2026-12-31",
        last_working_day: "2026-12-18",
        terminated_at: "2026-11-23",
        type: "EMPLOYEE",
        reason: null,
      },
    });
    await edited.admin.advanceClock({ to: "2027-01-01T00:00:00Z" });
    expect(await edited.employment(id)).toMatchObject({ status: "INACTIVE" });
    expect(await edited.person(id)).toMatchObject({ status: "INACTIVE" });
  });

  test("employments of a pre-hire and of a person on leave have that status, while the person is ACTIVE", async () => {
    await using edited = await startV2({ people: 10 });
    const preHire = await edited.admin.hire({ hire_date: "2026-12-01" });
    const absent = await edited.admin.hire({ hire_date: "2020-01-01" });
    await edited.admin.putOnLeave(absent, { from: "2026-11-20", until: "2026-12-20" });
    expect((await edited.employment(preHire)).status).toBe("ONBOARDING");
    expect((await edited.employment(absent)).status).toBe("LEAVE");
    expect((await edited.person(preHire)).status).toBe("ACTIVE");
  });

  test("an employment without a supervisor, office or position contains null for it", async () => {
    await using edited = await startV2({ people: 10 });
    const boss = await edited.admin.hire();
    const id = await edited.admin.hire({
      supervisor: boss,
      office: null,
      position: "",
      team: null,
      department: null,
    });
    await edited.admin.remove(boss);
    expect(await edited.employment(id)).toMatchObject({
      supervisor: null,
      office: null,
      position: null,
      job: null,
      org_units: [],
      _meta: { links: { person: {} } },
    });
  });

  test("an employment's updated_at moves with every edit that is not of the person", async () => {
    await using edited = await startV2({ people: 10 });
    const id = await edited.admin.hire();
    const job = (await edited.employment(id)).job;
    await edited.admin.advanceClock({ days: 1 });
    await edited.admin.change(id, { position: "Poet" });
    const moved = await edited.employment(id);
    expect(moved).toMatchObject({ updated_at: expect.stringMatching(/^2026-11-24/) });
    expect(moved.job).not.toEqual(job);
  });
});

test("each employment contains the ids of the units that version 1 names", async () => {
  const named = async (path: string) =>
    new Map((await client.readAll(path)).map(({ id, name }) => [String(id), String(name)]));
  const names = {
    department: await named("/v2/org-units?type=department"),
    team: await named("/v2/org-units?type=team"),
    legalEntity: await named("/v2/legal-entities"),
    workplace: await named("/v2/workplaces"),
    costCenter: await named("/v2/cost-centers"),
  };
  const employees = await client.listEmployees();
  for (const values of employees) {
    const employment = await client.employment(String(values.id));
    const units = employment.org_units as { type: string; id: string }[];
    const unitName = (type: "department" | "team") => {
      const unit = units.find((unit) => unit.type === type);
      return unit ? names[type].get(unit.id) : null;
    };
    expect({
      department: unitName("department"),
      team: unitName("team"),
      legalEntity: names.legalEntity.get(idIn(employment.legal_entity) ?? ""),
      office: employment.office ? names.workplace.get(idIn(employment.office) ?? "") : null,
      supervisor: idIn(employment.supervisor),
      costCenters: (employment.cost_centers as { id: string; weight: number }[]).map(({ id, weight }) => [
        names.costCenter.get(id),
        weight,
      ]),
      hiredOn: employment.employment_start_date,
      leavesOn: employment.employment_end_date,
      status: employment.status,
    }).toEqual({
      department: nameOf(values.department),
      team: nameOf(values.team),
      legalEntity: nameOf(values.subcompany),
      office: nameOf(values.office),
      supervisor: supervisorIdOf(values.supervisor),
      costCenters: (values.cost_centers as { attributes: JsonObject }[]).map(({ attributes }) => [
        attributes.name,
        attributes.percentage,
      ]),
      hiredOn: String(values.hire_date).slice(0, 10),
      leavesOn: values.termination_date && String(values.termination_date).slice(0, 10),
      status: String(values.status).toUpperCase(),
    });
  }
});

describe("the list of employments", () => {
  test("the list of employments contains exactly one, and filters may exclude it", async () => {
    const [first] = await client.readAll(`${PERSONS}?limit=50`);
    const path = `${PERSONS}/${first?.id}/employments`;
    const found = async (query: string) => (await client.read<List>(`${path}?${query}`))._data.length;
    const { id, updated_at: updatedAt } = await client.employment(String(first?.id));
    expect(await found(`id=x,${id}`)).toBe(1);
    expect(await found("id=x")).toBe(0);
    expect(await found(`updated_at=${updatedAt}`)).toBe(1);
    expect(await found(`updated_at.gt=${updatedAt}`)).toBe(0);
  });

  test.each(["limit=51", "status=ACTIVE", "updated_at.gt=soon"])(
    "a list with %s is refused",
    async (query) => {
      const [first] = await client.readAll(`${PERSONS}?limit=50`);
      expect((await client.get(`${PERSONS}/${first?.id}/employments?${query}`)).status).toBe(400);
    },
  );

  test("employments of an unknown person, and an employment of another person, are not found", async () => {
    const [one, other] = await client.readAll(`${PERSONS}?limit=50`);
    const { id } = await client.employment(String(other?.id));
    for (const path of ["1/employments", `${one?.id}/employments/${id}`]) {
      const problem = await client.read<Problem>(`${PERSONS}/${path}`);
      expect(problem.errors[0]?.type).toMatch(/#common\.resource_not_found$/);
    }
  });

  test("there is no list of all employments, although links point to it", async () => {
    expect((await client.get("/v2/employments")).status).toBe(404);
    await using honest = await startV2({
      people: 10,
      settings: { v2: { employmentLinks: "the person's" } },
    });
    const id = await honest.admin.hire();
    const { _meta } = await honest.read<List>(`${PERSONS}/${id}/employments`);
    expect(_meta.links.self.href).toBe(`${honest.url}/v2/persons/${id}/employments`);
  });
});
