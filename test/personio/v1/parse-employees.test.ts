import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/personio/http/parse-json.ts";
import { attributesResponse } from "../../../src/personio/v1/parse-attributes.ts";
import { employeesResponse } from "../../../src/personio/v1/parse-employees.ts";

const attribute = (value: unknown, label = "A label") => ({
  label,
  value,
  type: "standard",
  universal_id: null,
});

/** A page with one employee, who has an id and these values. */
const page = (values: Record<string, unknown>, total = 1) => ({
  success: true,
  metadata: { total_elements: total, current_page: 0, total_pages: 1 },
  offset: 0,
  limit: 100,
  data: [
    {
      type: "Employee",
      attributes: {
        id: attribute(7311391),
        ...Object.fromEntries(Object.entries(values).map(([key, value]) => [key, attribute(value)])),
      },
    },
  ],
});

const attributesOf = (values: Record<string, unknown>) =>
  employeesResponse().parse(page(values)).employees[0]?.attributes;

describe("A page of employees", () => {
  test("a page becomes ids and plain values", () => {
    const values = {
      first_name: "Tobias",
      weekly_working_hours: "40",
      dynamic_402193: 9,
      hire_date: "2021-03-01T00:00:00+01:00",
    };
    expect(employeesResponse().parse(page(values, 250))).toEqual({
      total: 250,
      received: 1,
      employees: [{ id: "7311391", attributes: { id: "7311391", ...values } }],
    });
  });

  test.each([
    null,
    "",
    [],
    {},
    { type: "Department", attributes: [] },
    { type: "Department", attributes: null },
  ])("the value %j is empty", (value) => {
    expect(attributesOf({ department: value })).toMatchObject({ department: null });
  });

  test("zero and false are not empty", () => {
    expect(attributesOf({ hourly_salary: 0, remote: false })).toMatchObject({
      hourly_salary: 0,
      remote: false,
    });
  });

  test("a value that the credential may not read is missing, not empty", () => {
    expect(Object.keys(attributesOf({ email: "" }) ?? {})).toEqual(["id", "email"]);
  });

  test("a value without Personio's envelope is missing", () => {
    const odd = page({});
    Object.assign(odd.data[0]?.attributes ?? {}, {
      first_name: "Tobias",
      email: { value: "x@example.org" },
      position: { label: "P" },
    });
    expect(employeesResponse().parse(odd).employees[0]?.attributes).toEqual({ id: "7311391" });
  });

  test("nested ids become text, without the labels around them", () => {
    const supervisor = {
      type: "Employee",
      attributes: { id: attribute(7311204), first_name: attribute("Mara"), email: attribute("") },
    };
    const costCenters = [{ type: "CostCenter", attributes: { id: 91544, name: "R&D", percentage: 100 } }];
    expect(
      attributesOf({
        department: { type: "Department", attributes: { id: 330127, name: "Engineering" } },
        supervisor,
        cost_centers: costCenters,
      }),
    ).toMatchObject({
      department: { type: "Department", attributes: { id: "330127", name: "Engineering" } },
      supervisor: { type: "Employee", attributes: { id: "7311204", first_name: "Mara", email: null } },
      cost_centers: [{ type: "CostCenter", attributes: { id: "91544", name: "R&D", percentage: 100 } }],
    });
  });

  test("ids beyond 2^53 keep every digit (G8)", () => {
    const text = JSON.stringify(
      page({ work_schedule: { type: "WorkSchedule", attributes: { id: 5, name: "40 h" } } }),
    )
      .replace("7311391", "9007199254740993")
      .replace('"id":5', '"id":1067807102794692001');
    const [employee] = employeesResponse().parse(parseJson(Buffer.from(text))).employees;
    expect(employee?.id).toBe("9007199254740993");
    expect(employee?.attributes.work_schedule).toMatchObject({
      attributes: { id: "1067807102794692001" },
    });
  });

  test("an id may be a text, as in a later version of the API", () => {
    const odd = page({ id: "3f0c-uuid" });
    expect(employeesResponse().parse(odd).employees[0]?.id).toBe("3f0c-uuid");
  });

  test("malicious keys and depths cause no error and no change of prototypes", () => {
    const text = JSON.stringify(page({ deep: 1, odd: { polluted: "yes" } }))
      .replace('"value":1', `"value":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`)
      .replace('"odd"', '"__proto__"');
    const attributes = employeesResponse().parse(parseJson(Buffer.from(text))).employees[0]?.attributes ?? {};
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
    expect(Object.keys(attributes)).toEqual(["id", "deep"]);
  });

  test.each([
    { type: "Employee", attributes: "x" },
    { type: "Employee", attributes: {} },
    { type: "Employee" },
    "Tobias",
    null,
    [],
    ...[null, "", " ", true, { nested: 1 }, "7".repeat(2_001)].map((id) => page({ id }).data[0]),
  ])("a record without a readable id does not block the others, and raises a doubt: %j", (odd) => {
    const { data } = page({});
    expect(employeesResponse().parse({ ...page({}, 2), data: [odd, ...data] })).toMatchObject({
      total: 2,
      received: 2,
      employees: [{ id: "7311391" }],
      doubt: "1 records had no readable id",
    });
  });

  test.each(["1e15", "-1", '"many"', "1e400", "0.5", "null", "{}", "99999999999"])(
    "a page is read although its total is %s, and raises a doubt",
    (json) => {
      const text = JSON.stringify(page({})).replace('"total_elements":1', `"total_elements":${json}`);
      expect(employeesResponse().parse(parseJson(Buffer.from(text)))).toMatchObject({
        total: null,
        received: 1,
        employees: [{ id: "7311391" }],
        doubt: expect.stringContaining("total_elements"),
      });
    },
  );

  test("a total may be digits in a text", () => {
    expect(employeesResponse().parse({ ...page({}), metadata: { total_elements: "250" } }).total).toBe(250);
  });

  test.each([
    ["an array", []],
    ["an object where the list should be", { ...page({}), data: { "0": {} } }],
    ["a refusal", { ...page({}), success: false }],
    ["null", null],
  ])("a page is unreadable when it is %s", (_what, body) => {
    expect(employeesResponse().safeParse(body).success).toBe(false);
  });
});

