import { describe, expect, test } from "vitest";
import type { Attribute } from "../../../src/personio/employee.ts";
import type { OrgNames } from "../../../src/personio/v2/org-names.ts";
import type { Fields } from "../../../src/personio/v2/parse-persons.ts";
import { toEmployee } from "../../../src/personio/v2/to-employee.ts";
import type { V2Context } from "../../../src/personio/v2/v2-context.ts";

const NAMES: OrgNames = {
  department: new Map([["330127", "Engineering"]]),
  team: new Map([["88041", "Motion Control"]]),
  office: new Map([["214410", "Hamburg"]]),
  legal_entity: new Map([["902", "Nordlicht Robotik GmbH"]]),
  cost_centers: new Map([["91544", "CC-410 R&D"]]),
};

const granted = (...keys: string[]): Attribute[] =>
  keys.map((key) => ({ key, label: key, type: "standard", universalId: key, options: [] }));

type Given = { person?: Fields; employment?: Fields | null; context?: Partial<V2Context> };

const attributesOf = ({ person = {}, employment = {}, context = {} }: Given) =>
  toEmployee({ id: "7311391", fields: { id: "7311391", ...person } }, employment, {
    names: NAMES,
    granted: granted("department", "team"),
    ...context,
  }).attributes;

describe("A person and an employment", () => {
  test("a person and an employment become an employee in version 1's words", () => {
    const person = {
      email: "tobias.wrede@nordlicht-robotik.example",
      created_at: "2021-01-18T08:12:44Z",
      updated_at: "2026-11-05T13:02:31Z",
      first_name: "Tobias",
      last_name: "Wrede",
      preferred_name: "Tobi Wrede",
      gender: "MALE",
      profile_picture: { url: "https://api.personio.de/v1/company/employees/7311391/profile-picture" },
      status: "ACTIVE",
      custom_attributes: [
        { id: "dynamic_402117", type: "date", value: "1990-06-14", global_id: "date_of_birth" },
        { id: "dynamic_402191", type: "string_list", value: ["German", "English"], global_id: null },
        { id: "dynamic_402193", type: "int", value: 9, global_id: "dynamic_402193" },
      ],
      employments: [{ id: "0b7f3c58-6c0e-4d5e-9b2b-5f8e1f0f3a10" }],
    };
    const employment = {
      id: "0b7f3c58-6c0e-4d5e-9b2b-5f8e1f0f3a10",
      status: "LEAVE",
      weekly_working_hours: 38.5,
      probation_end_date: "2021-08-31",
      employment_start_date: "2021-03-01",
      employment_end_date: null,
      type: "INTERNAL",
      contract_end_date: "2027-02-28",
      updated_at: "2026-10-05T12:02:31Z",
      position: { title: "Controls Engineer" },
      supervisor: { id: "7311204" },
      office: { id: "214410" },
      org_units: [
        { type: "team", id: "88041" },
        { type: "department", id: "330127" },
      ],
      legal_entity: { id: "902" },
      sub_company: { id: "5120" },
      cost_centers: [{ id: "91544", weight: 100 }],
      termination: {
        termination_date: "2026-12-31",
        last_working_day: "2026-12-18",
        terminated_at: "2026-10-30",
        type: "CONTRACT_EXPIRED",
        reason: "Relocation",
      },
    };
    expect(attributesOf({ person, employment })).toEqual({
      id: "7311391",
      first_name: "Tobias",
      last_name: "Wrede",
      preferred_name: "Tobi Wrede",
      email: "tobias.wrede@nordlicht-robotik.example",
      gender: "male",
      profile_picture: "https://api.personio.de/v1/company/employees/7311391/profile-picture",
      created_at: "2021-01-18T08:12:44Z",
      last_modified_at: "2026-11-05T13:02:31Z",
      status: "leave",
      position: "Controls Engineer",
      employment_type: "internal",
      weekly_working_hours: "38.5",
      hire_date: "2021-03-01",
      probation_period_end: "2021-08-31",
      contract_end_date: "2027-02-28",
      termination_date: "2026-12-31",
      termination_type: "contract_expired",
      termination_reason: "Relocation",
      last_working_day: "2026-12-18",
      supervisor: { type: "Employee", attributes: { id: "7311204" } },
      department: { type: "Department", attributes: { id: "330127", name: "Engineering" } },
      team: { type: "Team", attributes: { id: "88041", name: "Motion Control" } },
      office: { type: "Office", attributes: { id: "214410", name: "Hamburg" } },
      legal_entity: { type: "LegalEntity", attributes: { id: "902", name: "Nordlicht Robotik GmbH" } },
      cost_centers: [
        { type: "CostCenter", attributes: { id: "91544", name: "CC-410 R&D", percentage: 100 } },
      ],
      dynamic_402117: "1990-06-14",
      dynamic_402191: "German,English",
      dynamic_402193: 9,
    });
  });

  test("last_modified_at is the later time of the person and the employment", () => {
    const [earlier, later] = ["2026-10-05T12:02:31Z", "2026-11-05T13:02:31Z"];
    const modifiedAt = (person: Fields, employment: Fields) =>
      attributesOf({ person, employment }).last_modified_at;
    expect(modifiedAt({ updated_at: earlier }, { updated_at: later })).toBe(later);
    expect(modifiedAt({ updated_at: later }, { updated_at: earlier })).toBe(later);
    expect(modifiedAt({}, { updated_at: earlier })).toBe(earlier);
    expect(modifiedAt({ updated_at: null }, {})).toBeUndefined();
  });

  test("all that few rights do not cover is missing", () => {
    const person = { employments: [{ id: "e" }], custom_attributes: [], _meta: {} };
    const employment = { id: "e", person: { id: "7311391" }, status: "ACTIVE", _meta: {} };
    expect(attributesOf({ person, employment })).toEqual({ id: "7311391", status: "active" });
  });

  test.each([
    ["first_name", { person: { first_name: null } }],
    ["email", { person: { email: "" } }],
    ["gender", { person: { gender: "UNSPECIFIED" } }],
    ["profile_picture", { person: { profile_picture: null } }],
    ["position", { employment: { position: null } }],
    ["position", { employment: { position: { title: "" } } }],
    ["position", { employment: { position: {} } }],
    ["employment_type", { employment: { type: "UNSPECIFIED" } }],
    ["contract_end_date", { employment: { contract_end_date: null } }],
    ["weekly_working_hours", { employment: { weekly_working_hours: null } }],
    ["supervisor", { employment: { supervisor: null } }],
    ["supervisor", { employment: { supervisor: {} } }],
    ["office", { employment: { office: null } }],
    ["department", { employment: { org_units: [{ type: "team", id: "88041" }] } }],
    ["department", { employment: { org_units: [] } }],
    ["department", { employment: { org_units: null } }],
    ["cost_centers", { employment: { cost_centers: [] } }],
    ["termination_date", { employment: { termination: null } }],
    ["last_working_day", { employment: { termination: null } }],
    ["last_working_day", { employment: { termination: { last_working_day: null } } }],
    ["last_working_day", { employment: { termination: { last_working_date: null } } }],
  ])("an employee has an empty %s in %j", (key, given) => {
    const context = { granted: granted("department", "termination_date", "last_working_day") };
    expect(attributesOf({ ...given, context })[key]).toBeNull();
  });

  test.each([
    ["supervisor", {}],
    ["department", {}],
    ["termination_reason", { termination: { termination_date: "2026-12-31" } }],
    ["termination_type", { termination: null }],
    ["last_working_day", { termination: { termination_date: "2026-12-31" } }],
    ["cost_centers", {}],
  ])("an employee has no %s in %j", (key, employment) => {
    const context = { granted: granted("department", "termination_date") };
    expect(attributesOf({ employment, context })).not.toHaveProperty(key);
  });

  test("a department that may be unreadable is missing, not empty", () => {
    const employment = { org_units: [{ type: "team", id: "88041" }] };
    for (const context of [{ granted: granted("team") }, { granted: null }]) {
      const attributes = attributesOf({ employment, context });
      expect(attributes).not.toHaveProperty("department");
      expect(attributes).toHaveProperty("team");
    }
  });

  test("references are missing if their names are unreadable, even empty ones", () => {
    const names = {
      ...NAMES,
      department: null,
      team: null,
      office: null,
      legal_entity: null,
      cost_centers: null,
    };
    const given = {
      employment: { org_units: [], office: { id: "214410" }, legal_entity: null, cost_centers: [] },
      context: { names },
    };
    expect(attributesOf(given)).toEqual({ id: "7311391" });
  });

  test("a reference whose name is unknown is kept without a name, so that the problem shows", () => {
    const employment = { office: { id: "1" }, org_units: [{ type: "DEPARTMENT", id: 2 }] };
    expect(attributesOf({ employment })).toMatchObject({
      office: { type: "Office", attributes: { id: "1", name: null } },
      department: { type: "Department", attributes: { id: "2", name: null } },
    });
  });

  test("values of another shape stay unchanged for their reader (A14)", () => {
    const attributes = attributesOf({
      person: { first_name: 7, email: { odd: true } },
      employment: {
        office: "Hamburg",
        org_units: "none",
        employment_start_date: 20210301,
        status: 7,
        position: "CTO",
      },
    });
    expect(attributes).toMatchObject({
      first_name: 7,
      email: { odd: true },
      office: "Hamburg",
      department: "none",
      hire_date: 20210301,
      status: 7,
      position: "CTO",
    });
  });

  test("without an employment, an employee has a status only as a leaver", () => {
    expect(attributesOf({ person: { status: "INACTIVE" }, employment: null })).toEqual({
      id: "7311391",
      status: "inactive",
    });
    expect(attributesOf({ person: { status: "ACTIVE" }, employment: null })).toEqual({ id: "7311391" });
    expect(attributesOf({ person: { status: "INACTIVE" }, employment: { status: "ACTIVE" } }).status).toBe(
      "active",
    );
  });
});

