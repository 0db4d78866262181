import { describe, expect, test } from "vitest";
import { ActionableError } from "../../../src/errors.ts";
import { describeAttributes } from "../../../src/integration/describe-integration.ts";
import { mappedAttributes, missingRequiredFields } from "../../../src/integration/fields/field-mapping.ts";
import {
  completeFieldMapping,
  decideUndecided,
  proposeFieldMapping,
  translateFieldMapping,
} from "../../../src/integration/fields/propose-mapping.ts";
import type { Attribute } from "../../../src/personio/employee.ts";

const attribute = (key: string, label = key, universalId: string | null = key): Attribute => ({
  key,
  label,
  type: "standard",
  universalId,
  options: [],
});

const required = [attribute("email"), attribute("first_name"), attribute("last_name"), attribute("status")];

const proposed = (granted: readonly Attribute[]) => mappedAttributes(proposeFieldMapping(granted));

describe("the proposed mapping", () => {
  test("the proposal takes preset attributes by key, and one for both sub-company and legal entity", () => {
    const { keyOf } = proposed([...required, attribute("subcompany"), attribute("hire_date")]);
    expect(keyOf).toMatchObject({
      workEmail: "email",
      hireDate: "hire_date",
      subCompany: "subcompany",
      legalEntity: "subcompany",
    });
    expect(keyOf).not.toHaveProperty("supervisor");
  });

  test("the proposal finds the date of birth by its universal id, whatever its label", () => {
    const { keyOf, customKeys } = proposed([
      ...required,
      attribute("dynamic_1", "Geburtstag", "date_of_birth"),
    ]);
    expect(keyOf.dateOfBirth).toBe("dynamic_1");
    expect(customKeys).toEqual([]);
  });

  test.each(["Employee ID", "personalnummer ", "Personnel number"])(
    "the proposal finds the personnel number labelled %s",
    (label) => {
      const granted = [...required, attribute("dynamic_2", label, null)];
      expect(proposed(granted).keyOf.employeeId).toBe("dynamic_2");
    },
  );

  test("a preset attribute with a similar label does not become the personnel number", () => {
    expect(proposed([...required, attribute("id", "Employee ID")]).keyOf).not.toHaveProperty("employeeId");
  });

  test("the proposal keeps custom attributes, and leaves out those granted for payroll", () => {
    const granted = [
      ...required,
      attribute("dynamic_3", "T-shirt size", null),
      attribute("dynamic_4", "IBAN", "iban"),
    ];
    expect(proposed(granted).customKeys).toEqual(["dynamic_3"]);
  });
});

describe("a reviewed mapping", () => {
  const granted = [...required, attribute("position"), attribute("dynamic_3", "Nickname", null)];
  const row = (personField: string, personioAttribute: string | null) => ({ personField, personioAttribute });

  test("a reviewed mapping keeps the proposal for fields that it does not name", () => {
    const rows = completeFieldMapping([row("position", null)], granted);
    expect(mappedAttributes(rows).keyOf).toMatchObject({ workEmail: "email" });
    expect(mappedAttributes(rows).keyOf).not.toHaveProperty("position");
    expect(mappedAttributes(rows).customKeys).toEqual(["dynamic_3"]);
  });

  test("a reviewed mapping may choose any granted attribute for a field", () => {
    const rows = completeFieldMapping([row("preferredName", "dynamic_3")], granted);
    expect(mappedAttributes(rows).keyOf.preferredName).toBe("dynamic_3");
  });

  test.each([
    ["names a field that does not exist", [row("shoeSize", "position")]],
    ["names an attribute that is not granted", [row("position", "dynamic_99")]],
    ["names a field twice", [row("position", "position"), row("position", null)]],
    [
      "names a custom attribute twice",
      [row("customAttributes", "dynamic_3"), row("customAttributes", "dynamic_3")],
    ],
  ])("a reviewed mapping that %s is BAD_USER_INPUT", (_case, rows) => {
    expect(() => completeFieldMapping(rows, granted)).toThrow(
      expect.objectContaining({ code: "BAD_USER_INPUT" }),
    );
  });

  test("a reviewed mapping without the work email is refused, and the help names the attribute as Personio does", () => {
    const finishing = () => completeFieldMapping([row("workEmail", null)], granted);
    expect(finishing).toThrow(ActionableError);
    expect(finishing).toThrow(
      expect.objectContaining({
        code: "PERSONIO_ACCESS_MISSING",
        help: expect.stringContaining("tick Email"),
      }),
    );
  });
});

