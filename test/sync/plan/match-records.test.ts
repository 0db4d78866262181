import { describe, expect, test } from "vitest";
import type { PersonRecord } from "../../../src/people/write/person-record.ts";
import { claimByPerson, matchRecords, type RecordCandidate } from "../../../src/sync/plan/match-records.ts";
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

type Told = {
  readonly stored?: Partial<PersonRecord>;
  /** What this read said of the current record. */
  readonly current?: Partial<TranslatedFields>;
  readonly known?: RecordCandidate["known"];
  readonly id?: string;
};
const candidate = (
  fields: Partial<TranslatedFields>,
  { stored, current, known = null, id = "9" }: Told = {},
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
  return personOf.get("9")?.kind ?? (awaited.has("7") ? "waits" : "somebody new");
};

describe("another record of somebody who agrees", () => {
  test.each<[string, Partial<TranslatedFields>, Told, string]>([
    ["who has left returns", same, { stored: leaver }, "RETURNS"],
    ["who has left without a last day returns", same, { stored: { status: "INACTIVE" } }, "RETURNS"],
    [
      "who has left returns before the first day",
      { ...same, hireDate: "2026-09-01" },
      { stored: leaver },
      "RETURNS",
    ],
    ["who has left returns without a hire date", { ...same, hireDate: null }, { stored: leaver }, "RETURNS"],
    [
      "who leaves with this read returns",
      same,
      { current: { status: "INACTIVE", terminationDate: "2026-05-31" } },
      "RETURNS",
    ],
    ["whose last day is over returns", same, { stored: { terminationDate: "2026-06-14" } }, "RETURNS"],
    ["who still works here waits for the current record to go", same, {}, "waits"],
    [
      "whose last day is to come will move when the record starts the day after it",
      { ...same, hireDate: "2026-07-01" },
      { current: { terminationDate: "2026-06-30" } },
      "WILL_MOVE",
    ],
    [
      "who will move does so on the first day",
      { ...same, hireDate: "2026-06-15" },
      { stored: { terminationDate: "2026-06-14", nextPersonioId: "9" }, known: "NEXT" },
      "MOVES",
    ],
    [
      "who will move does so however late the first day is seen",
      { ...same, hireDate: "2026-06-01" },
      {
        stored: { terminationDate: "2026-05-31", nextPersonioId: "9" },
        current: { status: "INACTIVE", terminationDate: "2026-05-31" },
        known: "NEXT",
      },
      "MOVES",
    ],
    [
      "whose last day is today moves when the record has begun",
      { ...same, hireDate: "2026-06-10" },
      { stored: { terminationDate: TODAY } },
      "MOVES",
    ],
    [
      "whose last day is to come waits when days lie between the employments",
      { ...same, hireDate: "2026-07-02" },
      { stored: { terminationDate: "2026-06-30" } },
      "waits",
    ],
    [
      "whose last day was withdrawn waits",
      { ...same, hireDate: "2026-07-01" },
      { stored: { terminationDate: "2026-06-30" }, current: { terminationDate: null } },
      "waits",
    ],
  ])("%s", (_case, fields, told, expected) => {
    expect(verdict(candidate(fields, told))).toBe(expected);
  });

  test("is the record made anew when the current one is gone", () => {
    expect(verdict(candidate(same), "7")).toBe("ANEW");
    expect(verdict(candidate(same, { stored: leaver }), "7")).toBe("RETURNS");
  });

  test("is no further record of somebody whose birth date differs", () => {
    expect(verdict(candidate({ ...same, dateOfBirth: "1971-01-01" }), "7")).toBe("somebody new");
    expect(
      verdict(candidate({ firstName: "Ada", workEmail: "ada@firma.de" }, { stored: { firstName: "" } })),
    ).toBe("somebody new");
  });

  test("that nothing can be compared with is ambiguous", () => {
    expect(verdict(candidate({}, { stored: leaver }))).toBe("ambiguous");
  });

  test("which two leavers had the address of is the one's of them who agrees", () => {
    const other = candidate(same, { stored: { ...leaver, personioId: "3", dateOfBirth: "1950-01-01" } });
    const { personOf, ambiguous } = matchRecords([other, candidate(same, { stored: leaver })], new Set());
    expect(personOf.get("9")?.stored.personioId).toBe("7");
    expect(ambiguous.size).toBe(0);
  });

  test("is not guessed when a second one agrees as well, unless the person was going to move to it", () => {
    const second = (stored: Partial<PersonRecord>) => candidate(same, { stored, id: "10" });
    expect(matchRecords([candidate(same, { stored: leaver }), second(leaver)], new Set()).personOf.size).toBe(
      0,
    );
    const moving = { terminationDate: "2026-06-30", nextPersonioId: "9" };
    const known = candidate({ ...same, hireDate: "2026-07-01" }, { stored: moving, known: "NEXT" });
    expect([...matchRecords([second(moving), known], new Set()).personOf.keys()]).toEqual(["9"]);
  });

  test("that the person had before says nothing while the current one goes on", () => {
    expect(verdict(candidate(same, { known: "FORMER" }))).toBe("somebody new");
    expect(verdict(candidate(same, { known: "FORMER" }), "7")).toBe("ANEW");
  });
});

describe("the address of somebody with two records", () => {
  const claims: EmailClaim[] = [
    { personioId: "7", wants: "ada@firma.de_ab12c", holds: "ada@firma.de" },
    { personioId: "9", wants: "ada@firma.de", holds: null },
    { personioId: "10", wants: "ada@firma.de", holds: null },
  ];
  const altered = { workEmail: "ada@firma.de_ab12c", terminationDate: "2026-06-30" };
  const settle = (...candidates: RecordCandidate[]) =>
    resolveEmailConflicts(claimByPerson(claims, matchRecords(candidates, new Set())));

  test("stays the unaltered one, and another newcomer comes second", () => {
    const moving = candidate({ ...same, hireDate: "2026-07-01" }, { current: altered });
    expect(settle(moving)).toEqual(new Map([["10", "9"]]));
  });

  test("stays with the current record while the other one waits for it to go", () => {
    const early = candidate({ ...same, hireDate: "2026-07-20" }, { current: altered });
    expect(settle(early)).toEqual(new Map([["10", "7"]]));
    expect(matchRecords([early], new Set()).waiting).toEqual(new Map([["9", "7"]]));
  });

  test("is free when HR renames somebody and a stranger gets the old address", () => {
    const renamed = [
      { personioId: "7", wants: "ada_smith@firma.de", holds: "ada@firma.de" },
      { personioId: "9", wants: "ada@firma.de", holds: null },
    ];
    const stranger = candidate({ ...same, dateOfBirth: "2001-01-01" });
    expect(resolveEmailConflicts(claimByPerson(renamed, matchRecords([stranger], new Set())))).toEqual(
      new Map(),
    );
  });

  test("goes to nobody when a leaver returns and a stranger wants it too", () => {
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
