import { describe, expect, test } from "vitest";
import { markExcluded } from "../../../src/sync/read/exclude.ts";
import type { ExclusionRules } from "../../../src/sync/read/exclusion-rules.ts";
import { createSourceHash } from "../../../src/sync/read/source-hash.ts";
import type { TranslatedPerson } from "../../../src/sync/read/translate.ts";

const person = (fields: TranslatedPerson["fields"] = {}): TranslatedPerson => ({
  personioId: "7",
  fields: {
    status: "ACTIVE",
    employmentType: "INTERNAL",
    legalEntity: { personioId: "l1", name: "Nordlicht GmbH" },
    ...fields,
  },
  unreadable: [],
});
const without = (field: "employmentType" | "legalEntity"): TranslatedPerson => {
  const { [field]: _, ...fields } = person().fields;
  return { ...person(), fields };
};
const rules = (changes: Partial<ExclusionRules>): ExclusionRules => ({
  personioIds: new Set(),
  employmentTypes: null,
  legalEntityIds: null,
  ...changes,
});
const INTERNAL = rules({ employmentTypes: new Set(["INTERNAL"]) });
const FIRST_ENTITY = rules({ legalEntityIds: new Set(["l1"]) });

describe("markExcluded", () => {
  test.each([
    ["a record by its id", person(), rules({ personioIds: new Set(["7"]) }), { by: "RECORD" }],
    [
      "another employment type",
      person({ employmentType: "EXTERNAL" }),
      INTERNAL,
      { by: "EMPLOYMENT_TYPE", employmentType: "EXTERNAL" },
    ],
    [
      "another legal entity",
      person({ legalEntity: { personioId: "l2", name: "Nordlicht AG" } }),
      FIRST_ENTITY,
      { by: "LEGAL_ENTITY", name: "Nordlicht AG" },
    ],
  ] as const)("markExcluded excludes %s, as if the person were inactive", (_, read, by, excluded) => {
    expect(markExcluded(read, by)).toEqual({
      ...read,
      fields: { ...read.fields, status: "INACTIVE" },
      excluded,
    });
  });

  test.each([
    [
      "a person of a named type and entity",
      person(),
      rules({ ...INTERNAL, legalEntityIds: new Set(["l1"]) }),
    ],
    ["a person without an employment type", person({ employmentType: null }), INTERNAL],
    ["a person without a legal entity", person({ legalEntity: null }), FIRST_ENTITY],
    [
      "a person without one, while ids are matched",
      person({ legalEntity: null }),
      rules({ legalEntityIds: "UNMATCHED" }),
    ],
    ["a person with another id", person(), rules({ personioIds: new Set(["70"]) })],
    [
      "a person who has left in Personio",
      person({ status: "INACTIVE" }),
      rules({ personioIds: new Set(["7"]) }),
    ],
  ] as const)("markExcluded keeps %s as read", (_, read, by) => {
    expect(markExcluded(read, by)).toBe(read);
  });

  test.each([
    ["the employment type was not read", without("employmentType"), INTERNAL, "employmentType"],
    ["the legal entity was not read", without("legalEntity"), FIRST_ENTITY, "legalEntity"],
    [
      "ids of the other API version are stored",
      person(),
      rules({ legalEntityIds: "UNMATCHED" }),
      "legalEntity",
    ],
  ] as const)("markExcluded decides nothing if %s, and leaves the status", (_, read, by, field) => {
    expect(markExcluded(read, by)).toEqual({ ...read, excluded: { by: "UNKNOWN", field } });
  });

  test("a known reason counts before an unknown one", () => {
    const both = rules({ ...FIRST_ENTITY, personioIds: new Set(["7"]) });
    expect(markExcluded(without("legalEntity"), both)).toMatchObject({ excluded: { by: "RECORD" } });
  });

  test("the hash differs only for an excluded person, even if nothing else in the record does", () => {
    const hashOf = createSourceHash("V1", { keyOf: {}, customKeys: [], hidden: [] }, new Map());
    const marked = markExcluded(without("employmentType"), INTERNAL);
    expect(marked.fields).toEqual(without("employmentType").fields);
    expect(hashOf(marked)).not.toBe(hashOf(without("employmentType")));
    expect(hashOf(markExcluded(person(), INTERNAL))).toBe(hashOf(person()));
  });
});
