import { describe, expect, test } from "vitest";
import { type Candidate, resolveApprover } from "../../../src/people/approvers/resolve-approver.ts";

/** `me` reports to `lead`, `lead` to `head`, `head` to `boss`; `hr` and `ceo` are outside of the line. */
const LINES = { me: "lead", lead: "head", head: "boss", boss: null, hr: null, ceo: null };

type Given = {
  readonly lines?: Record<string, string | null>;
  /** People who are away: `{ lead: "LEAVE" }`. */
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
const summaryOf = (given: Given): string => {
  const { approver, outcome, level, trace } = resolve(given);
  const steps = trace.map((step) =>
    [`${step.candidate.id}@${step.level}`, step.skippedBecause].filter(Boolean).join(" "),
  );
  return `${[outcome, approver?.id, level].filter((part) => part != null).join(" ")}: ${steps.join(", ")}`;
};

describe("up the line", () => {
  test.each<[string, Given, string]>([
    ["the direct supervisor approves", {}, "SUPERVISOR lead 1: lead@1"],
    ["the supervisor at the requested level approves", { level: 2 }, "SUPERVISOR head 2: head@2"],
    ["the level can be that of the top", { level: 3 }, "SUPERVISOR boss 3: boss@3"],
    [
      "a higher supervisor approves if the requested level may not",
      { away: { lead: "LEAVE" } },
      "ESCALATED head 2: lead@1 ON_LEAVE, head@2",
    ],
    [
      "every supervisor who may not approve is skipped",
      { away: { lead: "LEFT", head: "PRE_HIRE" } },
      "ESCALATED boss 3: lead@1 LEFT, head@2 PRE_HIRE, boss@3",
    ],
    [
      "supervisors below the requested level never approve",
      { level: 2, away: { head: "LEAVE", boss: "LEAVE" } },
      "NO_APPROVER: head@2 ON_LEAVE, boss@3 ON_LEAVE",
    ],
    ["a level above the top has no approver", { level: 4 }, "NO_APPROVER: "],
    ["level 50 has no approver either", { level: 50 }, "NO_APPROVER: "],
    ["the person at the top has no approver", { subject: "boss" }, "NO_APPROVER: "],
    ["a leaver has an approver", { away: { me: "LEFT" } }, "SUPERVISOR lead 1: lead@1"],
    ["a pre-hire has an approver", { away: { me: "PRE_HIRE" } }, "SUPERVISOR lead 1: lead@1"],
  ])("%s", (_, given, expected) => {
    expect(summaryOf(given)).toBe(expected);
  });
});

describe("candidates who may not approve", () => {
  test.each<[string, Given, string]>([
    ["the requester is skipped", { requester: "lead" }, "ESCALATED head 2: lead@1 IS_REQUESTER, head@2"],
    ["a requester who is the subject has no effect", { requester: "me" }, "SUPERVISOR lead 1: lead@1"],
    ["a requester outside of the line has no effect", { requester: "hr" }, "SUPERVISOR lead 1: lead@1"],
    [
      "the requester on leave is skipped, also with people on leave allowed",
      { requester: "lead", away: { lead: "LEAVE" }, includeOnLeave: true },
      "ESCALATED head 2: lead@1 IS_REQUESTER, head@2",
    ],
    [
      "a leaver is skipped",
      { away: { lead: "LEFT" }, includeOnLeave: true },
      "ESCALATED head 2: lead@1 LEFT, head@2",
    ],
    [
      "a pre-hire is skipped",
      { away: { lead: "PRE_HIRE" }, includeOnLeave: true },
      "ESCALATED head 2: lead@1 PRE_HIRE, head@2",
    ],
    [
      "a supervisor on leave is skipped",
      { away: { lead: "LEAVE" } },
      "ESCALATED head 2: lead@1 ON_LEAVE, head@2",
    ],
    [
      "a supervisor on leave approves with includeOnLeave",
      { away: { lead: "LEAVE" }, includeOnLeave: true },
      "SUPERVISOR lead 1: lead@1",
    ],
  ])("%s", (_, given, expected) => {
    expect(summaryOf(given)).toBe(expected);
  });

  test("a step contains the first reason that applies", () => {
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

describe("fallbacks", () => {
  const noSupervisor = { subject: "boss" };
  test.each<[string, Given, string]>([
    [
      "a fallback does not approve if a supervisor may",
      { fallbacks: ["hr", "ceo"] },
      "SUPERVISOR lead 1: lead@1",
    ],
    [
      "the fallback of the department comes before the company's",
      { ...noSupervisor, fallbacks: ["hr", "ceo"] },
      "FALLBACK hr: hr@0",
    ],
    [
      "the company's fallback approves if the department's may not",
      { ...noSupervisor, fallbacks: ["hr", "ceo"], away: { hr: "LEAVE" } },
      "FALLBACK ceo: hr@0 ON_LEAVE, ceo@0",
    ],
    [
      "a fallback comes after the whole line",
      { away: { lead: "LEFT", head: "LEFT", boss: "LEAVE" }, fallbacks: ["hr"] },
      "FALLBACK hr: lead@1 LEFT, head@2 LEFT, boss@3 ON_LEAVE, hr@0",
    ],
    [
      "a fallback approves if the line ends below the requested level",
      { level: 4, fallbacks: ["hr"] },
      "FALLBACK hr: hr@0",
    ],
    [
      "a fallback on leave approves with includeOnLeave",
      { ...noSupervisor, fallbacks: ["hr"], away: { hr: "LEAVE" }, includeOnLeave: true },
      "FALLBACK hr: hr@0",
    ],
    [
      "a fallback is skipped as requester, subject, leaver or pre-hire",
      {
        lines: { me: null, a: null, b: null, c: null },
        requester: "a",
        away: { b: "LEFT", c: "PRE_HIRE" },
        fallbacks: ["me", "a", "b", "c"],
      },
      "NO_APPROVER: me@0 IS_SUBJECT, a@0 IS_REQUESTER, b@0 LEFT, c@0 PRE_HIRE",
    ],
    [
      "a fallback who was skipped in the line is skipped again",
      { requester: "lead", level: 1, lines: { me: "lead", lead: null }, fallbacks: ["lead"] },
      "NO_APPROVER: lead@1 IS_REQUESTER, lead@0 IS_REQUESTER",
    ],
    [
      "a supervisor below the requested level can be the fallback",
      { level: 4, fallbacks: ["lead"] },
      "FALLBACK lead: lead@0",
    ],
  ])("%s", (_, given, expected) => {
    expect(summaryOf(given)).toBe(expected);
  });
});

describe("circles", () => {
  test.each<[string, Given, string]>([
    [
      "in a circle of two the other person approves",
      { lines: { me: "lead", lead: "me" } },
      "SUPERVISOR lead 1: lead@1",
    ],
    [
      "a circle of two ends after the subject if the other may not approve",
      { lines: { me: "lead", lead: "me" }, away: { lead: "LEAVE" } },
      "NO_APPROVER: lead@1 ON_LEAVE, me@2 IS_SUBJECT, lead@3 CYCLE",
    ],
    ["a circle of one ends at once", { lines: { me: "me" } }, "NO_APPROVER: me@1 IS_SUBJECT, me@2 CYCLE"],
    [
      "a supervisor who reports to themselves ends the line",
      { lines: { me: "lead", lead: "lead" }, away: { lead: "LEAVE" } },
      "NO_APPROVER: lead@1 ON_LEAVE, lead@2 CYCLE",
    ],
    [
      "a line that leads into a circle ends at the first repeated person",
      { lines: { me: "a", a: "b", b: "c", c: "b" }, away: { a: "LEFT", b: "LEFT", c: "LEFT" } },
      "NO_APPROVER: a@1 LEFT, b@2 LEFT, c@3 LEFT, b@4 CYCLE",
    ],
    [
      "a circle below the requested level is in the trace",
      { level: 9, lines: { me: "a", a: "me" } },
      "NO_APPROVER: a@3 CYCLE",
    ],
    [
      "a person who repeats in a circle does not approve at the second place",
      { level: 3, lines: { me: "a", a: "b", b: "a" } },
      "NO_APPROVER: a@3 CYCLE",
    ],
    [
      "a fallback approves after a circle",
      { lines: { me: "me", hr: null }, fallbacks: ["hr"] },
      "FALLBACK hr: me@1 IS_SUBJECT, me@2 CYCLE, hr@0",
    ],
  ])("%s", (_, given, expected) => {
    expect(summaryOf(given)).toBe(expected);
  });
});

describe("long lines", () => {
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

  test("the walk ends at level 50", () => {
    expect(summaryOf({ lines: line(60), level: 50 })).toBe("SUPERVISOR 50 50: 50@50");
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

  test("a trace has at most 52 candidates, also in a circle of 10,000", () => {
    const circle = { ...line(10_000), "10000": "1" };
    const { outcome, trace } = resolve({
      lines: circle,
      away: { ...allLeft(10_000), hr: "LEAVE" },
      fallbacks: ["hr", "ceo"],
    });
    expect([outcome, trace.length]).toEqual(["FALLBACK", 52]);
  });
});

test("an unknown person ends the line and is not a fallback", () => {
  expect(summaryOf({ lines: { me: "gone" }, fallbacks: ["gone too"] })).toBe("NO_APPROVER: ");
  expect(summaryOf({ lines: {}, fallbacks: [] })).toBe("NO_APPROVER: ");
});
