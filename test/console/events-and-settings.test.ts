import { describe, expect, test } from "vitest";
import { addMonths, lastDayOf, today, weeksOf } from "../../src/console/parts/calendar.ts";
import { parseSearch, stringifySearch } from "../../src/console/parts/search-params.ts";
import {
  changesOf,
  type Draft,
  rebased,
  refusalsOf,
  type StoredSettings,
} from "../../src/console/routes/company-draft.ts";
import {
  kindsFor,
  readComingSearch,
  readEventsSearch,
  visibleKinds,
} from "../../src/console/routes/events-search.ts";
import {
  begin,
  correctionsOf,
  FRESH_MAX,
  withFreshShown,
  withNews,
  withOlder,
} from "../../src/console/routes/loaded-events.ts";

type Event = { id: string; cursor: string; personId: string; supersedes?: string | null };
const event = (number: number, fields: Partial<Event> = {}): Event => ({
  id: `e${number}`,
  cursor: `c${number}`,
  personId: "p1",
  ...fields,
});

const PAGE = {
  nodes: [event(5), event(4)],
  pageInfo: { hasNextPage: true, startCursor: "c6", endCursor: "c4" },
};

describe("the loaded part of the log", () => {
  test("a stream begins after the first page, also after events that the filter excludes", () => {
    expect(begin(PAGE)).toMatchObject({ from: "c6", newest: "c6", oldest: "c4", hasOlder: true });
    const empty = { nodes: [], pageInfo: { hasNextPage: false, startCursor: "c6", endCursor: null } };
    expect(begin(empty)).toMatchObject({ from: "c6", oldest: null, hasOlder: false });
  });

  test("older events follow, and new ones come first once they are shown", () => {
    const older = { nodes: [event(3)], pageInfo: { hasNextPage: false, endCursor: "c3" } };
    let list = withOlder(begin(PAGE), older);
    for (const news of [event(7), event(8)]) list = withNews(list, news, null);
    expect(list.events.map(({ id }) => id)).toEqual(["e5", "e4", "e3"]);
    expect(list).toMatchObject({ freshCount: 2, from: "c6", newest: "c8", hasOlder: false });
    const shown = withFreshShown(list);
    expect(shown.events.map(({ id }) => id)).toEqual(["e8", "e7", "e5", "e4", "e3"]);
    expect(shown).toMatchObject({ fresh: [], freshCount: 0, newest: "c8" });
  });

  test("an event that comes twice is there once", () => {
    let list = begin(PAGE);
    for (const repeated of [event(7), event(7), event(5)]) list = withNews(list, repeated, null);
    expect(list.fresh.map(({ id }) => id)).toEqual(["e7"]);
    expect(list.freshCount).toBe(1);
  });

  test("events of other people move only the position", () => {
    const list = withNews(begin(PAGE), event(7, { personId: "p2" }), ["p1"]);
    expect(list).toMatchObject({ fresh: [], freshCount: 0, newest: "c7" });
  });

  test("a large sync is counted and not kept", () => {
    let list = begin(PAGE);
    for (let number = 10; number < 10 + FRESH_MAX + 50; number += 1)
      list = withNews(list, event(number), null);
    expect(list.fresh).toHaveLength(FRESH_MAX);
    expect(list).toMatchObject({ freshCount: FRESH_MAX + 50, newest: `c${10 + FRESH_MAX + 49}` });
  });

  test("a correction is found by the event that it corrects", () => {
    const corrections = correctionsOf([event(3, { supersedes: "e1" }), event(2)]);
    expect([...corrections].map(([id, by]) => [id, by.id])).toEqual([["e1", "e3"]]);
  });
});

describe("the addresses of events and upcoming dates", () => {
  test("the addresses keep every filter", () => {
    for (const text of ["?kind=BIRTHDAY&kind=PERSON_LEFT&department=d1&office=o1&person=p1"])
      expect(stringifySearch(readEventsSearch(parseSearch(text)))).toBe(text);
    for (const text of ["?view=month&month=2027-03&kind=BIRTHDAY", "?from=2027-01-01&to=2027-01-31"])
      expect(stringifySearch(readComingSearch(parseSearch(text)))).toBe(text);
  });

  test("values that the screens do not know are dropped", () => {
    expect(readEventsSearch(parseSearch("?kind=PARTY&department=&other=1"))).toEqual({});
    expect(readComingSearch(parseSearch("?view=year&month=2027-13&from=1&kind=PERSON_LEFT"))).toEqual({});
    for (const month of ["9999-12", "0050-06"])
      expect(readComingSearch(parseSearch(`?view=month&month=${month}`))).toEqual({ view: "month" });
  });

  test("without people:hr the reader cannot choose kinds that need it", () => {
    expect(visibleKinds(["HIRE_DATE", "BIRTHDAY", "PERSON_LEFT"], false)).toEqual([
      "HIRE_DATE",
      "PERSON_LEFT",
    ]);
    expect(visibleKinds(["HIRE_DATE", "BIRTHDAY"], true)).toEqual(["HIRE_DATE", "BIRTHDAY"]);
    expect(kindsFor(["HIRE_DATE", "BIRTHDAY"], false)).toEqual({
      asked: ["HIRE_DATE"],
      hidden: ["BIRTHDAY"],
    });
    expect(kindsFor(undefined, false)).toEqual({ asked: undefined, hidden: [] });
  });
});

