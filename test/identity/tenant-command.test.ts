import { expect, test } from "vitest";
import { SCOPES } from "../../src/access/viewer.ts";
import { readTenantCommand } from "../../src/identity/tenant-command.ts";

const now = new Date("2026-11-28T12:00:00Z");
const read = (...args: string[]) => readTenantCommand(args, now);

test("a tenant's first token has every scope, no end, and the time in its name", () => {
  expect(read("create", "acme")).toEqual({
    do: "create",
    tenantId: "acme",
    token: { name: "operator 2026-11-28T12:00:00.000Z", scopes: SCOPES, expiresAt: null },
  });
});

test("an operator chooses scopes, name and end of a token", () => {
  const options = [
    "--scope",
    "people:hr, people:read",
    "--name",
    "payroll",
    "--expires",
    "2027-01-31T00:00:00Z",
  ];
  expect(read("token", ...options, "Acme_2.0")).toEqual({
    do: "token",
    tenantId: "Acme_2.0",
    token: {
      name: "payroll",
      scopes: ["people:read", "people:hr"],
      expiresAt: new Date("2027-01-31T00:00:00Z"),
    },
  });
});

test("list and help need nothing else", () => {
  expect(read("list")).toEqual({ do: "list" });
  expect(read("--help")).toEqual({ do: "help" });
});

test.each([
  [[], /^Usage: npm run tenant/],
  [["create"], /^Usage: npm run tenant/],
  [["destroy", "acme"], /^Usage: npm run tenant/],
  [["list", "acme"], /^Usage: npm run tenant/],
  [["create", "acme", "other"], /^Usage: npm run tenant/],
  [["create", "acme", "--colour", "red"], /--colour[\s\S]*Usage: npm run tenant/],
  [["create", "../etc"], /^The id of a tenant is a letter or digit/],
  [["create", ""], /^The id of a tenant is a letter or digit/],
  [["create", "acme", "--scope", "people:write"], /`scopes` contains .* people:read, people:hr/],
  [["create", "acme", "--scope", " "], /`scopes` must name at least one scope/],
  [["create", "acme", "--name", ""], /`name` must have 1 to 100 visible characters/],
  [["create", "acme", "--expires", "tomorrow"], /^--expires: expected a time/],
  [["create", "acme", "--expires", "2001-01-01"], /`expiresAt` must be in the future/],
])("npm run tenant -- %j does nothing, and the text explains what is wrong", (args, line) => {
  const command = read(...args);
  expect(command).toMatchObject({ do: "nothing" });
  expect(command.do === "nothing" ? command.problems.join("\n") : "").toMatch(line);
});
