import { expect, test } from "vitest";
import type { PersonRecord } from "../../../src/people/write/person-record.ts";
import type { MatchedRecord } from "../../../src/sync/plan/join-record.ts";
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
const preceded = (next: Partial<TranslatedFields> | null): PersonRecord =>
  mergeJoined(
    {
      kind: "PRECEDES",
      staged: record("1", { hireDate: "2020-01-01", terminationDate: "2026-06-30" }),
      personId: "our-1",
      stored: entered,
      current: { wasRead: true, staged: next && record("2", next) },
      known: null,
      today: "2026-06-15",
      isMove: false,
      keepsNext: false,
      formers: [],
      coming: null,
      unaltered: null,
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