describe("the calendar", () => {
  test.each([
    ["2026-11", 6, "2026-10-26", "2026-12-06"],
    ["2027-02", 4, "2027-02-01", "2027-02-28"],
    ["2028-02", 5, "2028-01-31", "2028-03-05"],
  ])("the page of %s has whole weeks from Monday to Sunday", (month, weeks, first, last) => {
    const page = weeksOf(month);
    expect(page).toHaveLength(weeks);
    expect(page.every((week) => week.length === 7)).toBe(true);
    expect([page[0]?.[0], page.at(-1)?.[6]]).toEqual([first, last]);
  });

  test("months follow each other over New Year and leap days", () => {
    expect([addMonths("2026-12", 1), addMonths("2027-01", -1), addMonths("2026-11", 14)]).toEqual([
      "2027-01",
      "2026-12",
      "2028-01",
    ]);
    expect([lastDayOf("2028-02"), lastDayOf("2027-02"), lastDayOf("2026-12")]).toEqual([
      "2028-02-29",
      "2027-02-28",
      "2026-12-31",
    ]);
  });

  test("today is the day on the clock of the reader", () => {
    expect(today(new Date(2026, 0, 1, 0, 5))).toBe("2026-01-01");
    expect(today(new Date(2026, 11, 31, 23, 55))).toBe("2026-12-31");
  });
});

describe("the draft of the company's settings", () => {
  const stored: StoredSettings = {
    timeZone: "UTC",
    leapDayRule: "FEBRUARY_28",
    syncedStatuses: ["ACTIVE", "LEAVE"],
    syncedEmploymentTypes: null,
    syncedLegalEntityIds: ["l1"],
    excludedPersonioIds: ["7"],
    leaverGuardPeople: 5,
    leaverGuardPercent: 10,
  };
  const entities = [
    { id: "l1", name: "One" },
    { id: "l2", name: "Two" },
  ];

  test("only what differs is sent, so that two administrators keep both changes", () => {
    const draft = { timeZone: " UTC ", syncedStatuses: ["LEAVE", "ACTIVE"], leaverGuardPeople: "5" } as const;
    expect(changesOf(stored, draft, entities)).toEqual({});
    expect(changesOf(stored, { ...draft, leaverGuardPercent: "12,5" }, entities)).toEqual({
      leaverGuardPercent: 12.5,
    });
  });

  test("of a list, what another administrator has stored meanwhile stays", () => {
    const now = { ...stored, syncedLegalEntityIds: null, excludedPersonioIds: ["7", "8"] };
    const wanted = (draft: Draft) =>
      changesOf(now, rebased(draft, { read: stored, now, entities }), entities);
    expect(wanted({ excludedPersonioIds: "7\n9" })).toEqual({ excludedPersonioIds: ["7", "8", "9"] });
    expect(wanted({ excludedPersonioIds: "" })).toEqual({ excludedPersonioIds: ["8"] });
    expect(wanted({ excludedPersonioIds: "7 8" })).toEqual({});
    expect(wanted({ syncedLegalEntityIds: [] })).toEqual({ syncedLegalEntityIds: ["l2"] });
    expect(wanted({ leaverGuardPeople: "6" })).toEqual({ leaverGuardPeople: 6 });
  });

  test("a list with all values excludes none, including values that are added later", () => {
    expect(
      changesOf(
        stored,
        { syncedEmploymentTypes: ["INTERNAL", "EXTERNAL"], syncedLegalEntityIds: ["l1", "l2"] },
        entities,
      ),
    ).toEqual({ syncedLegalEntityIds: null });
  });

  test("excluded ids may be separated as the user likes, and repeat", () => {
    expect(changesOf(stored, { excludedPersonioIds: "8\n 7, 8;9 " }, entities)).toEqual({
      excludedPersonioIds: ["8", "7", "9"],
    });
    expect(changesOf(stored, { excludedPersonioIds: " " }, entities)).toEqual({ excludedPersonioIds: [] });
  });

  test("more records than the service takes are refused", () => {
    const ids = Array.from({ length: 1_001 }, (_, index) => index).join("\n");
    expect(refusalsOf({ excludedPersonioIds: ids })).toEqual({ excludedPersonioIds: "tooManyRecords" });
  });

  test.each([
    [{ leaverGuardPeople: "-1" }, { leaverGuardPeople: "wholeNumber" }],
    [{ leaverGuardPeople: "" }, { leaverGuardPeople: "wholeNumber" }],
    [{ leaverGuardPercent: "101" }, { leaverGuardPercent: "percent" }],
    [{ leaverGuardPercent: "x" }, { leaverGuardPercent: "percent" }],
    [{ syncedStatuses: [] }, { syncedStatuses: "oneStatus" }],
    [{ excludedPersonioIds: "7 anna@example.com" }, { excludedPersonioIds: "recordIds" }],
    [{ excludedPersonioIds: `${"x".repeat(65)}` }, { excludedPersonioIds: "recordIds" }],
    [{ excludedPersonioIds: "7, 0198c3d2-7a1e-7000-8000-000000000001" }, {}],
    [{ leaverGuardPercent: "0", leaverGuardPeople: "0" }, {}],
  ])("%j is answered with %j", (draft, refusals) => {
    expect(refusalsOf(draft)).toEqual(refusals);
  });
});
