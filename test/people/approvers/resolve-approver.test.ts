import { describe, expect, test } from "vitest";
import { type Candidate, resolveApprover } from "../../../src/people/approvers/resolve-approver.ts";

/** `me` reports to `lead`, `lead` to `head`, `head` to `boss`; `hr` and `ceo` stand beside. */
const LINES = { me: "lead", lead: "head", head: "boss", boss: null, hr: null, ceo: null };

type Given = {
  readonly lines?: Record<string, string | null>;
  /** Who is away: `{ lead: "LEAVE" }`. */
  readonly away?: Record<string, "LEAVE" | "LEFT" | "PRE_HIRE">;
  readonly subject?: string;
  readonly requester?: string;
  readonly level?: number;
  readonly includeOnLeave?: boolean;
  readonly fallbacks?: readonly string[];
};

const resolve = (given: Given) => {
  const { lines = LINES, away = {} } = given;
  const people = Object.entries(lines).map(([id, supervisorId]): [string, Candidate] => [
    id,
    {
      id,
      supervisorId,
      status: away[id] === "LEAVE" ? "LEAVE" : "ACTIVE",
      isPreHire: away[id] === "PRE_HIRE",
      hasLeft: away[id] === "LEFT",
    },
  ]);
  return resolveApprover({
    subjectId: given.subject ?? "me",
    requesterId: given.requester ?? null,
    level: given.level ?? 1,
    includeOnLeave: given.includeOnLeave ?? false,
    fallbackIds: given.fallbacks ?? [],
    people: new Map(people),
  });
};

/** `SUPERVISOR lead 1: lead@1` or `NO_APPROVER: lead@1 LEFT, head@2 ON_LEAVE`. */
const told = (given: Given): string => {
  const { approver, outcome, level, trace } = resolve(given);
  const steps = trace.map((step) =>
    [`${step.candidate.id}@${step.level}`, step.skippedBecause].filter(Boolean).join(" "),
  );
  return `${[outcome, approver?.id, level].filter((part) => part != null).join(" ")}: ${steps.join(", ")}`;
};

describe("up the line", () => {
  test.each<[string, Given, string]>([
    ["the direct supervisor approves", {}, "SUPERVISOR lead 1: lead@1"],
    ["the supervisor at the level asked for approves", { level: 2 }, "SUPERVISOR head 2: head@2"],
    ["the one at the top may be asked for", { level: 3 }, "SUPERVISOR boss 3: boss@3"],
    [
      "somebody higher approves where the level asked for may not",
      { away: { lead: "LEAVE" } },
      "ESCALATED head 2: lead@1 ON_LEAVE, head@2",
    ],
    [
      "each who may not is passed over",
      { away: { lead: "LEFT", head: "PRE_HIRE" } },
      "ESCALATED boss 3: lead@1 LEFT, head@2 PRE_HIRE, boss@3",
    ],
    [
      "nobody below the level asked for approves, however free they are",
      { level: 2, away: { head: "LEAVE", boss: "LEAVE" } },
      "NO_APPROVER: head@2 ON_LEAVE, boss@3 ON_LEAVE",
    ],
    ["above the top there is nobody", { level: 4 }, "NO_APPROVER: "],
    ["above the top there is nobody, at level 50 either", { level: 50 }, "NO_APPROVER: "],
    ["who stands at the top has nobody", { subject: "boss" }, "NO_APPROVER: "],
    ["a leaver has approvers like anybody else", { away: { me: "LEFT" } }, "SUPERVISOR lead 1: lead@1"],
    ["so has somebody who has yet to start", { away: { me: "PRE_HIRE" } }, "SUPERVISOR lead 1: lead@1"],
  ])("%s", (_, given, expected) => {
    expect(told(given)).toBe(expected);
  });
});

