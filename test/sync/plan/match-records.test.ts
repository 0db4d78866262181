import { describe, expect, test } from "vitest";
import type { PersonRecord } from "../../../src/people/write/person-record.ts";
import type { RecordCandidate } from "../../../src/sync/plan/join-record.ts";
import { claimByPerson, matchedEmail, matchRecords } from "../../../src/sync/plan/match-records.ts";
import { type EmailClaim, resolveEmailConflicts } from "../../../src/sync/plan/resolve-email-conflicts.ts";
import type { TranslatedFields } from "../../../src/sync/read/translate.ts";

const TODAY = "2026-06-15";
const ada = {
  personioId: "7",
  workEmail: "ada@firma.de",
  firstName: "Ada",
  lastName: "Lind",
  dateOfBirth: "1990-06-14",
  employeeId: "NR-7",
  status: "ACTIVE",
  hireDate: "2020-01-01",
  terminationDate: null,
  nextPersonioId: null,
} as PersonRecord;
const leaver: Partial<PersonRecord> = { status: "INACTIVE", terminationDate: "2025-12-31" };
const same = { firstName: "ada", lastName: "Lind", dateOfBirth: "1990-06-14", workEmail: "ada@firma.de" };

type Known = {
  readonly stored?: Partial<PersonRecord>;
  /** The current record in this read. */
  readonly current?: Partial<TranslatedFields>;
  readonly known?: RecordCandidate["known"];
  /** The ids of records that HR has deleted. */
  readonly gone?: readonly string[];
  readonly id?: string;
};
const candidate = (
  fields: Partial<TranslatedFields>,
  { stored, current, known = null, id = "9" }: Known = {},
): RecordCandidate => ({
  staged: { personioId: id, fields: { hireDate: "2026-06-01", ...fields }, unreadable: [] },
  personId: "our-7",
  stored: { ...ada, ...stored },
  current: {
    wasRead: true,
    staged: current ? { personioId: "7", fields: current, unreadable: [] } : null,
  },
  known,
  today: TODAY,
});

const verdict = (one: RecordCandidate, ...gone: string[]): string => {
  const { personOf, ambiguous, awaited } = matchRecords([one], new Set(gone));
  if (ambiguous.has("9")) return "ambiguous";
  return personOf.get("9")?.kind ?? (awaited.has("7") ? "waits" : "another person");
};

