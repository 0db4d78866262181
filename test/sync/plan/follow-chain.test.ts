import { describe, expect, test } from "vitest";
import type { PersonRecord } from "../../../src/people/write/person-record.ts";
import type { RecordCandidate } from "../../../src/sync/plan/join-record.ts";
import { matchRecords } from "../../../src/sync/plan/match-records.ts";
import { EMPTY_RECORD } from "../../../src/sync/plan/merge-record.ts";
import type { TranslatedFields, TranslatedPerson } from "../../../src/sync/read/translate.ts";

const TODAY = "2026-06-15";
const ADDRESS = "ada@firma.de";
const ADA = { firstName: "Ada", lastName: "Lind", dateOfBirth: "1990-06-14" };
/** The record "1", without a last day, as an earlier run stored it. */
const stored: PersonRecord = {
  ...EMPTY_RECORD,
  ...ADA,
  personioId: "1",
  workEmail: ADDRESS,
  hireDate: "2020-01-01",
};

/** A record by its id and its days. With a last day, another record follows it, so its address is altered. */
const record = (id: string, from: string | null, until: string | null = null): TranslatedPerson => ({
  personioId: id,
  fields: {
    ...ADA,
    workEmail: until ? `ada_ab12${id}@firma.de` : ADDRESS,
    hireDate: from,
    terminationDate: until,
    status: until && until < TODAY ? "INACTIVE" : "ACTIVE",
  },
  unreadable: [],
});

type Person = {
  readonly person?: Partial<PersonRecord>;
  /** The record "1" in this read. */
  readonly current?: TranslatedPerson;
  readonly known?: Readonly<{ [id: string]: RecordCandidate["known"] }>;
  readonly gone?: readonly string[];
  readonly partial?: boolean;
};
const match = (
  records: readonly TranslatedPerson[],
  { person, current, known = {}, gone = [], partial = false }: Person = {},
) => {
  const candidates = records.map(
    (staged): RecordCandidate => ({
      staged,
      personId: "our-1",
      stored: { ...stored, ...person },
      current: { wasRead: true, staged: current ?? null },
      known: known[staged.personioId] ?? null,
      today: TODAY,
    }),
  );
  const { personOf, replaced, waiting, ambiguous } = matchRecords(candidates, new Set(gone), { partial });
  const joined = [...personOf.values()].map(({ staged, kind, coming, formers, later }) => ({
    as: `${staged.personioId} ${kind}`,
    ...(coming && { coming: coming.personioId }),
    ...(later.length > 0 && { later: later.map(({ personioId }) => personioId) }),
    ...(formers.length > 0 && { formers: formers.map(({ personioId }) => personioId) }),
  }));
  const skipped = [...replaced].filter((id) => id !== "1").sort();
  return {
    joined,
    ...(skipped.length > 0 && { skipped }),
    ...(waiting.size > 0 && { waiting: Object.fromEntries(waiting) }),
    ...(ambiguous.size > 0 && { ambiguous: Object.fromEntries(ambiguous) }),
  };
};