describe("who may not approve", () => {
  test.each<[string, Given, string]>([
    ["the requester", { requester: "lead" }, "ESCALATED head 2: lead@1 IS_REQUESTER, head@2"],
    ["a requester who is the subject changes nothing", { requester: "me" }, "SUPERVISOR lead 1: lead@1"],
    ["a requester elsewhere changes nothing", { requester: "hr" }, "SUPERVISOR lead 1: lead@1"],
    [
      "the requester, on leave or not, with people on leave allowed",
      { requester: "lead", away: { lead: "LEAVE" }, includeOnLeave: true },
      "ESCALATED head 2: lead@1 IS_REQUESTER, head@2",
    ],
    ["a leaver", { away: { lead: "LEFT" }, includeOnLeave: true }, "ESCALATED head 2: lead@1 LEFT, head@2"],
    [
      "somebody who has yet to start",
      { away: { lead: "PRE_HIRE" }, includeOnLeave: true },
      "ESCALATED head 2: lead@1 PRE_HIRE, head@2",
    ],
    ["somebody on leave", { away: { lead: "LEAVE" } }, "ESCALATED head 2: lead@1 ON_LEAVE, head@2"],
    [
      "but somebody on leave may where that is allowed",
      { away: { lead: "LEAVE" }, includeOnLeave: true },
      "SUPERVISOR lead 1: lead@1",
    ],
  ])("%s", (_, given, expected) => {
    expect(told(given)).toBe(expected);
  });

  test("is told by the first reason that holds", () => {
    const people = (candidate: Partial<Candidate>) =>
      new Map<string, Candidate>([
        ["me", { id: "me", supervisorId: "lead", status: "ACTIVE", isPreHire: false, hasLeft: false }],
        [
          "lead",
          {
            id: "lead",
            supervisorId: null,
            status: "LEAVE",
            isPreHire: true,
            hasLeft: true,
            ...candidate,
          },
        ],
      ]);
    const reason = (candidate: Partial<Candidate>, requesterId: string | null = null) =>
      resolveApprover({
        subjectId: "me",
        requesterId,
        level: 1,
        includeOnLeave: false,
        fallbackIds: [],
        people: people(candidate),
      }).trace[0]?.skippedBecause;
    expect(reason({}, "lead")).toBe("IS_REQUESTER");
    expect(reason({})).toBe("LEFT");
    expect(reason({ hasLeft: false })).toBe("PRE_HIRE");
    expect(reason({ hasLeft: false, isPreHire: false })).toBe("ON_LEAVE");
  });
});

describe("a fallback", () => {
  const nobodyAbove = { subject: "boss" };
  test.each<[string, Given, string]>([
    [
      "is not asked while somebody in the line may",
      { fallbacks: ["hr", "ceo"] },
      "SUPERVISOR lead 1: lead@1",
    ],
    [
      "of the department comes before the company's",
      { ...nobodyAbove, fallbacks: ["hr", "ceo"] },
      "FALLBACK hr: hr@0",
    ],
    [
      "of the company comes where the department's may not",
      { ...nobodyAbove, fallbacks: ["hr", "ceo"], away: { hr: "LEAVE" } },
      "FALLBACK ceo: hr@0 ON_LEAVE, ceo@0",
    ],
    [
      "comes behind everybody in the line",
      { away: { lead: "LEFT", head: "LEFT", boss: "LEAVE" }, fallbacks: ["hr"] },
      "FALLBACK hr: lead@1 LEFT, head@2 LEFT, boss@3 ON_LEAVE, hr@0",
    ],
    [
      "comes where the line ends below the level asked for",
      { level: 4, fallbacks: ["hr"] },
      "FALLBACK hr: hr@0",
    ],
    [
      "on leave may where that is allowed",
      { ...nobodyAbove, fallbacks: ["hr"], away: { hr: "LEAVE" }, includeOnLeave: true },
      "FALLBACK hr: hr@0",
    ],
    [
      "who asks, is asked about, left or has yet to start may not",
      {
        lines: { me: null, a: null, b: null, c: null },
        requester: "a",
        away: { b: "LEFT", c: "PRE_HIRE" },
        fallbacks: ["me", "a", "b", "c"],
      },
      "NO_APPROVER: me@0 IS_SUBJECT, a@0 IS_REQUESTER, b@0 LEFT, c@0 PRE_HIRE",
    ],
    [
      "who was passed over in the line is passed over again",
      { requester: "lead", level: 1, lines: { me: "lead", lead: null }, fallbacks: ["lead"] },
      "NO_APPROVER: lead@1 IS_REQUESTER, lead@0 IS_REQUESTER",
    ],
    ["may be somebody below the level asked for", { level: 4, fallbacks: ["lead"] }, "FALLBACK lead: lead@0"],
  ])("%s", (_, given, expected) => {
    expect(told(given)).toBe(expected);
  });
});

