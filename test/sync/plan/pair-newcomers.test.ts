import { describe, expect, test } from "vitest";
import type { MatchedRecord } from "../../../src/sync/plan/join-record.ts";
import type { MatchedRecords } from "../../../src/sync/plan/match-records.ts";
import { type NewcomerPair, pairNewcomers } from "../../../src/sync/plan/pair-newcomers.ts";
import type { TranslatedFields, TranslatedPerson } from "../../../src/sync/read/translate.ts";

const ADA = { firstName: "Ada", lastName: "Lind", dateOfBirth: "1990-06-14" };
const record = (personioId: string, fields: Partial<TranslatedFields>): TranslatedPerson => ({
  personioId,
  fields: { ...ADA, ...fields },
  unreadable: [],
});
const former = record("1", { workEmail: "ada_ab12c@firma.de" });
const next = record("2", { workEmail: "ada@firma.de" });

const NONE: MatchedRecords = {
  personOf: new Map(),
  replaced: new Set(),
  waiting: new Map(),
  awaited: new Map(),
  ambiguous: new Map(),
};
const pair = (
  pairs: readonly NewcomerPair[],
  { records = NONE, rivals = [] }: { records?: MatchedRecords; rivals?: readonly string[] } = {},
) => {
  const { waiting, awaited } = pairNewcomers(pairs, records, new Map(rivals.map((id) => [id, "9"])));
  return { waiting: Object.fromEntries(waiting), awaited: Object.fromEntries(awaited) };
};
const NO_PAIR = { waiting: {}, awaited: {} };

describe("two new records of one person", () => {
  test("the next record waits for the former one, which gets the unaltered address", () => {
    expect(pair([{ former, next }])).toEqual({ waiting: { 2: "1" }, awaited: { 1: "ada@firma.de" } });
  });

  test.each<[string, Partial<TranslatedFields>]>([
    ["with another birth date", { dateOfBirth: "1971-01-01" }],
    ["with the same name and another number", { dateOfBirth: null, employeeId: "NR-8" }],
    ["with another name, and nothing else to compare", { dateOfBirth: null, lastName: "Berg" }],
  ])("records %s do not form a pair", (_case, fields) => {
    const numbered = record("1", { ...former.fields, employeeId: "NR-7" });
    expect(pair([{ former: numbered, next: record("2", { ...next.fields, ...fields }) }])).toEqual(NO_PAIR);
  });

  test("a record that agrees with two others does not form a pair", () => {
    expect(pair([former, record("3", former.fields)].map((one) => ({ former: one, next })))).toEqual(NO_PAIR);
    expect(pair([next, record("3", next.fields)].map((one) => ({ former, next: one })))).toEqual(NO_PAIR);
  });

  test("a record without the right to its address, or of a known person, does not form a pair", () => {
    for (const rival of ["1", "2"]) expect(pair([{ former, next }], { rivals: [rival] })).toEqual(NO_PAIR);
    const waits = { ...NONE, waiting: new Map([["2", "7"]]) };
    expect(pair([{ former, next }], { records: waits })).toEqual({ waiting: { 2: "7" }, awaited: {} });
    const ambiguous = { ...NONE, ambiguous: new Map([["1", "7"]]) };
    expect(pair([{ former, next }], { records: ambiguous })).toEqual(NO_PAIR);
    const known = { ...NONE, personOf: new Map([["1", {} as MatchedRecord]]) };
    expect(pair([{ former, next }], { records: known })).toEqual(NO_PAIR);
  });
});