describe("records that follow the current one without a gap", () => {
  const [middle, last] = [record("2", "2026-07-01", "2026-07-31"), record("3", "2026-08-01")];

  test("the next one is the coming one, and those after it come later", () => {
    const current = record("1", "2020-01-01", "2026-06-30");
    for (const order of [
      [middle, last],
      [last, middle],
    ])
      expect(match(order, { current })).toEqual({
        joined: [{ as: "2 WILL_MOVE", later: ["3"] }],
        skipped: ["3"],
      });
  });

  test("those that come later belong to the person already, except after a gap", () => {
    const current = record("1", "2020-01-01", "2026-05-31");
    const running = record("5", "2026-06-01", "2026-06-30");
    const records = [running, middle, record("3", "2026-08-01", "2026-08-31"), record("4", "2026-09-02")];
    expect(match(records, { current })).toEqual({
      joined: [{ as: "5 RETURNS", coming: "2", later: ["3"] }],
      skipped: ["2", "3", "4"],
    });
  });

  test("one that a run has stored as a later one may have ended before another one begins", () => {
    const current = record("1", "2020-01-01", "2026-04-30");
    const ended = [record("2", "2026-05-01", "2026-05-31"), record("3", "2026-06-01", "2026-06-10")];
    const known = { "2": "NEXT", "3": "FORMER" } as const;
    const person = { terminationDate: "2026-04-30", nextPersonioId: "2" };
    expect(match([...ended, record("4", "2026-06-11")], { current, known, person })).toEqual({
      joined: [{ as: "4 MOVES", formers: ["2", "3"] }],
    });
  });

  test("the one that covers today is the current one", () => {
    const current = record("1", "2020-01-01", "2026-05-31");
    const running = record("2", "2026-06-01", "2026-07-31");
    expect(match([last, running], { current })).toEqual({
      joined: [{ as: "2 RETURNS", coming: "3" }],
      skipped: ["3"],
    });
    expect(match([running], { current })).toEqual({ joined: [{ as: "2 RETURNS" }] });
  });

  test("ended ones between two that are not become former records", () => {
    const current = record("1", "2020-01-01", "2026-03-31");
    const ended = [record("2", "2026-04-01", "2026-04-30"), record("3", "2026-05-01", "2026-05-31")];
    expect(match([...ended, record("4", "2026-06-01")], { current })).toEqual({
      joined: [{ as: "4 RETURNS", formers: ["2", "3"] }],
    });
    const known = { "2": "NEXT" } as const;
    const person = { terminationDate: "2026-03-31", nextPersonioId: "2" };
    expect(match([...ended, record("4", "2026-06-01")], { current, known, person })).toEqual({
      joined: [{ as: "4 MOVES", formers: ["2", "3"] }],
    });
  });

  test("one of a known move that HR recreated continues the employment, also after the last day", () => {
    const person = { terminationDate: "2026-05-31", nextPersonioId: "2" };
    const known = { "2": "NEXT" } as const;
    const current = record("1", "2020-01-01", "2026-05-31");
    const coming = record("9", "2026-06-01");
    expect(match([coming], { current, person, gone: ["2"] })).toEqual({ joined: [{ as: "9 MOVES" }] });
    expect(match([record("9", "2026-06-02")], { current, person, gone: ["2"] })).toEqual({
      joined: [{ as: "9 RETURNS" }],
    });
    const recreated = record("9", "2020-01-01", "2026-05-31");
    const next = record("2", "2026-06-01");
    expect(match([recreated, next], { person, known, gone: ["1"] })).toEqual({
      joined: [{ as: "2 MOVES", formers: ["9"] }],
    });
  });

  test("both records of a coming move that HR recreated leave the person at work until the first day", () => {
    const person = { terminationDate: "2026-06-30", nextPersonioId: "2" };
    expect(match([record("9", "2026-07-01")], { person, gone: ["1", "2"] })).toEqual({
      joined: [{ as: "9 WILL_MOVE" }],
    });
  });

  test("a record that a webhook named first follows again, although it is a former one", () => {
    const current = record("1", "2020-01-01", "2026-05-31");
    const person = { terminationDate: "2026-05-31", nextPersonioId: "2" };
    const known = { "2": "NEXT", "3": "FORMER" } as const;
    expect(match([record("2", "2026-06-01", "2026-07-31"), last], { current, person, known })).toEqual({
      joined: [{ as: "2 MOVES", coming: "3" }],
      skipped: ["3"],
    });
    expect(
      match([record("2", "2026-06-01", "2026-06-10"), record("3", "2026-06-11")], { current, person, known }),
    ).toEqual({
      joined: [{ as: "3 MOVES", formers: ["2"] }],
    });
  });

  test.each([
    ["another birth date", { dateOfBirth: "1971-01-01" }],
    ["no first day", { hireDate: null }],
  ])("the chain does not contain an altered record with %s", (_case, fields) => {
    const other = { ...middle, fields: { ...middle.fields, ...fields } };
    const current = record("1", "2020-01-01", "2026-06-30");
    expect(match([other, last], { current })).toEqual({ joined: [], waiting: { 3: "1" } });
  });

  test.each<[string, Partial<TranslatedFields>, Person]>([
    ["waits", {}, {}],
    ["with the days of the current one does not wait", { hireDate: "2020-01-01" }, {}],
    ["of another person does not wait", { dateOfBirth: "1971-01-01" }, {}],
    ["of a leaver does not wait", {}, { person: { status: "INACTIVE" } }],
  ])("a later record with an altered address and an unread one before it %s", (expected, fields, person) => {
    const later = { ...middle, fields: { ...middle.fields, ...fields } };
    const waiting = expected === "waits" && { waiting: { 2: "1" } };
    expect(match([later], person)).toEqual({ joined: [], ...waiting });
  });

  test("a person who entered with an altered address goes on with another altered one", () => {
    const person = { workEmail: "ada_xy34z@firma.de", terminationDate: "2026-06-30" };
    expect(match([middle], { person })).toEqual({ joined: [{ as: "2 WILL_MOVE" }] });
  });

  test("two records for the same days match no person", () => {
    const current = record("1", "2020-01-01", "2026-06-30");
    expect(match([middle, record("4", "2026-07-01", "2026-07-31"), last], { current }).joined).toEqual([]);
  });
});

