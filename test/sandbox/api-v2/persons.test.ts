import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type List, PERSONS, type Problem, type SandboxClientV2, startV2 } from "../support/start-v2.ts";

let client: SandboxClientV2;
beforeAll(async () => {
  client = await startV2();
});
afterAll(() => client[Symbol.asyncDispose]());

const idsOf = (persons: readonly Record<string, unknown>[]) => persons.map(({ id }) => String(id));

describe("the list of persons", () => {
  test("the list of persons has pages of 10, and contains each person once, as on version 1", async () => {
    const page = await client.read<List>(PERSONS);
    expect(page._data).toHaveLength(10);
    expect(page._meta.links.self.href).toBe(`${client.url}/v2/persons`);

    const employees = await client.readAll(`${PERSONS}?limit=50`);
    expect(employees.slice(0, 10)).toEqual(page._data);
    expect(idsOf(employees)).toEqual((await client.listEmployees()).map(({ id }) => String(id)));
  });

  test("each page but the last links to the next one, by an absolute address with only a cursor", async () => {
    const first = await client.read<List>(`${PERSONS}?limit=50&status=ACTIVE`);
    const next = new URL(first._meta.links.next?.href ?? "");
    expect(next.origin + next.pathname).toBe(`${client.url}/v2/persons`);
    expect([...next.searchParams.keys()]).toEqual(["cursor"]);
    expect(next.searchParams.get("cursor")).toMatch(/^cur_[\w-]+$/);

    // The cursor contains limit and filters of its request.
    const second = await client.read<List>(next.href);
    expect(second._data).toHaveLength(50);
    expect(second._data.every(({ status }) => status === "ACTIVE")).toBe(true);
    expect(await client.read<List>(`${PERSONS}?limit=1&id=7300006`)).toMatchObject({
      _meta: { links: { self: {} } },
    });
    expect((await client.read<List>(`${PERSONS}?limit=1&id=7300006`))._meta.links).not.toHaveProperty("next");
  });

  test.each(["limit=51", "limit=0", "limit=ten", "limit="])("a list with %s is refused", async (query) => {
    const response = await client.get(`${PERSONS}?${query}`);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      400,
      "application/problem+json",
    ]);
    expect(await response.json()).toMatchObject({
      errors: [
        {
          title: "Bad request",
          detail: "Provided value for limit is not valid",
          type: "https://developer.personio.de/reference/errors#common.bad_request",
        },
      ],
    });
  });

  test.each(["cursor=cur_tampered", "cursor=7", "cursor=", "status=LEAVE", "updated_at.gt=yesterday"])(
    "a list with %s is refused",
    async (query) => {
      const response = await client.get(`${PERSONS}?${query}`);
      expect([response.status, ((await response.json()) as Problem).errors[0]?.detail]).toEqual([
        400,
        "Provided request parameters are invalid.",
      ]);
    },
  );

  test.each(["id.nooperator=1", "updated_at.gte=2026-11-01T00:00:00Z", "position=Poet"])(
    "the unknown filter %s is refused",
    async (query) => {
      const problem = await client.read<Problem>(`${PERSONS}?${query}`);
      expect(problem.errors[0]?.detail).toBe("Provided filter encoding is invalid.");
    },
  );

  test("hires and removals during a read do not shift the list of persons", async () => {
    await using changing = await startV2();
    const ids = idsOf(await changing.readAll(`${PERSONS}?limit=50`));
    const first = await changing.read<List>(`${PERSONS}?limit=50`);
    await changing.admin.remove(ids[3]!);
    await changing.admin.remove(ids[60]!);
    const hired = await changing.admin.hire();

    const rest = idsOf(await changing.readAll(first._meta.links.next?.href ?? ""));
    expect(rest).toEqual([...ids.slice(50).filter((id) => id !== ids[60]), hired]);
  });

  test("the list of persons may be in descending order", async () => {
    await using descending = await startV2({ settings: { order: "descending" } });
    const ids = idsOf(await descending.readAll(`${PERSONS}?limit=50`));
    expect(ids).toEqual(idsOf(await client.readAll(`${PERSONS}?limit=50`)).reverse());
  });
});