describe("a mapping in force, after more attributes are granted", () => {
  const row = (personField: string, personioAttribute: string | null) => ({ personField, personioAttribute });
  const inForce = proposeFieldMapping(required);

  test("a newly granted attribute fills an undecided field", () => {
    const granted = [...required, attribute("supervisor"), attribute("dynamic_1", "Born", "date_of_birth")];
    expect(decideUndecided(inForce, granted)).toEqual([
      ...inForce,
      row("supervisor", "supervisor"),
      row("dateOfBirth", "dynamic_1"),
    ]);
  });

  test("the mapping is the same object if nothing is new, even when a right is lost", () => {
    expect(decideUndecided(inForce, required)).toBe(inForce);
    expect(decideUndecided(inForce, required.slice(1))).toBe(inForce);
  });

  test("a field that an admin has hidden or mapped elsewhere does not change", () => {
    const rows = [...inForce, row("supervisor", null), row("position", "dynamic_3")];
    const granted = [...required, attribute("supervisor"), attribute("position")];
    expect(decideUndecided(rows, granted)).toBe(rows);
  });

  test("a custom attribute is not added, nor is one that is already kept used for the personnel number", () => {
    const rows = [...inForce, row("customAttributes", "dynamic_4")];
    const granted = [
      ...required,
      attribute("dynamic_3", "T-shirt size", null),
      attribute("dynamic_4", "Personnel number", null),
    ];
    expect(decideUndecided(rows, granted)).toBe(rows);
  });
});

test("a field without a row is undecided, and one with null is hidden", () => {
  const rows = [...proposeFieldMapping(required), { personField: "position", personioAttribute: null }];
  const { keyOf, hidden } = mappedAttributes(rows);
  expect(hidden).toEqual(["position"]);
  expect(Object.keys(keyOf)).not.toContain("supervisor");
});

test("a missing required attribute has its name in Personio", () => {
  const granted = [attribute("email"), attribute("status")];
  expect(missingRequiredFields(proposeFieldMapping(granted), granted)).toEqual(["First name", "Last name"]);
});

describe("the attributes shown to an admin", () => {
  const shown = describeAttributes(required, proposeFieldMapping(required));
  const of = (key: string) => shown.find((entry) => entry.key === key);

  test("a granted attribute names the fields that need it", () => {
    expect(of("email")).toMatchObject({ granted: true, neededFor: ["workEmail"], missingHelp: null });
  });

  test("a missing attribute names its cost and where to tick it", () => {
    expect(of("supervisor")).toMatchObject({ granted: false, neededFor: ["supervisor"] });
    expect(of("supervisor")?.missingHelp).toContain("no reporting lines");
    expect(of("supervisor")?.missingHelp).toContain('tick "Supervisor"');
  });

  test("a missing attribute of several fields appears once, with all its costs", () => {
    expect(shown.filter((entry) => entry.key === "subcompany")).toHaveLength(1);
    expect(of("subcompany")?.neededFor).toEqual(["subCompany", "legalEntity"]);
  });
});

test("translateFieldMapping keeps custom attributes that the other version does not list, because unmapped ones are deleted", () => {
  const buddy = { personField: "customAttributes", personioAttribute: "dynamic_402190" };
  const listed = [{ key: "email", label: "Email", type: "standard", universalId: "email", options: [] }];
  expect(translateFieldMapping([buddy], listed)).toContainEqual(buddy);
});