describe("records around a gap", () => {
  const leaver: Partial<PersonRecord> = { status: "INACTIVE", terminationDate: "2025-12-31" };

  test("a person who has returned and moved since has returned once", () => {
    const moved = [record("2", "2026-03-01", "2026-04-30"), record("3", "2026-05-01")];
    expect(match(moved, { person: leaver })).toEqual({ joined: [{ as: "3 RETURNS", formers: ["2"] }] });
    const moves = [record("2", "2026-03-01", "2026-06-30"), record("3", "2026-07-01")];
    const returns = { as: "2 RETURNS", coming: "3" };
    expect(match(moves, { person: leaver })).toEqual({ joined: [returns], skipped: ["3"] });
    expect(match(moves.slice(0, 1), { person: leaver })).toEqual({ joined: [{ as: "2 RETURNS" }] });
  });

  test("a read of some people may lack the record in the gap, so a person it has not known as a leaver waits", () => {
    const current = record("1", "2020-01-01", "2026-05-31");
    const last = record("3", "2026-06-10");
    const returns = { joined: [{ as: "3 RETURNS" }] };
    expect(match([last], { current, partial: true })).toEqual({ joined: [], waiting: { 3: "1" } });
    expect(match([last], { current })).toEqual(returns);
    expect(match([last], { current, partial: true, person: leaver })).toEqual(returns);
    const unaltered = { ...current, fields: { ...current.fields, workEmail: ADDRESS } };
    expect(match([last], { current: unaltered, partial: true })).toEqual(returns);
    const between = record("2", "2026-06-01", "2026-06-09");
    expect(match([last, between], { current, partial: true })).toEqual({ joined: [], waiting: { 3: "1" } });
    expect(match([last, between], { current })).toEqual({ joined: [{ as: "3 RETURNS", formers: ["2"] }] });
  });

  test("a read of some people may lack the record after the last one, so the person has not left", () => {
    const current = record("1", "2020-01-01", "2026-04-30");
    const between = record("2", "2026-05-01", "2026-05-31");
    expect(match([between], { current, partial: true })).toEqual({ joined: [] });
    expect(match([between], { current })).toEqual({ joined: [{ as: "2 RETURNS" }] });
  });

  test("a person who has moved and left since returns with the record after the gap", () => {
    const current = record("1", "2020-01-01", "2026-03-31");
    const records = [record("2", "2026-04-01", "2026-04-30"), record("3", "2026-06-01")];
    expect(match(records, { current })).toEqual({ joined: [{ as: "3 RETURNS", formers: ["2"] }] });
  });

  test("the first record after the gap waits, and those after it come later", () => {
    const current = record("1", "2020-01-01", "2026-06-30");
    const records = [record("2", "2026-07-10", "2026-07-31"), record("3", "2026-08-01")];
    expect(match(records, { current })).toEqual({ joined: [], skipped: ["3"], waiting: { 2: "1" } });
  });

  test("after a move, the record after the gap waits for the new current one", () => {
    const current = record("1", "2020-01-01", "2026-05-31");
    const records = [record("2", "2026-06-01", "2026-06-30"), record("3", "2026-08-01")];
    expect(match(records, { current })).toEqual({ joined: [{ as: "2 RETURNS" }], waiting: { 3: "2" } });
  });
});

describe("a person whose last record has ended before a run read it", () => {
  const current = record("1", "2020-01-01", "2026-04-30");
  const ended = record("2", "2026-05-01", "2026-05-31");
  const last = { ...ended, fields: { ...ended.fields, workEmail: ADDRESS } };

  test("a person whose last record has ended leaves with it", () => {
    expect(match([last], { current })).toEqual({ joined: [{ as: "2 RETURNS" }] });
  });

  test.each<[string, Person]>([
    ["after a gap", { current: record("1", "2020-01-01", "2026-04-29") }],
    ["of a person who still works", {}],
    ["of a leaver", { current, person: { status: "INACTIVE", terminationDate: "2026-04-30" } }],
  ])("an ended record does not belong to the chain %s", (_case, person) => {
    expect(match([last], person)).toEqual({ joined: [] });
  });
});