describe("a filter of persons", () => {
  test("filters select by exact ids and emails, also several at once", async () => {
    const employees = (await client.readAll(`${PERSONS}?limit=50`)).filter(({ email }) => email);
    const [one, other] = [employees[70]!, employees[7]!];
    const found = async (query: string) => idsOf(await client.readAll(`${PERSONS}?${query}`));
    expect(await found(`id=${one.id},${other.id},1`)).toEqual([other.id, one.id]);
    // Page by page, too.
    expect(await found(`id=${one.id},${other.id}&limit=1`)).toEqual([other.id, one.id]);
    expect(await found(`email=${one.email},${other.email}`)).toEqual([other.id, one.id]);
    expect(await found(`email=${one.email}&id=${other.id}`)).toEqual([]);
    expect(await found(`first_name=${encodeURIComponent(String(one.first_name))}&id=${one.id}`)).toEqual([
      one.id,
    ]);
    expect(await found(`last_name=${encodeURIComponent(String(one.last_name).slice(1))}`)).toEqual([]);
  });

  test("the status filter distinguishes active from inactive; onboarding and leave count as active", async () => {
    const { byStatus } = await client.admin.summary();
    const inactive = await client.readAll(`${PERSONS}?limit=50&status=INACTIVE`);
    const active = await client.readAll(`${PERSONS}?limit=50&status=ACTIVE`);
    expect(inactive).toHaveLength(byStatus.inactive);
    expect(active).toHaveLength(byStatus.active + byStatus.leave + byStatus.onboarding);
    expect(new Set(active.map(({ status }) => status))).toEqual(new Set(["ACTIVE"]));
  });

  test("filters select by creation and change, strictly after and before", async () => {
    await using changing = await startV2();
    const employees = await changing.readAll(`${PERSONS}?limit=50`);
    const id = String(employees[42]?.id);
    await changing.admin.change(id, { first_name: "Zoë" });
    const { updated_at: updatedAt } = await changing.person(id);
    const found = async (query: string) => idsOf(await changing.readAll(`${PERSONS}?${query}`));
    expect(await found("updated_at.gt=2026-11-23T08:59:59Z")).toEqual([id]);
    expect(await found("updated_at.gt=2026-11-23T09:59:59%2B01:00")).toEqual([id]);
    expect(await found(`updated_at.gt=${updatedAt}`)).toEqual([]);
    expect(await found(`updated_at=${updatedAt}`)).toEqual([id]);
    expect(await found("updated_at=2026-11-23")).toEqual([id]);
    expect(await found("updated_at.gt=2026-11-23&limit=1")).toEqual([id]);
    expect(await found("created_at.gt=2026-11-23")).toEqual([]);
    const [first] = employees;
    expect(await found(`created_at.lt=${first?.created_at}`)).not.toContain(first?.id);
    expect(await found(`created_at.lt=2026-11-23T00:00:00Z&limit=50`)).toHaveLength(250);
  });
});