describe("a circle", () => {
  test.each<[string, Given, string]>([
    [
      "of two does not keep the other from approving",
      { lines: { me: "lead", lead: "me" } },
      "SUPERVISOR lead 1: lead@1",
    ],
    [
      "of two where the other may not leads back to the subject and ends",
      { lines: { me: "lead", lead: "me" }, away: { lead: "LEAVE" } },
      "NO_APPROVER: lead@1 ON_LEAVE, me@2 IS_SUBJECT, lead@3 CYCLE",
    ],
    ["of one ends at once", { lines: { me: "me" } }, "NO_APPROVER: me@1 IS_SUBJECT, me@2 CYCLE"],
    [
      "of one above ends behind that one",
      { lines: { me: "lead", lead: "lead" }, away: { lead: "LEAVE" } },
      "NO_APPROVER: lead@1 ON_LEAVE, lead@2 CYCLE",
    ],
    [
      "that the line leads into ends where somebody comes again",
      { lines: { me: "a", a: "b", b: "c", c: "b" }, away: { a: "LEFT", b: "LEFT", c: "LEFT" } },
      "NO_APPROVER: a@1 LEFT, b@2 LEFT, c@3 LEFT, b@4 CYCLE",
    ],
    [
      "is told even where it ends the line below the level asked for",
      { level: 9, lines: { me: "a", a: "me" } },
      "NO_APPROVER: a@3 CYCLE",
    ],
    [
      "makes nobody approve at a level where they stand for the second time",
      { level: 3, lines: { me: "a", a: "b", b: "a" } },
      "NO_APPROVER: a@3 CYCLE",
    ],
    [
      "leads on to the fallback",
      { lines: { me: "me", hr: null }, fallbacks: ["hr"] },
      "FALLBACK hr: me@1 IS_SUBJECT, me@2 CYCLE, hr@0",
    ],
  ])("%s", (_, given, expected) => {
    expect(told(given)).toBe(expected);
  });
});

describe("a line of many", () => {
  const line = (length: number): Record<string, string | null> => ({
    me: "1",
    hr: null,
    ceo: null,
    ...Object.fromEntries(
      Array.from({ length }, (_, index) => [
        String(index + 1),
        index + 1 < length ? String(index + 2) : null,
      ]),
    ),
  });
  const allLeft = (length: number) =>
    Object.fromEntries(Array.from({ length }, (_, index) => [String(index + 1), "LEFT" as const]));

  test("is walked up to level 50", () => {
    expect(told({ lines: line(60), level: 50 })).toBe("SUPERVISOR 50 50: 50@50");
    expect(resolve({ lines: line(60), away: allLeft(49) })).toMatchObject({
      outcome: "ESCALATED",
      level: 50,
      approver: { id: "50" },
    });
    expect(resolve({ lines: line(60), away: allLeft(50) })).toMatchObject({
      outcome: "NO_APPROVER",
      trace: { length: 50 },
    });
  });

  test("makes at most 52 candidates, a circle of 10,000 as well", () => {
    const circle = { ...line(10_000), "10000": "1" };
    const { outcome, trace } = resolve({
      lines: circle,
      away: { ...allLeft(10_000), hr: "LEAVE" },
      fallbacks: ["hr", "ceo"],
    });
    expect([outcome, trace.length]).toEqual(["FALLBACK", 52]);
  });
});

test("who is not known ends the line and is no fallback", () => {
  expect(told({ lines: { me: "gone" }, fallbacks: ["gone too"] })).toBe("NO_APPROVER: ");
  expect(told({ lines: {}, fallbacks: [] })).toBe("NO_APPROVER: ");
});
