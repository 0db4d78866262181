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
  pairs: readonly Omit<NewcomerPair, "today">[],
  { records = NONE, rivals = [] }: { records?: MatchedRecords; rivals?: readonly string[] } = {},
) => {
  const ofToday = pairs.map((one) => ({ ...one, today: "2026-03-15" }));
  const paired = pairNewcomers(ofToday, records, new Map(rivals.map((id) => [id, "9"])));
  const { waiting, awaited, moves, replaced } = paired;
  return {
    waiting: Object.fromEntries(waiting),
    awaited: Object.fromEntries(awaited),
    moves: Object.fromEntries(
      Array.from(moves, ([id, pair]) => [id, [pair.former.personioId, pair.next.personioId]]),
    ),
    replaced: [...replaced],
  };
};
const NO_PAIR: ReturnType<typeof pair> = { waiting: {}, awaited: {}, moves: {}, replaced: [] };
const WAITS: typeof NO_PAIR = { ...NO_PAIR, waiting: { 2: "1" }, awaited: { 1: "ada@firma.de" } };
const MOVES: typeof NO_PAIR = {
  ...NO_PAIR,
  awaited: { 1: "ada@firma.de" },
  moves: { 1: ["1", "2"] },
  replaced: ["2"],
};

describe("two new records of one person", () => {
  test("the next record waits for the former one, which gets the unaltered address", () => {
    expect(pair([{ former, next }])).toEqual(WAITS);
  });

  test.each<[string, Partial<TranslatedFields>, Partial<TranslatedFields>, typeof NO_PAIR]>([
    [
      "starts the day after the last day",
      { terminationDate: "2026-03-31" },
      { hireDate: "2026-04-01" },
      MOVES,
    ],
    ["starts before the last day", { terminationDate: "2026-03-31" }, { hireDate: "2026-03-15" }, MOVES],
    ["starts after a gap", { terminationDate: "2026-03-31" }, { hireDate: "2026-04-02" }, WAITS],
    ["has no first day", { terminationDate: "2026-03-31" }, { hireDate: null }, WAITS],
    [
      "starts while the former one has no last day",
      { terminationDate: null },
      { hireDate: "2026-04-01" },
      WAITS,
    ],
  ])("the next record is the coming one only without a gap: it %s", (_case, ends, starts, expected) => {
    const [one, other] = [
      record("1", { ...former.fields, ...ends }),
      record("2", { ...next.fields, ...starts }),
    ];
    expect(pair([{ former: one, next: other }])).toEqual(expected);
  });

  test("a former record that has left does not enter, and the person enters with the next one after a move", () => {
    const left = (id: string, terminationDate: string) =>
      record(id, { ...former.fields, status: "INACTIVE", terminationDate });
    const begun = record("2", { ...next.fields, hireDate: "2026-04-01" });
    const running = record("4", { ...former.fields, terminationDate: "2026-03-31" });
    const ofFormers = (...formers: TranslatedPerson[]) =>
      pair(formers.map((one) => ({ former: one, next: begun })));
    const moved = { ...NO_PAIR, moves: { 2: ["1", "2"] } };
    expect(ofFormers(left("1", "2026-03-31"))).toEqual(moved);
    expect(ofFormers(left("1", "2026-03-31"), left("3", "2020-03-31"))).toEqual(moved);
    expect(ofFormers(left("1", "2026-03-30"))).toEqual(NO_PAIR);
    expect(ofFormers(left("1", "2026-03-31"), left("3", "2026-03-31"))).toEqual(NO_PAIR);
    expect(ofFormers(left("1", "2026-03-31"), running).moves).toEqual({ 4: ["4", "2"] });
  });

  const days = (id: string, from: string, until: string, fields: Partial<TranslatedFields> = {}) =>
    record(id, { workEmail: `ada_ab12${id}@firma.de`, hireDate: from, terminationDate: until, ...fields });
  const left = { status: "INACTIVE" } as const;
  const last = record("4", { workEmail: "ada@firma.de", hireDate: "2026-06-01" });
  const chain = (...formers: TranslatedPerson[]) => pair(formers.map((one) => ({ former: one, next: last })));

  test("of several moves, the first record that still runs is the current one, and those after the next come later", () => {
    const [first, second, third] = [
      days("1", "2020-01-01", "2026-03-31"),
      days("2", "2026-04-01", "2026-04-30"),
      days("3", "2026-05-01", "2026-05-31"),
    ];
    const ended = (one: TranslatedPerson) => record(one.personioId, { ...one.fields, ...left });
    for (const formers of [
      [first, second, third],
      [third, first, second],
    ])
      expect(chain(...formers)).toEqual({
        ...NO_PAIR,
        awaited: { 1: "ada@firma.de" },
        moves: { 1: ["1", "2"] },
        replaced: ["2", "3", "4"],
      });
    expect(chain(ended(first), second, third)).toEqual({
      ...NO_PAIR,
      awaited: { 2: "ada@firma.de" },
      moves: { 2: ["1", "3"] },
      replaced: ["3", "4"],
    });
    expect(chain(ended(first), ended(second), ended(third))).toEqual({
      ...NO_PAIR,
      moves: { 4: ["1", "4"] },
    });
  });

  test("the records after the coming one belong to the person already, except after a gap", () => {
    const moves = (third: string) => {
      const pairs = [
        days("1", "2020-01-01", "2026-03-31"),
        days("2", "2026-04-01", "2026-04-30"),
        days("3", third, "2026-05-31"),
      ];
      return pairNewcomers(
        pairs.map((one) => ({ former: one, next: last, today: "2026-03-15" })),
        NONE,
        new Map(),
      ).moves.get("1");
    };
    expect(moves("2026-05-01")?.later.map(({ personioId }) => personioId)).toEqual(["3", "4"]);
    expect(moves("2026-05-02")?.later).toEqual([]);
  });

  test("of two with altered addresses of one original, the later one waits, if both are one person", () => {
    const [earlier, later] = [days("1", "2026-03-01", "2026-03-31"), days("3", "2026-05-01", "2026-05-31")];
    for (const [one, other] of [
      [earlier, later],
      [later, earlier],
    ] as const)
      expect(
        pair([
          { former: one, next: other },
          { former: other, next: one },
        ]),
      ).toEqual({ ...NO_PAIR, waiting: { 3: "1" } });
    const stranger = days("3", "2026-05-01", "2026-05-31", { dateOfBirth: "1971-01-01" });
    expect(pair([{ former: earlier, next: stranger }])).toEqual(NO_PAIR);
    expect(
      pair([
        { former: earlier, next: later },
        { former: earlier, next: last },
        { former: later, next: last },
      ]).waiting,
    ).toEqual({
      3: "1",
    });
  });

  test("the ended records before the current one are former records", () => {
    const pairs = [days("1", "2020-01-01", "2026-04-30", left), days("3", "2026-05-01", "2026-05-31", left)];
    const { moves } = pairNewcomers(
      pairs.map((one) => ({ former: one, next: last, today: "2026-06-15" })),
      NONE,
      new Map(),
    );
    expect(moves.get("4")?.formers.map(({ personioId }) => personioId)).toEqual(["1", "3"]);
  });

  test("before a gap, the first records that still run count, and those after it wait", () => {
    const [first, second] = [days("1", "2020-01-01", "2026-03-31"), days("2", "2026-04-01", "2026-04-15")];
    const third = days("3", "2026-05-01", "2026-05-31");
    const waits = { waiting: { 3: "1" }, awaited: { 1: "ada@firma.de" } };
    expect(chain(first, third)).toEqual({ ...NO_PAIR, ...waits, replaced: ["4"] });
    expect(chain(first, second, third)).toEqual({
      ...waits,
      moves: { 1: ["1", "2"] },
      replaced: ["2", "4"],
    });
    const ended = days("3", "2026-05-01", "2026-05-31", left);
    expect(chain(first, ended)).toEqual({ ...NO_PAIR, moves: { 4: ["3", "4"] } });
    const beside = days("2", "2019-01-01", "2026-07-31");
    expect(chain(beside, third)).toEqual(NO_PAIR);
  });

  test("records that the plan skips already are still skipped", () => {
    const [one, other] = [
      record("1", { ...former.fields, terminationDate: "2026-03-31" }),
      record("2", { ...next.fields, hireDate: "2026-04-01" }),
    ];
    const records = { ...NONE, replaced: new Set(["7"]) };
    expect(pair([{ former: one, next: other }], { records }).replaced).toEqual(["7", "2"]);
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
    expect(pair([{ former, next }], { records: waits })).toEqual({ ...NO_PAIR, waiting: { 2: "7" } });
    const ambiguous = { ...NONE, ambiguous: new Map([["1", "7"]]) };
    expect(pair([{ former, next }], { records: ambiguous })).toEqual(NO_PAIR);
    const known = { ...NONE, personOf: new Map([["1", {} as MatchedRecord]]) };
    expect(pair([{ former, next }], { records: known })).toEqual(NO_PAIR);
  });
});
