import { expect, test } from "vitest";
import { SCOPES, type Scope } from "../../src/access/viewer.ts";
import { checkServiceToken } from "../../src/identity/check-service-token.ts";
import { planReplacement, TOKENS_PER_TENANT_MAX } from "../../src/identity/issue-service-token.ts";

const now = new Date("2026-11-28T12:00:00Z");
const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1_000);
const check = (
  given: Partial<Parameters<typeof checkServiceToken>[0]>,
  granted: readonly Scope[] = SCOPES,
  endsBy: Date | null = null,
) =>
  checkServiceToken(
    { name: "payroll", scopes: ["people:read"], ...given },
    { granted: new Set(granted), endsBy, now },
  );

test("a name is trimmed and composed, and scopes have one order without repetition", () => {
  expect(check({ name: "  Cafe\u0301 \n", scopes: ["people:admin", "people:read", "people:admin"] })).toEqual(
    { name: "Café", scopes: ["people:read", "people:admin"], expiresAt: null },
  );
});

test("a name of 200,000 accents is refused at once, because composing it would take 20 seconds", () => {
  const before = process.threadCpuUsage();
  expect(() => check({ name: `a${"\u0315\u0300".repeat(100_000)}` })).toThrow(/visible/);
  expect(process.threadCpuUsage(before).user / 1_000).toBeLessThan(1_000);
});

test("a token may end in a second", () => {
  expect(check({ expiresAt: after(1) }).expiresAt).toEqual(after(1));
});

test("a service token creates only tokens that end no later than itself", () => {
  expect(check({ expiresAt: after(60) }, SCOPES, after(60)).expiresAt).toEqual(after(60));
  for (const expiresAt of [after(61), null])
    expect(() => check({ expiresAt }, SCOPES, after(60))).toThrow(
      expect.objectContaining({ code: "FORBIDDEN", help: expect.stringContaining("expiresAt") }),
    );
});

test.each([
  ["an empty name", { name: "" }],
  ["a name of blanks", { name: " \t\n" }],
  ["a name of 101 characters", { name: "a".repeat(101) }],
  ["a name with a NUL", { name: "pay\0roll" }],
  ["a name with a line break", { name: "pay\nroll" }],
  ["a name that reverses its direction", { name: "pay\u202eroll" }],
  ["half of a surrogate pair", { name: "pay\ud800roll" }],
  ["no scopes", { scopes: [] }],
  ["an unknown scope", { scopes: ["people:read", "people:write"] }],
  ["a scope with another case", { scopes: ["People:Read"] }],
  ["a scope that is a property of every object", { scopes: ["constructor"] }],
  ["two scopes in one text", { scopes: ["people:read people:hr"] }],
  ["an end that is now", { expiresAt: now }],
  ["an end in the past", { expiresAt: after(-1) }],
])("%s is BAD_USER_INPUT, and the help names what is allowed", (_name, given) => {
  expect(() => check(given)).toThrow(
    expect.objectContaining({ code: "BAD_USER_INPUT", help: expect.stringMatching(/\S/) }),
  );
});

test("ten thousand scopes are refused without repeating them", () => {
  const scopes = Array.from({ length: 10_000 }, (_, index) => `people:${index}`);
  expect(() => check({ scopes })).toThrow(
    expect.objectContaining({ message: "`scopes` contains a text that is not a scope." }),
  );
});

test("an administrator passes on only scopes that the administrator has", () => {
  const granted: Scope[] = ["people:read", "people:admin"];
  expect(check({ scopes: ["people:admin"] }, granted).scopes).toEqual(["people:admin"]);
  expect(() => check({ scopes: ["people:read", "people:sensitive"] }, granted)).toThrow(
    expect.objectContaining({
      code: "FORBIDDEN",
      message: expect.stringContaining("people:sensitive"),
      help: expect.stringContaining("people:admin"),
    }),
  );
});

const listed = (count: number, expiresAt: Date | null = null) =>
  Array.from({ length: count }, (_, index) => ({ id: `${index}`, name: `token ${index}`, expiresAt }));
const ended = (id: string, seconds: number) => ({ id, name: id, expiresAt: after(-seconds) });

test("tokens without an end, or with one in the future, keep their place", () => {
  for (const expiresAt of [null, after(1)])
    expect(planReplacement(listed(TOKENS_PER_TENANT_MAX, expiresAt), { name: "token 1", now })).toEqual({
      tokens: TOKENS_PER_TENANT_MAX,
      ended: [],
    });
});

test("in a full list, the token that ended first gives its place", () => {
  const tokens = [...listed(47), ended("last", 1), ended("first", 9), ended("second", 5)];
  expect(planReplacement(tokens, { name: "new", now })).toEqual({ tokens: 49, ended: ["first"] });
});

test("an ended token gives its name in a list with room, and its place in a full one", () => {
  const tokens = [ended("old", 9), ended("payroll", 1)];
  expect(planReplacement(tokens, { name: "payroll", now })).toEqual({ tokens: 1, ended: ["payroll"] });
  expect(planReplacement([...listed(48), ...tokens], { name: "payroll", now })).toEqual({
    tokens: 49,
    ended: ["payroll"],
  });
});

test("ended tokens stay while there is room", () => {
  expect(planReplacement([...listed(48), ended("old", 9)], { name: "new", now })).toEqual({
    tokens: 49,
    ended: [],
  });
});