describe("another record that agrees with a person", () => {
  test.each<[string, Partial<TranslatedFields>, Known, string]>([
    ["a leaver returns", same, { stored: leaver }, "RETURNS"],
    ["a leaver without a last day returns", same, { stored: { status: "INACTIVE" } }, "RETURNS"],
    [
      "a leaver returns before the first day",
      { ...same, hireDate: "2026-09-01" },
      { stored: leaver },
      "RETURNS",
    ],
    ["a leaver returns without a hire date", { ...same, hireDate: null }, { stored: leaver }, "RETURNS"],
    [
      "a person who leaves with this read returns after a gap",
      same,
      { current: { status: "INACTIVE", terminationDate: "2026-05-30" } },
      "RETURNS",
    ],
    [
      "a person whose last day is over when a run first reads it returns, also on the next day",
      same,
      { current: { status: "INACTIVE", terminationDate: "2026-05-31" } },
      "RETURNS",
    ],
    [
      "a person whose last day has been announced returns, also on the next day",
      same,
      {
        stored: { terminationDate: "2026-05-31" },
        current: { status: "INACTIVE", terminationDate: "2026-05-31" },
      },
      "RETURNS",
    ],
    [
      "a person whose last day is over returns",
      same,
      { stored: { terminationDate: "2026-06-14" } },
      "RETURNS",
    ],
    [
      "a person whose only day of employment is over returns",
      same,
      { stored: { hireDate: "2026-06-14", terminationDate: "2026-06-14" } },
      "RETURNS",
    ],
    [
      "a person who left by deletion returns, even if the last day is in the future",
      { ...same, hireDate: "2026-07-01" },
      { stored: { status: "INACTIVE", terminationDate: "2026-06-30" } },
      "RETURNS",
    ],
    ["the record of a current person waits until the current record is gone", same, {}, "waits"],
    [
      "the record after a gap waits on the last day, which is part of the employment",
      { ...same, hireDate: "2026-06-17" },
      { stored: { terminationDate: TODAY } },
      "waits",
    ],
    [
      "the record waits if HR has hired the person again on the current record, after its last day",
      { ...same, hireDate: "2026-07-01" },
      { stored: { hireDate: "2026-02-01", terminationDate: "2025-12-31" } },
      "waits",
    ],
    [
      "a person whose last day is in the future will move if the record starts on the next day",
      { ...same, hireDate: "2026-07-01" },
      { current: { terminationDate: "2026-06-30" } },
      "WILL_MOVE",
    ],
    [
      "a person whose last day is the last one of the calendar will move",
      { ...same, hireDate: "2026-07-01" },
      { current: { terminationDate: "9999-12-31" } },
      "WILL_MOVE",
    ],
    [
      "a person who will move does so on the first day",
      { ...same, hireDate: "2026-06-15" },
      { stored: { terminationDate: "2026-06-14", nextPersonioId: "9" }, known: "NEXT" },
      "MOVES",
    ],
    [
      "a person who will move does so however late the first day is read",
      { ...same, hireDate: "2026-06-01" },
      {
        stored: { terminationDate: "2026-05-31", nextPersonioId: "9" },
        current: { status: "INACTIVE", terminationDate: "2026-05-31" },
        known: "NEXT",
      },
      "MOVES",
    ],
    [
      "a person whose last day is today moves if the record has begun",
      { ...same, hireDate: "2026-06-10" },
      { stored: { terminationDate: TODAY } },
      "MOVES",
    ],
    [
      "the record waits if days lie between the employments",
      { ...same, hireDate: "2026-07-02" },
      { stored: { terminationDate: "2026-06-30" } },
      "waits",
    ],
    [
      "a person who will move still does on the first day, although HR deleted the former record",
      { ...same, hireDate: "2026-07-01" },
      { stored: { terminationDate: "2026-06-30", nextPersonioId: "9" }, known: "NEXT", gone: ["7"] },
      "WILL_MOVE",
    ],
    [
      "a person whose former record is gone on the first day continues under the next one",
      { ...same, hireDate: TODAY },
      { stored: { terminationDate: "2026-06-14", nextPersonioId: "9" }, known: "NEXT", gone: ["7"] },
      "RECREATED",
    ],
    [
      "the record waits if the last day was withdrawn",
      { ...same, hireDate: "2026-07-01" },
      { stored: { terminationDate: "2026-06-30" }, current: { terminationDate: null } },
      "waits",
    ],
  ])("%s", (_case, fields, known, expected) => {
    expect(verdict(candidate(fields, known), ...(known.gone ?? []))).toBe(expected);
  });

  const former = {
    ...same,
    workEmail: "ada_ab12c@firma.de",
    hireDate: "2015-01-01",
    terminationDate: "2026-06-30",
  };
  const entered: Partial<PersonRecord> = { hireDate: "2026-07-01" };
  test.each<[string, Partial<TranslatedFields>, Known, string]>([
    ["of a person who entered with the next record becomes the current one", former, {}, "PRECEDES"],
    [
      "that ends after the next one begins becomes the current one",
      { ...former, terminationDate: "2026-07-31" },
      {},
      "PRECEDES",
    ],
    [
      "becomes the current one although the next one has begun",
      former,
      { current: { hireDate: "2026-06-10" } },
      "PRECEDES",
    ],
    [
      "with a gap before the next one is another person",
      { ...former, terminationDate: "2026-06-29" },
      {},
      "another person",
    ],
    ["without a last day is another person", { ...former, terminationDate: null }, {}, "another person"],
    ["without a first day is another person", { ...former, hireDate: null }, {}, "another person"],
    [
      "that begins with the current one is another person",
      { ...former, hireDate: "2026-07-01" },
      {},
      "another person",
    ],
    [
      "with another birth date is another person",
      { ...former, dateOfBirth: "1971-01-01" },
      {},
      "another person",
    ],
    [
      "without comparable values is ambiguous",
      { ...former, firstName: "", lastName: "", dateOfBirth: null },
      {},
      "ambiguous",
    ],
    [
      "of a leaver is another person",
      former,
      { stored: { ...entered, status: "INACTIVE" } },
      "another person",
    ],
    [
      "of a person whose hire date is empty is another person",
      former,
      { current: { hireDate: null } },
      "another person",
    ],
    ["takes the place of the next one if HR deleted that", former, { gone: ["7"] }, "RECREATED"],
    ["that the person had before stays a former one", former, { known: "FORMER" }, "another person"],
    ["with the same address waits", { ...former, workEmail: "ada@firma.de" }, {}, "waits"],
  ])("a former record %s", (_case, fields, known, expected) => {
    const person = candidate(fields, { stored: entered, ...known });
    expect(verdict(person, ...(known.gone ?? []))).toBe(expected);
  });

  test("a former record keeps the unaltered address, also when Personio has altered that of the next one", () => {
    const addressOf = (workEmail: string) => {
      const { personOf } = matchRecords(
        [candidate(former, { stored: entered, current: { workEmail } })],
        new Set(),
      );
      return matchedEmail(personOf.get("9") ?? expect.fail("a match"));
    };
    expect(addressOf("ada@firma.de")).toBe("ada@firma.de");
    expect(addressOf("ada_xy34z@firma.de")).toBe("ada@firma.de");
  });

  test("a person has one claim, whichever of the two records it comes from", () => {
    const next = candidate(same, { stored: { nextPersonioId: "10" }, known: "NEXT", id: "10" });
    const recreated = candidate(
      { ...same, workEmail: "ada_ab12c@firma.de" },
      { stored: { nextPersonioId: "10" } },
    );
    const records = matchRecords([next, recreated], new Set(["7"]));
    const claims = ["7", "9", "10"].map((personioId) => ({ personioId, wants: "ada@firma.de", holds: null }));
    const [whole, ofNext] = [claimByPerson(claims, records), claimByPerson(claims.slice(2), records)];
    expect(whole).toEqual([{ personioId: "9", wants: "ada@firma.de", holds: "ada@firma.de" }]);
    expect(ofNext).toEqual([]);
  });

  test("two former records match no person", () => {
    const records = ["9", "10"].map((id) => candidate(former, { stored: entered, id }));
    expect(matchRecords(records, new Set()).personOf.size).toBe(0);
  });

  test("a former record becomes the current one also while a further record waits", () => {
    const further = candidate(
      { ...same, hireDate: "2027-01-01" },
      { stored: { ...entered, nextPersonioId: "10" }, known: "NEXT", id: "10" },
    );
    const { personOf } = matchRecords([further, candidate(former, { stored: entered })], new Set());
    expect([...personOf.values()].map(({ kind }) => kind)).toEqual(["PRECEDES"]);
  });

  test("a record replaces the current one if that is gone", () => {
    expect(verdict(candidate(same), "7")).toBe("RECREATED");
    expect(verdict(candidate(same, { stored: leaver }), "7")).toBe("RETURNS");
  });

  test.each([
    ["the same employment if the hire date is the former one", "2020-01-01", false],
    ["a move if the hire date is a later one", "2026-07-01", true],
  ])("a record that replaces a deleted one with a future last day is %s", (_case, hireDate, isMove) => {
    const leaving = { terminationDate: "2026-06-30" };
    const { personOf } = matchRecords(
      [candidate({ ...same, hireDate }, { stored: leaving })],
      new Set(["7"]),
    );
    expect(personOf.get("9")).toMatchObject({ kind: "RECREATED", isMove });
  });

  test("a record with another birth date belongs to another person", () => {
    expect(verdict(candidate({ ...same, dateOfBirth: "1971-01-01" }), "7")).toBe("another person");
    expect(
      verdict(candidate({ firstName: "Ada", workEmail: "ada@firma.de" }, { stored: { firstName: "" } })),
    ).toBe("another person");
  });

  test("a record without comparable values is ambiguous", () => {
    expect(verdict(candidate({}, { stored: leaver }))).toBe("ambiguous");
  });

  test("of two leavers who had the address, the one who agrees gets the record", () => {
    const other = candidate(same, { stored: { ...leaver, personioId: "3", dateOfBirth: "1950-01-01" } });
    const { personOf, ambiguous } = matchRecords([other, candidate(same, { stored: leaver })], new Set());
    expect(personOf.get("9")?.stored.personioId).toBe("7");
    expect(ambiguous.size).toBe(0);
  });

  test("of two leavers who both agree, the one who left last gets the record", () => {
    const earlier = { ...leaver, personioId: "3", terminationDate: "2021-12-31" };
    for (const order of [
      [earlier, leaver],
      [leaver, earlier],
    ]) {
      const { personOf } = matchRecords(
        order.map((stored) => candidate(same, { stored })),
        new Set(),
      );
      expect(personOf.get("9")?.stored.personioId).toBe("7");
    }
  });

  test("two agreeing records match no person, except the record of a coming move", () => {
    const second = (stored: Partial<PersonRecord>) => candidate(same, { stored, id: "10" });
    expect(matchRecords([candidate(same, { stored: leaver }), second(leaver)], new Set()).personOf.size).toBe(
      0,
    );
    const moving = { terminationDate: "2026-06-30", nextPersonioId: "9" };
    const known = candidate({ ...same, hireDate: "2026-07-01" }, { stored: moving, known: "NEXT" });
    expect([...matchRecords([second(moving), known], new Set()).personOf.keys()]).toEqual(["9"]);
  });

  test("a former record matches only if the current one is gone", () => {
    expect(verdict(candidate(same, { known: "FORMER" }))).toBe("another person");
    expect(verdict(candidate(same, { known: "FORMER" }), "7")).toBe("RECREATED");
  });
});