describe("Custom attributes", () => {
  const customValue = (value: unknown) =>
    attributesOf({ person: { custom_attributes: [{ id: "dynamic_1", type: "STRING", value }] } }).dynamic_1;

  test.each([
    [["German"], "German"],
    [["a,b", "c"], '["a,b","c"]'],
    [[], null],
    ["", null],
    [null, null],
    [0, 0],
    [false, false],
    [[{ id: 1 }], [{ id: 1 }]],
  ])("the custom attribute %j has the value %j", (value, expected) => {
    expect(customValue(value)).toEqual(expected);
  });

  test("a custom attribute without a value is missing", () => {
    expect(attributesOf({ person: { custom_attributes: [{ id: "dynamic_1", type: "STRING" }] } })).toEqual({
      id: "7311391",
    });
  });

  test("Personio's known id finds an attribute whose own id is not version 1's key", () => {
    const birthday: Attribute = {
      key: "dynamic_402117",
      label: "Birthday",
      type: "date",
      universalId: "date_of_birth",
      options: [],
    };
    const person = {
      custom_attributes: [
        { id: "dynamic_9f.1", type: "date", value: "1990-06-14", global_id: "date_of_birth" },
        { id: "dynamic_9f.2", type: "string", value: "x", global_id: null },
      ],
    };
    expect(attributesOf({ person, context: { granted: [birthday] } })).toEqual({
      id: "7311391",
      dynamic_402117: "1990-06-14",
      "dynamic_9f.2": "x",
    });
  });

  test("a custom attribute cannot replace a preset one, or an inherited property", () => {
    const odd = [
      { id: "status", type: "string", value: "onboarding" },
      { id: "id", type: "string", value: "1" },
      { id: "__proto__", type: "string", value: { polluted: true } },
      { type: "string", value: "x" },
      "odd",
      null,
    ];
    const attributes = attributesOf({ person: { custom_attributes: odd }, employment: { status: "ACTIVE" } });
    expect(attributes).toEqual({ id: "7311391", status: "active" });
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
    for (const list of ["odd", {}, 7]) {
      expect(attributesOf({ person: { custom_attributes: list } })).toEqual({ id: "7311391" });
    }
  });
});
