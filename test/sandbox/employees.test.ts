import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SandboxClient, startSignedIn } from "./support/start.ts";

let client: SandboxClient;
beforeAll(async () => {
  client = await startSignedIn();
});
afterAll(() => client[Symbol.asyncDispose]());

describe("the list of employees", () => {
  test("the list of employees has pages of 50, counted from 0", async () => {
    const page = await client.page();
    expect(page.data).toHaveLength(50);
    expect(page).toMatchObject({
      success: true,
      metadata: { total_elements: 250, current_page: 0, total_pages: 5 },
      offset: 0,
      limit: 50,
    });
  });

  test("the offset counts records, and every record comes once", async () => {
    const pages = await Promise.all([0, 100, 200].map((offset) => client.page(`limit=100&offset=${offset}`)));
    expect(pages.map(({ metadata }) => metadata.current_page)).toEqual([0, 1, 2]);
    expect(pages.map(({ data }) => data.length)).toEqual([100, 100, 50]);
    const ids = pages.flatMap(({ data }) => data.map(({ attributes }) => attributes.id?.value));
    expect(new Set(ids).size).toBe(250);
    const [seventh] = (await client.page("limit=1&offset=7")).data;
    expect(seventh?.attributes.id?.value).toBe(ids[7]);
  });

  test("the list of employees is empty after its end", async () => {
    expect(await client.page("offset=250")).toMatchObject({ data: [], metadata: { total_elements: 250 } });
  });

  test.each(["limit=101", "limit=0", "limit=ten", "limit="])("a list with %s is refused", async (query) => {
    const response = await client.get(`/v1/company/employees?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      success: false,
      error: { code: 0, message: "The limit must be between 1 and 100." },
    });
  });

  test("a negative offset is refused", async () => {
    expect((await client.get("/v1/company/employees?offset=-1")).status).toBe(400);
  });

  test("the email filter matches exactly and returns a list", async () => {
    const [first] = (await client.page("limit=1")).data;
    const email = String(first?.attributes.email?.value);
    const found = await client.page(`email=${encodeURIComponent(email)}`);
    expect(found.data).toEqual([first]);
    expect(found.metadata.total_elements).toBe(1);
    expect((await client.page("email=unknown@elsewhere.example")).data).toEqual([]);
  });

  test("a response contains only the requested attributes, and always the id", async () => {
    const { data } = await client.page("limit=1&attributes[]=first_name&attributes%5B%5D=status");
    expect(Object.keys(data[0]?.attributes ?? {})).toEqual(["id", "first_name", "status"]);
  });
});

test("a single employee is one object, the same as in the list", async () => {
  const [listed] = (await client.page("limit=1&offset=42")).data;
  const response = await client.get(`/v1/company/employees/${listed?.attributes.id?.value}`);
  expect(await response.json()).toEqual({ success: true, data: listed });
});

test.each(["7300003000", "0", "7299999", "letters"])(
  "employee %s is not found, with a German error",
  async (id) => {
    const response = await client.get(`/v1/company/employees/${id}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      success: false,
      error: { code: 404, message: "Es ist ein Problem aufgetreten " },
    });
  },
);

test("no employee has a profile picture", async () => {
  const [first] = (await client.page("limit=1")).data;
  const picture = String(first?.attributes.profile_picture?.value);
  expect(picture.startsWith(client.url)).toBe(true);
  for (const path of [picture, `${picture}/256`]) {
    expect((await client.get(path.slice(client.url.length))).status).toBe(404);
  }
});

describe("the attributes of an employee", () => {
  test("attributes have envelopes, with hours as text, money with its currency, and the whole supervisor", async () => {
    const people = (await client.page("limit=100")).data;
    const { attributes } = people.find((person) => person.attributes.supervisor?.value)!;
    expect(attributes.first_name).toEqual({
      label: "First name",
      value: expect.any(String),
      type: "standard",
      universal_id: "first_name",
    });
    expect(attributes.weekly_working_hours?.value).toMatch(/^\d+(\.\d)?$/);
    expect(attributes.fix_salary).toMatchObject({
      value: expect.any(Number),
      type: "decimal",
      currency: "EUR",
    });
    expect(attributes.supervisor?.value).toMatchObject({
      type: "Employee",
      attributes: {
        id: { type: "integer" },
        first_name: { label: "First name" },
        email: { universal_id: "email" },
      },
    });
    expect(attributes.dynamic_402117).toMatchObject({ label: "Birthday", universal_id: "date_of_birth" });
    expect(attributes.dynamic_402118).toMatchObject({ label: "Employee ID", universal_id: null });
  });

  test("attributes refer to units by id and name, and are empty as documented", async () => {
    const people = await client.listEmployees();
    expect(people[60]?.department).toEqual({
      type: "Department",
      attributes: { id: expect.any(Number), name: expect.any(String) },
    });
    const empty = (key: string) => new Set(people.map((person) => JSON.stringify(person[key])));
    expect(empty("office")).toContain("null");
    expect(empty("supervisor")).toContain("null");
    expect(empty("cost_centers")).toContain("[]");
    expect(empty("preferred_name")).toContain('""');
    expect(empty("termination_date")).toContain("null");
    expect(empty("dynamic_402192")).toContain('""');
  });
});

describe("updated_since", () => {
  test("updated_since selects people changed since then, in UTC, with pages", async () => {
    await using edited = await startSignedIn();
    const nobody = await edited.page("updated_since=2026-11-23T09:00:00");
    expect(nobody.metadata.total_elements).toBe(0);

    const [first, second] = (await edited.page("limit=2&offset=90")).data.map((p) =>
      String(p.attributes.id?.value),
    );
    await edited.admin.change(first!, { position: "Poet" });
    await edited.admin.change(second!, { weekly_working_hours: "12" });
    const hired = await edited.admin.hire();

    const since = "updated_since=2026-11-23T09:00:00";
    const page = await edited.page(`${since}&limit=2`);
    expect(page.metadata).toEqual({ total_elements: 3, current_page: 0, total_pages: 2 });
    expect((await edited.listEmployees(since)).map(({ id }) => String(id))).toEqual([first, second, hired]);
    // Combined with `attributes[]` it selects changes of these; a new record is new in every attribute.
    expect(
      (await edited.listEmployees(`${since}&attributes[]=position`)).map(({ id }) => String(id)),
    ).toEqual([first, hired]);
    expect((await edited.page("updated_since=2026-11-22")).metadata.total_elements).toBeGreaterThanOrEqual(3);
    expect((await edited.page("updated_since=1990-01-01")).metadata.total_elements).toBe(251);
  });

  test("updated_since ignores changes of attributes that are not granted", async () => {
    await using edited = await startSignedIn();
    const [id] = (await edited.page("limit=1")).data.map((p) => String(p.attributes.id?.value));
    await edited.admin.change(id!, { position: "Poet" });
    await edited.admin.setGrants(["email"]);
    expect((await edited.page("updated_since=2026-11-23T09:00:00")).data).toEqual([]);
  });

  test("updated_since refuses other values than dates", async () => {
    expect((await client.get("/v1/company/employees?updated_since=yesterday")).status).toBe(400);
  });
});

describe("open points as settings", () => {
  test("a limit above 100 may be capped", async () => {
    await using capped = await startSignedIn({ settings: { limitAboveMaximum: "capped" } });
    expect((await capped.page("limit=200")).data).toHaveLength(100);
  });

  test("the order may be descending", async () => {
    await using descending = await startSignedIn({ settings: { order: "descending" } });
    const ids = (await descending.listEmployees()).map(({ id }) => Number(id));
    expect(ids).toHaveLength(250);
    expect(ids).toEqual(ids.toSorted((left, right) => right - left));
  });
});