describe("a current record that HR recreates beside a coming move, with an altered address", () => {
  const moving = { terminationDate: "2026-06-30", nextPersonioId: "10" };
  const recreated = (stored: Partial<PersonRecord>, id = "9") =>
    candidate({ ...same, workEmail: "ada_ab12c@firma.de", hireDate: "2020-01-01" }, { stored, id });
  const coming = (stored: Partial<PersonRecord>, known: Known["known"] = null, id = "10") =>
    candidate({ ...same, hireDate: "2026-07-01" }, { stored, known, id });
  const match = (candidates: readonly RecordCandidate[], ...gone: string[]) => {
    const { personOf, replaced } = matchRecords(candidates, new Set(gone));
    const found = [...personOf].map(([id, matched]) => ({
      id,
      kind: matched.kind,
      keepsNext: matched.keepsNext,
      email: matchedEmail(matched),
    }));
    return { found, replaced: [...replaced].sort() };
  };
  const known = { id: "9", kind: "RECREATED", keepsNext: true, email: "ada@firma.de" };

  test("the recreated record is the current one, and the known coming record stays the coming one", () => {
    const both = [recreated(moving), coming(moving, "NEXT")];
    expect(match(both, "7")).toEqual({ found: [known], replaced: ["10", "7"] });
    expect(match([recreated(moving)], "7")).toEqual({ found: [known], replaced: ["7"] });
  });

  test("the recreated record is the current one without a move if the coming record is gone", () => {
    expect(match([recreated(moving)], "7", "10").found).toEqual([{ ...known, keepsNext: false }]);
  });

  test("the recreated record comes before a move that the same read has found, which the next read finds again", () => {
    const ending = { ...moving, nextPersonioId: null };
    expect(match([coming(ending), recreated(ending)], "7")).toEqual({
      found: [{ ...known, keepsNext: false }],
      replaced: ["10", "7"],
    });
  });

  test("the recreated record matches no person if another record may be the same", () => {
    const ending = { ...moving, nextPersonioId: null };
    for (const other of [[recreated(ending, "11")], [coming(ending), coming(ending, null, "12")]])
      expect(match([recreated(ending), ...other], "7").found).toEqual([]);
  });

  test("the recreated record is another person as long as the current record exists", () => {
    expect(verdict(recreated({}))).toBe("another person");
    expect(match([recreated(moving), coming(moving, "NEXT")]).found).toMatchObject([{ id: "10" }]);
  });
});