describe("The list of granted attributes", () => {
  test("the list has labels, types, known ids and options", () => {
    const data = [
      { key: "email", label: "Email", type: "standard", universal_id: "email", options: [] },
      { key: "dynamic_1", label: "Size", type: "list", universal_id: null, options: ["S", "M"] },
    ];
    expect(attributesResponse.parse({ success: true, data })).toEqual([
      { key: "email", label: "Email", type: "standard", universalId: "email", options: [] },
      { key: "dynamic_1", label: "Size", type: "list", universalId: null, options: ["S", "M"] },
    ]);
  });

  test("the list needs only the keys", () => {
    const data = [
      { key: "dynamic_2", options: { "1": "S" } },
      { key: "dynamic_3", label: "", options: ["S", 4] },
    ];
    expect(attributesResponse.parse({ success: true, data })).toEqual([
      { key: "dynamic_2", label: "dynamic_2", type: "standard", universalId: null, options: [] },
      { key: "dynamic_3", label: "dynamic_3", type: "standard", universalId: null, options: ["S", "4"] },
    ]);
  });

  test("the list is read although entries are odd: without a key, listed twice, of other types, endless", () => {
    const data = [
      ...[null, "email", [], 7, {}, { label: "Email" }, { key: "" }, { key: null }, { key: "k".repeat(401) }],
      { key: "__proto__", label: "Prototype" },
      { key: "dynamic_1", label: 2024, type: 7, universal_id: {}, options: "S" },
      { key: "dynamic_1", label: "Twice", type: "date" },
      { key: 402, label: ` ${"王".repeat(1_000)}` },
    ];
    expect(attributesResponse.parse({ success: true, data })).toEqual([
      { key: "dynamic_1", label: "2024", type: "standard", universalId: null, options: [] },
      { key: "402", label: "王".repeat(666), type: "standard", universalId: null, options: [] },
    ]);
  });
});
