import { describe, expect, test } from "vitest";
import { offeredOf } from "../../src/scim/users/offered.ts";
import { workEmailOf } from "../../src/scim/users/work-email.ts";
import { ENTERPRISE } from "./support.ts";

const BOSS = "0a0a0a0a-1111-4222-8333-444444444444";

describe("what an identity provider offers for a person", () => {
  test("a field that it does not send is absent, and one that is empty is null", () => {
    expect(offeredOf({ userName: "kim" })).toEqual({});
    expect(offeredOf({ userName: "kim", title: "", displayName: "  " })).toEqual({
      position: null,
      displayName: null,
    });
  });

  test("it offers names, position, department, personnel number and supervisor", () => {
    const offered = offeredOf({
      displayName: " Kim Doe ",
      name: { givenName: "Kim", familyName: "Doe" },
      title: "Engineer",
      [ENTERPRISE]: { department: "Sales", employeeNumber: "7", manager: { value: BOSS.toUpperCase() } },
    });
    expect(offered).toEqual({
      displayName: "Kim Doe",
      firstName: "Kim",
      lastName: "Doe",
      position: "Engineer",
      department: "Sales",
      employeeId: "7",
      supervisor: BOSS,
    });
  });

  test("a manager that is not our id is ignored", () => {
    expect(offeredOf({ [ENTERPRISE]: { manager: { value: "boss@example.com" } } })).toEqual({});
  });
});

describe("the address that matches a user with a person", () => {
  test.each<[name: string, resource: Parameters<typeof workEmailOf>[0], email: string | null]>([
    [
      "the work email",
      {
        userName: "u@x",
        emails: [
          { value: "p@x", primary: true },
          { value: "w@x", type: "WORK" },
        ],
      },
      "w@x",
    ],
    [
      "of two work emails the primary one",
      {
        userName: "u@x",
        emails: [
          { value: "a@x", type: "work" },
          { value: "b@x", type: "work", primary: true },
        ],
      },
      "b@x",
    ],
    [
      "else the primary one",
      {
        userName: "u@x",
        emails: [
          { value: "h@x", type: "home" },
          { value: "p@x", primary: true },
        ],
      },
      "p@x",
    ],
    ["else the login", { userName: "u@x", emails: [{ value: "h@x", type: "home" }] }, "u@x"],
    [
      "in the directory's form",
      { userName: "u", emails: [{ value: " Ki\u200bm@X.Example ", type: "work" }] },
      "kim@x.example",
    ],
    [
      "a work email that is not an address is passed over",
      { userName: "u@x", emails: [{ value: "none", type: "work" }] },
      "u@x",
    ],
    ["none", { userName: "kim" }, null],
  ])("%s", (_name, resource, email) => expect(workEmailOf(resource)).toBe(email));
});