describe("the address of a person with two records", () => {
  const claims: EmailClaim[] = [
    { personioId: "7", wants: "ada@firma.de_ab12c", holds: "ada@firma.de" },
    { personioId: "9", wants: "ada@firma.de", holds: null },
    { personioId: "10", wants: "ada@firma.de", holds: null },
  ];
  const altered = { workEmail: "ada@firma.de_ab12c", terminationDate: "2026-06-30" };
  const resolve = (...candidates: RecordCandidate[]) =>
    resolveEmailConflicts(claimByPerson(claims, matchRecords(candidates, new Set())));

  test("the person keeps the unaltered address, and another newcomer loses", () => {
    const moving = candidate({ ...same, hireDate: "2026-07-01" }, { current: altered });
    expect(resolve(moving)).toEqual(new Map([["10", "9"]]));
  });

  test("the current record keeps the address while the other one waits", () => {
    const early = candidate({ ...same, hireDate: "2026-07-20" }, { current: altered });
    expect(resolve(early)).toEqual(new Map([["10", "7"]]));
    expect(matchRecords([early], new Set()).waiting).toEqual(new Map([["9", "7"]]));
  });

  test("the address is free if HR renames a person and a stranger gets the old address", () => {
    const renamed = [
      { personioId: "7", wants: "ada_smith@firma.de", holds: "ada@firma.de" },
      { personioId: "9", wants: "ada@firma.de", holds: null },
    ];
    const stranger = candidate({ ...same, dateOfBirth: "2001-01-01" });
    expect(resolveEmailConflicts(claimByPerson(renamed, matchRecords([stranger], new Set())))).toEqual(
      new Map(),
    );
  });

  test("no one gets the address if a leaver returns and a stranger wants it, too", () => {
    const returning = candidate(same, { stored: leaver });
    const both = claims.filter(({ personioId }) => personioId !== "7");
    expect(resolveEmailConflicts(claimByPerson(both, matchRecords([returning], new Set())))).toEqual(
      new Map([
        ["9", "10"],
        ["10", "9"],
      ]),
    );
  });
});