describe("a person", () => {
  test("a single person is the bare object, the same as in the list", async () => {
    const { _data: persons } = await client.read<List>(PERSONS);
    expect(await client.person(String(persons[4]?.id))).toEqual(persons[4]);
  });

  test("a person contains the identity and not the work place, with instants in UTC", async () => {
    const id = await client.admin.hire({
      first_name: "Tobias",
      last_name: "Wrede",
      email: "tobias.wrede@nordlicht-robotik.example",
      gender: "male",
      hire_date: "2021-03-01",
      dynamic_402117: "1990-06-14",
      dynamic_402118: "NR-0142",
      dynamic_402190: "L",
      dynamic_402191: ["German", "English"],
      dynamic_402192: "",
      dynamic_402193: 9,
      dynamic_402194: "Climber.",
    });
    const instant = expect.stringMatching(/^2026-11-23T09:0\d:\d\dZ$/);
    expect(await client.person(id)).toEqual({
      id,
      email: "tobias.wrede@nordlicht-robotik.example",
      created_at: instant,
      updated_at: instant,
      first_name: "Tobias",
      last_name: "Wrede",
      preferred_name: null,
      gender: "MALE",
      profile_picture: { url: `${client.url}/v1/company/employees/${id}/profile-picture` },
      status: "ACTIVE",
      custom_attributes: [
        { id: "dynamic_402117", type: "date", value: "1990-06-14", global_id: "date_of_birth" },
        { id: "dynamic_402118", type: "string", value: "NR-0142", global_id: "dynamic_402118" },
        { id: "dynamic_402190", type: "string", value: "L", global_id: "dynamic_402190" },
        {
          id: "dynamic_402191",
          type: "string_list",
          value: ["German", "English"],
          global_id: "dynamic_402191",
        },
        { id: "dynamic_402192", type: "string", value: null, global_id: "dynamic_402192" },
        { id: "dynamic_402193", type: "int", value: 9, global_id: "dynamic_402193" },
        { id: "dynamic_402194", type: "string", value: "Climber.", global_id: "dynamic_402194" },
      ],
      employments: [{ id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) }],
      _meta: { links: { employments: { href: `${client.url}/v2/persons/${id}/employments` } } },
    });
    await client.admin.remove(id);
  });

  test("a person without an email or a gender has null and UNSPECIFIED", async () => {
    await using edited = await startV2({ people: 10 });
    for (const email of [null, ""]) {
      const id = await edited.admin.hire({ email, gender: "" });
      expect(await edited.person(id)).toMatchObject({ email: null, gender: "UNSPECIFIED" });
    }
  });

  test("an unknown or deleted person is not found", async () => {
    await using edited = await startV2({ people: 10 });
    const id = await edited.admin.hire();
    await edited.admin.remove(id);
    for (const unknown of [id, "0", "letters"]) {
      const response = await edited.get(`${PERSONS}/${unknown}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        personio_trace_id: expect.stringMatching(/^[0-9a-f]{16}$/),
        timestamp: expect.any(String),
        errors: [
          {
            title: "Resource not found",
            detail: "There is no resource for the specified id.",
            type: "https://developer.personio.de/reference/errors#common.resource_not_found",
          },
        ],
      });
    }
  });

  test("an id above 2^53 is a text", async () => {
    await using huge = await startV2({ people: 10, settings: { employeeIds: "huge" } });
    const [first] = await huge.readAll(PERSONS);
    expect(BigInt(String(first?.id))).toBeGreaterThan(2n ** 53n);
    expect(await huge.person(String(first?.id))).toEqual(first);
  });
});

describe("open points as settings", () => {
  test("an empty value may be absent, also of a custom attribute", async () => {
    await using terse = await startV2({ people: 10, settings: { v2: { emptyValues: "absent" } } });
    const id = await terse.admin.hire({
      email: null,
      dynamic_402192: "",
      contract_end_date: null,
      office: null,
    });
    const person = await terse.person(id);
    expect(person).not.toHaveProperty("email");
    expect(person.custom_attributes.map(({ id }) => id)).not.toContain("dynamic_402192");
    const employment = await terse.employment(id);
    for (const key of ["contract_end_date", "office", "termination"])
      expect(employment).not.toHaveProperty(key);
  });

  test("a custom attribute may have no global id", async () => {
    await using plain = await startV2({ people: 10, settings: { v2: { globalIds: "null" } } });
    const [person] = await plain.readAll(PERSONS);
    const { custom_attributes: attributes } = await plain.person(String(person?.id));
    const ids = new Set(attributes.map(({ global_id: id }) => id));
    expect(ids).toEqual(new Set(["date_of_birth", null]));
  });

  test.each(["person changes", "every change"] as const)(
    "a setting decides whether a change of the employment moves a person's updated_at: %s",
    async (personUpdatedAt) => {
      await using edited = await startV2({ people: 10, settings: { v2: { personUpdatedAt } } });
      const [first] = await edited.readAll(PERSONS);
      const id = String(first?.id);
      await edited.admin.change(id, { position: "Poet" });
      const hasMoved = String((await edited.person(id)).updated_at) > "2026-11-23";
      expect(hasMoved).toBe(personUpdatedAt === "every change");
      expect(String((await edited.employment(id)).updated_at) > "2026-11-23").toBe(true);

      const employment = await edited.employment(id);
      await edited.admin.advanceClock({ days: 0.1 });
      await edited.admin.change(id, { last_name: "Ångström" });
      expect(String((await edited.person(id)).updated_at) > "2026-11-23T11").toBe(true);
      expect(await edited.employment(id)).toEqual(employment);
    },
  );
});