describe("records before the current one, which a webhook named alone", () => {
  const person = { hireDate: "2026-07-01" };

  test("the first one that still runs is the current one, and the ended ones are former records", () => {
    const ended = record("2", "2019-01-01", "2019-12-31");
    const [running, between] = [
      record("3", "2020-01-01", "2026-06-20"),
      record("4", "2026-06-21", "2026-06-30"),
    ];
    expect(match([between, running, ended], { person })).toEqual({
      joined: [{ as: "3 PRECEDES", coming: "4", formers: ["2"] }],
      skipped: ["4"],
    });
    expect(match([running, ended], { person: { hireDate: "2026-06-21" } })).toEqual({
      joined: [{ as: "3 PRECEDES", formers: ["2"] }],
    });
  });

  test("ended ones are former records of a person who stays under the current one", () => {
    const ended = [record("2", "2019-01-01", "2019-12-31"), record("3", "2020-01-01", "2026-05-31")];
    const begun = { hireDate: "2026-06-01" };
    expect(match(ended, { person: begun })).toEqual({ joined: [{ as: "3 PRECEDED", formers: ["2", "3"] }] });
    expect(match(ended, { person: { ...begun, status: "INACTIVE" } })).toEqual({ joined: [] });
    expect(match(ended, { person: { hireDate: "2026-06-02" } })).toEqual({ joined: [] });
  });

  test("a record after a gap waits for the current one beside them", () => {
    const current = record("1", "2026-06-01", "2026-06-30");
    const records = [record("2", "2019-01-01", "2026-05-31"), record("3", "2026-07-10")];
    expect(match(records, { person: { hireDate: "2026-06-01" }, current })).toEqual({
      joined: [{ as: "2 PRECEDED", formers: ["2"] }],
      waiting: { 3: "1" },
    });
  });

  test("a move of the same person goes on beside them", () => {
    const ended = record("2", "2019-01-01", "2026-05-31");
    const current = record("1", "2026-06-01", "2026-06-30");
    const known = { "3": "NEXT" } as const;
    expect(
      match([ended, record("3", "2026-07-01")], {
        person: { ...person, nextPersonioId: "3" },
        current,
        known,
      }),
    ).toEqual({
      joined: [{ as: "3 WILL_MOVE", formers: ["2"] }],
    });
  });
});

test("a recreated record beside two coming ones is the current one", () => {
  const anew = record("9", "2020-01-01", "2026-06-30");
  const coming = [record("2", "2026-07-01", "2026-07-31"), record("3", "2026-08-01")];
  const person = { terminationDate: "2026-06-30", nextPersonioId: "2" };
  expect(match([...coming, anew], { person, known: { "2": "NEXT" }, gone: ["1"] })).toEqual({
    joined: [{ as: "9 RECREATED" }],
    skipped: ["2", "3"],
  });
});

test("an ended record from before the current one does not lead to the one that HR recreated", () => {
  const before = record("2", "2015-01-01", "2019-06-30");
  expect(match([before, record("9", "2020-01-01")], { gone: ["1"] })).toEqual({
    joined: [{ as: "9 RECREATED" }],
  });
});

test("a person leaves with the record that HR recreated, if it has ended", () => {
  const ended = record("9", "2020-01-01", "2026-05-31");
  const anew = { ...ended, fields: { ...ended.fields, workEmail: ADDRESS } };
  expect(match([anew], { gone: ["1"] })).toEqual({ joined: [{ as: "9 RECREATED" }] });
  const earlier = { ...anew, fields: { ...anew.fields, hireDate: "2019-01-01" } };
  expect(match([earlier], { gone: ["1"] })).toEqual({ joined: [] });
});

test("an ended record without comparable values asks HR nothing", () => {
  const ended = record("2", "2019-01-01", "2026-05-31");
  const nameless = { ...ended, fields: { ...ended.fields, firstName: "", lastName: "", dateOfBirth: null } };
  expect(match([nameless], { person: { hireDate: "2026-06-01" } })).toEqual({ joined: [] });
});
