import { describe, expect, test } from "vitest";
import type { FieldSource, IdpField } from "../../../src/fields/field-source.ts";
import {
  type IdpValues,
  type MergeTask,
  mergeSources,
  personioRecord,
  type SourceRules,
} from "../../../src/people/sources/merge-sources.ts";
import { type PersonRecord, shownNameOf } from "../../../src/people/write/person-record.ts";
import { EMPTY_RECORD } from "../../../src/sync/plan/merge-record.ts";

const PERSONIO: PersonRecord = {
  ...EMPTY_RECORD,
  personioId: "7",
  workEmail: "ada@nordlicht.example",
  firstName: "Ada",
  lastName: "Lind",
  position: "Engineer",
  departmentPersonioId: "d1",
  employeeId: "NR-7",
  supervisorPersonioId: "1",
};
const ALL = new Set([
  "firstName",
  "lastName",
  "position",
  "departmentPersonioId",
  "employeeId",
  "supervisorPersonioId",
]);
const AT = new Date("2026-05-01T08:00:00Z");
const LATER = new Date("2026-06-01T08:00:00Z");

type Orders = Partial<Record<IdpField, readonly FieldSource[]>>;

const MATCH = { userId: "user", version: 1 };
const IDP_FIRST = ["IDP", "PERSONIO"] as const;

const merge = (
  values: IdpValues | null,
  orders: Orders = {},
  task: Partial<MergeTask> = {},
  rules: Partial<SourceRules> = {},
) =>
  mergeSources(
    {
      personio: PERSONIO,
      idp: values && { userId: "user", version: 1, values },
      former: null,
      at: AT,
      ...task,
    },
    {
      sourcesOf: (field) => orders[field] ?? ["PERSONIO", "IDP"],
      readable: ALL,
      hidden: [],
      ...rules,
    },
  );

describe("the first source that has the field wins", () => {
  test("without a user of the identity provider, Personio's record is served and nothing is stored", () => {
    expect(merge(null)).toEqual({ record: PERSONIO, sources: null });
    expect(merge(null, { position: IDP_FIRST }).record).toBe(PERSONIO);
  });

  test("Personio wins by default, and only the match is stored", () => {
    const { record, sources } = merge({ position: "Kite maker" });
    expect(record).toBe(PERSONIO);
    expect(sources).toEqual({ idp: MATCH, personio: {}, winners: {} });
  });

  test("a field that Personio does not have falls through to the identity provider", () => {
    const personio = { ...PERSONIO, position: null };
    const { record, sources } = merge({ position: "Kite maker" }, {}, { personio }, { readable: new Set() });
    expect(record.position).toBe("Kite maker");
    expect(sources?.winners.position).toEqual({ source: "IDP", since: AT.toISOString() });
  });

  test("a field that Personio has, and that is empty, does not fall through", () => {
    const personio = { ...PERSONIO, position: null };
    expect(merge({ position: "Kite maker" }, {}, { personio }).record.position).toBeNull();
  });

  test("a value that Personio no longer shows stays Personio's", () => {
    expect(merge({ position: "Kite maker" }, {}, {}, { readable: new Set() }).record.position).toBe(
      "Engineer",
    );
  });

  test("the identity provider wins where it comes first, also with an empty value", () => {
    const orders = { position: IDP_FIRST, department: IDP_FIRST, supervisor: IDP_FIRST };
    const { record, sources } = merge({ position: null, department: "d2", supervisor: "9" }, orders);
    expect(record).toEqual({
      ...PERSONIO,
      position: null,
      departmentPersonioId: "d2",
      supervisorPersonioId: "9",
    });
    expect(sources?.personio).toEqual({
      position: "Engineer",
      departmentPersonioId: "d1",
      supervisorPersonioId: "1",
    });
  });

  test("a field that the identity provider does not have falls through to Personio", () => {
    expect(merge({}, { position: IDP_FIRST }).record).toBe(PERSONIO);
  });

  test("without Personio among the sources, a field is empty until the identity provider has it", () => {
    const { record, sources } = merge(null, { position: ["IDP"] });
    expect(record.position).toBeNull();
    expect(sources?.personio).toEqual({ position: "Engineer" });
    expect(merge({ position: "Kite maker" }, { position: ["PERSONIO"] }).record).toBe(PERSONIO);
  });

  test("no source fills a hidden field, and no value of it is stored", () => {
    const personio = { ...PERSONIO, position: null };
    const former = {
      idp: MATCH,
      personio: { position: "Engineer" },
      winners: { position: { source: "IDP" as const, since: AT.toISOString() } },
    };
    const merged = merge(
      { position: "Kite maker" },
      { position: IDP_FIRST },
      { personio, former },
      { hidden: ["position"] },
    );
    expect(merged).toEqual({ record: personio, sources: { idp: MATCH, personio: {}, winners: {} } });
  });
});

describe("the name to show", () => {
  test("the name to show is Personio's derived name, also where other names come from the identity provider", () => {
    const { record } = merge({ firstName: "Adele" }, { firstName: IDP_FIRST });
    expect(record.firstName).toBe("Adele");
    expect(shownNameOf(record)).toBe("Ada Lind");
  });

  test("the name to show comes from the identity provider where it wins", () => {
    const { record } = merge({ displayName: "Ada L." }, { displayName: IDP_FIRST });
    expect(shownNameOf(record)).toBe("Ada L.");
    expect(record.firstName).toBe("Ada");
  });

  test("the name to show is derived from the names that won if the winner is empty", () => {
    const orders = { displayName: IDP_FIRST, firstName: IDP_FIRST };
    const { record } = merge({ displayName: null, firstName: "Adele" }, orders);
    expect(shownNameOf(record)).toBe("Adele Lind");
    expect(merge({ firstName: null }, orders).record.firstName).toBe("");
  });
});

describe("since when a source wins", () => {
  const orders = { position: IDP_FIRST };

  test("the time since when a source wins changes only when the winner changes", () => {
    const first = merge({ position: "Kite maker" }, orders);
    const again = merge({ position: "Kite pilot" }, orders, { former: first.sources, at: LATER });
    expect(again.sources?.winners).toEqual(first.sources?.winners);

    const back = merge(null, orders, { former: first.sources, at: LATER });
    expect(back.record).toBe(PERSONIO);
    expect(back.sources).toEqual({
      idp: null,
      personio: {},
      winners: { position: { source: "PERSONIO", since: LATER.toISOString() } },
    });
  });

  test("the stored values restore Personio's record", () => {
    const all = { position: IDP_FIRST, displayName: IDP_FIRST, firstName: IDP_FIRST, department: IDP_FIRST };
    const values = { position: null, displayName: "Ada L.", firstName: "Adele", department: "IDP:kites" };
    const { record, sources } = merge(values, all);
    expect(record).not.toEqual(PERSONIO);
    expect(personioRecord(record, sources)).toEqual(PERSONIO);
  });
});
