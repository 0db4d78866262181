import { describe, expect, test } from "vitest";
import type { PersonRecord } from "../../../src/people/write/person-record.ts";
import { ALONE, type MatchedRecord } from "../../../src/sync/plan/join-record.ts";
import { mergeJoined } from "../../../src/sync/plan/merge-joined.ts";
import { EMPTY_RECORD } from "../../../src/sync/plan/merge-record.ts";
import type { TranslatedFields, TranslatedPerson } from "../../../src/sync/read/translate.ts";

const RULES = { customKeys: [], hidden: [] };

/** A person who entered with the next record of a move. */
const entered: PersonRecord = {
  ...EMPTY_RECORD,
  personioId: "2",
  firstName: "Ada",
  position: "Lead",
  hireDate: "2026-07-01",
  originalHireDate: "2026-07-01",
  probationEndDate: "2026-12-31",
};
const record = (personioId: string, fields: Partial<TranslatedFields>): TranslatedPerson => ({
  personioId,
  fields,
  unreadable: [],
});
/** Without other records in the same read. */
const ALONE_IN_READ = { ...ALONE, personId: "our-1", known: null, today: "2026-06-15" } as const;
const preceded = (next: Partial<TranslatedFields> | null): PersonRecord =>
  mergeJoined(
    {
      ...ALONE_IN_READ,
      kind: "PRECEDES",
      staged: record("1", { hireDate: "2020-01-01", terminationDate: "2026-06-30" }),
      stored: entered,
      current: { wasRead: true, staged: next && record("2", next) },
    } satisfies MatchedRecord,
    RULES,
  );

test("the former record of a move becomes the current one, and the other one the coming one", () => {
  expect(preceded(null)).toMatchObject({
    personioId: "1",
    hireDate: "2020-01-01",
    originalHireDate: "2020-01-01",
    terminationDate: "2026-06-30",
    nextPersonioId: "2",
    continuesOn: "2026-07-01",
  });
  expect(preceded({ hireDate: "2026-07-02" })).toMatchObject({ continuesOn: "2026-07-02" });
});

test("dates of the coming employment are not those of the present one, and values that were not sent stay", () => {
  expect(preceded(null)).toMatchObject({ probationEndDate: null, firstName: "Ada", position: "Lead" });
});

describe("a person with several records", () => {
  const stored: PersonRecord = { ...entered, originalHireDate: "2020-01-01", hireDate: "2026-06-01" };
  const merge = (read: Partial<MatchedRecord>): PersonRecord =>
    mergeJoined(
      {
        ...ALONE_IN_READ,
        kind: "MOVES",
        staged: record("1", { hireDate: "2026-06-10" }),
        stored,
        current: { wasRead: true, staged: null },
        ...read,
      },
      RULES,
    );
  const coming = record("9", { hireDate: "2026-08-01" });

  test("a person with several records has the first hire date of all of them", () => {
    const formers = [record("7", { hireDate: "2015-01-01" }), record("8", { hireDate: "2018-01-01" })];
    expect(merge({ formers })).toMatchObject({ originalHireDate: "2015-01-01" });
  });

  test("the hire date of a move after a return continues the employment", () => {
    expect(merge({ kind: "RETURNS", isMove: true })).toMatchObject({ continuesOn: "2026-06-10" });
    expect(merge({ kind: "RETURNS" })).toMatchObject({ continuesOn: null });
  });

  test("a person keeps the first day of a recent move before a coming one", () => {
    expect(merge({ isMove: true, coming })).toMatchObject({ nextPersonioId: "9", continuesOn: "2026-06-10" });
    const staged = record("1", { hireDate: "2025-06-10" });
    expect(merge({ isMove: true, coming, staged })).toMatchObject({ continuesOn: "2026-08-01" });
    const formers = [record("8", { hireDate: "2018-01-01" })];
    const moves = { kind: "WILL_MOVE", staged: coming } as const;
    expect(merge({ ...moves, formers })).toMatchObject({ continuesOn: "2026-06-01" });
    expect(merge(moves)).toMatchObject({ continuesOn: "2026-08-01" });
    const precedes = { kind: "PRECEDES", coming } as const;
    expect(merge({ ...precedes, formers })).toMatchObject({
      nextPersonioId: "9",
      continuesOn: "2026-06-10",
    });
    expect(merge(precedes)).toMatchObject({ nextPersonioId: "9", continuesOn: "2026-08-01" });
  });

  test("a person goes on under the current record if an ended one comes last", () => {
    const staged = record("8", { hireDate: "2018-01-01" });
    const last = { kind: "PRECEDED", staged, formers: [staged] } as const;
    const continues = { personioId: "2", hireDate: "2026-06-01", originalHireDate: "2018-01-01" };
    expect(merge(last)).toMatchObject({ ...continues, continuesOn: "2026-06-01" });
    expect(merge({ ...last, today: "2027-06-15" })).toMatchObject({ ...continues, continuesOn: null });
  });
});
