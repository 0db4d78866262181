import { describe, expect, test } from "vitest";
import { pathOf } from "../../src/scim/requests/read-path.ts";
import { readOperations, readResource } from "../../src/scim/requests/read-scim-request.ts";
import { GROUPS } from "../../src/scim/schema/group-schema.ts";
import { USERS } from "../../src/scim/schema/user-schema.ts";
import { ENTERPRISE, USER } from "./support.ts";

/** An operation as text: op, path, the elements it means, value. */
const shown = (kind: typeof USERS, ...operations: object[]): unknown[][] =>
  readOperations(kind, { Operations: operations }).map(({ op, target, value }) => [
    op,
    pathOf(target),
    ...(target.filter ? [target.filter] : []),
    ...(value === undefined ? [] : [value]),
  ]);

const work = expect.objectContaining({ op: "eq", path: "type", value: "work" });

describe("spellings of identity providers, in the form of RFC 7644", () => {
  test.each<[name: string, sent: object, read: unknown[][]]>([
    ["op in capitals", { op: "Replace", path: "title", value: "T" }, [["replace", "title", "T"]]],
    ["active as False", { op: "Replace", path: "active", value: "False" }, [["replace", "active", false]]],
    ["active as TRUE", { op: "add", path: "active", value: "TRUE" }, [["add", "active", true]]],
    [
      "active in a list",
      { op: "Replace", path: "active", value: [{ $ref: null, value: "False" }] },
      [["replace", "active", false]],
    ],
    ["active without a path", { op: "replace", value: { active: false } }, [["replace", "active", false]]],
    [
      "a manager as a text",
      { op: "Add", path: `${ENTERPRISE}:manager`, value: "7" },
      [["add", `${ENTERPRISE}:manager.value`, "7"]],
    ],
    [
      "an empty manager",
      { op: "Replace", path: `${ENTERPRISE}:manager`, value: "" },
      [["remove", `${ENTERPRISE}:manager`]],
    ],
    [
      "an empty manager as an object",
      { op: "Replace", path: `${ENTERPRISE}:manager`, value: { value: "" } },
      [["remove", `${ENTERPRISE}:manager`]],
    ],
    [
      "a null manager",
      { op: "Replace", path: `${ENTERPRISE}:manager`, value: null },
      [["remove", `${ENTERPRISE}:manager`]],
    ],
    [
      "an element of a list",
      { op: "Add", path: 'emails[type eq "work"].value', value: "x" },
      [["add", "emails.value", work, "x"]],
    ],
    [
      "a boolean filter as a text",
      { op: "Add", path: 'roles[primary eq "True"].value', value: "x" },
      [["add", "roles.value", expect.objectContaining({ path: "primary", value: true }), "x"]],
    ],
    [
      "keys that are paths",
      { op: "replace", value: { "name.givenName": "K", [`${ENTERPRISE}:employeeNumber`]: "7" } },
      [
        ["replace", "name.givenName", "K"],
        ["replace", `${ENTERPRISE}:employeeNumber`, "7"],
      ],
    ],
    [
      "an extension as an object",
      { op: "replace", value: { [ENTERPRISE]: { Department: "Sales" } } },
      [["replace", `${ENTERPRISE}:department`, "Sales"]],
    ],
    [
      "parts of a complex value",
      { op: "replace", path: "name", value: { givenName: "K", familyName: null } },
      [
        ["replace", "name.givenName", "K"],
        ["remove", "name.familyName"],
      ],
    ],
    ["null", { op: "replace", path: "title", value: null }, [["remove", "title"]]],
    ["an empty list", { op: "replace", path: "emails", value: [] }, [["remove", "emails"]]],
    [
      "an object for a list",
      { op: "add", path: "emails", value: { value: "x" } },
      [["add", "emails", [{ value: "x" }]]],
    ],
    [
      "names in other case",
      { op: "replace", path: `${USER.toUpperCase()}:NAME.GIVENNAME`, value: "K" },
      [["replace", "name.givenName", "K"]],
    ],
    [
      "id, groups, meta and password along",
      { op: "replace", value: { id: "1", schemas: [], groups: [], meta: {}, password: "x", title: "T" } },
      [["replace", "title", "T"]],
    ],
    ["password as a path", { op: "replace", path: "password", value: "x" }, []],
    ["an unknown extension as a path", { op: "replace", path: "urn:x:1.0:User:tag", value: "x" }, []],
    ["an unknown extension as a key", { op: "replace", value: { "urn:x:1.0:User": { tag: "x" } } }, []],
    ["an unknown key", { op: "replace", value: { shoeSize: 43 } }, []],
    [
      "remove of an extension",
      { op: "remove", path: `${ENTERPRISE}:department` },
      [["remove", `${ENTERPRISE}:department`]],
    ],
    [
      "a number for a text",
      { op: "replace", path: `${ENTERPRISE}:employeeNumber`, value: 7 },
      [["replace", `${ENTERPRISE}:employeeNumber`, "7"]],
    ],
  ])("%s", (_name, sent, read) => expect(shown(USERS, sent)).toEqual(read));

  const two = [{ value: "a" }, { value: "b" }];
  test.each<[name: string, sent: object, read: unknown[][]]>([
    ["members by a list", { op: "Remove", path: "members", value: two }, [["remove", "members", two]]],
    [
      "members by a filter",
      { op: "remove", path: 'members[value eq "a" or value eq "b"]' },
      [["remove", "members", two]],
    ],
    ["all members", { op: "remove", path: "members" }, [["remove", "members"]]],
    [
      "the same member twice, with $ref",
      { op: "Add", path: "members", value: [{ $ref: null, value: "a" }, { value: "A" }] },
      [["add", "members", [{ value: "a" }]]],
    ],
    [
      "id and displayName",
      { op: "replace", value: { id: "1", displayName: "D" } },
      [["replace", "displayName", "D"]],
    ],
  ])("of a group: %s", (_name, sent, read) => expect(shown(GROUPS, sent)).toEqual(read));

  test.each<[name: string, sent: object, scimType: string]>([
    ["an unknown op", { op: "move", path: "title", value: "T" }, "invalidSyntax"],
    ["an unknown path", { op: "replace", path: "shoeSize", value: 1 }, "invalidPath"],
    ["an unknown sub-attribute", { op: "replace", path: "name.nick", value: "x" }, "invalidPath"],
    ["three levels", { op: "replace", path: "name.givenName.x", value: "x" }, "invalidPath"],
    ["a filter on one value", { op: "replace", path: 'name[givenName eq "x"]', value: "x" }, "invalidPath"],
    [
      "a filter on an unknown sub-attribute",
      { op: "replace", path: 'emails[size eq "x"].value', value: "x" },
      "invalidFilter",
    ],
    ["remove without a path", { op: "remove" }, "invalidPath"],
    ["replace without a value", { op: "replace", path: "title" }, "invalidValue"],
    ["a text without a path", { op: "replace", value: "x" }, "invalidValue"],
    ["an object for a text", { op: "replace", path: "title", value: { x: 1 } }, "invalidValue"],
    ["a word for a boolean", { op: "replace", path: "active", value: "maybe" }, "invalidValue"],
    ["NUL", { op: "replace", path: "title", value: "a\0" }, "invalidValue"],
    ["half of a surrogate pair", { op: "replace", path: "title", value: "\ud800" }, "invalidValue"],
  ])("%s is refused", (_name, sent, scimType) =>
    expect(() => shown(USERS, sent)).toThrow(expect.objectContaining({ status: 400, scimType })),
  );
});

test("a resource keeps what the schema has, as it was sent", () => {
  const sent = {
    schemas: [USER],
    USERNAME: " Kim@Example.com ",
    name: { GivenName: "Kim", nick: "K", familyName: null },
    emails: [{ value: "Kim@Example.com", type: "Work" }, null],
    roles: [],
    title: "",
    active: "True",
    password: "x",
    id: "1",
    shoeSize: 43,
    [ENTERPRISE.toLowerCase()]: { department: "Sales", manager: "" },
    "urn:x:1.0:User": { tag: "x" },
  };
  expect(readResource(USERS, sent)).toEqual({
    userName: " Kim@Example.com ",
    name: { givenName: "Kim" },
    emails: [{ value: "Kim@Example.com", type: "Work" }],
    title: "",
    active: true,
    [ENTERPRISE]: { department: "Sales" },
  });
});

test("a body that names only schemas of others is refused", () => {
  for (const schemas of [["urn:x:1.0:User"], "x", [1]])
    expect(() => readResource(USERS, { schemas, userName: "kim" })).toThrow(
      expect.objectContaining({ scimType: "invalidSyntax" }),
    );
  expect(readResource(USERS, { userName: "kim" })).toEqual({ userName: "kim" });
});
