import { describe, expect, test } from "vitest";
import { comparePeople, isAlteredEmail } from "../../../src/sync/plan/same-person.ts";

const stored = { firstName: "Ada", lastName: "Lind", dateOfBirth: "1990-06-14", employeeId: "NR-7" };
const same = { firstName: " ada", lastName: "LIND", dateOfBirth: "1990-06-14", employeeId: "NR-7" };
const unborn = { ...stored, dateOfBirth: null };

describe("two records with one address", () => {
  test.each([
    ["one person when everything agrees", same, stored, "SAME"],
    [
      "one person when the birth dates agree and the number is new",
      { ...same, employeeId: "NR-8" },
      stored,
      "SAME",
    ],
    [
      "one person when the birth dates agree and the name is new",
      { ...same, lastName: "Berg" },
      stored,
      "SAME",
    ],
    [
      "one person when the birth dates agree and all else is new",
      { firstName: "Eva", lastName: "Berg", dateOfBirth: "1990-06-14", employeeId: "NR-8" },
      stored,
      "SAME",
    ],
    [
      "two people when the birth dates differ, whatever agrees",
      { ...same, dateOfBirth: "1971-01-01" },
      stored,
      "OTHER",
    ],
    ["one person when only the number can be compared and agrees", { employeeId: "nr-7" }, stored, "SAME"],
    [
      "one person when only the name can be compared and agrees",
      { firstName: "Ada", lastName: "Lind" },
      stored,
      "SAME",
    ],
    ["one person when number and name agree and one birth date is unknown", same, unborn, "SAME"],
    [
      "one person when name and number differ only in blanks and invisible characters",
      { firstName: "\u200bAda", lastName: "Li\u00adnd\u2009", employeeId: "\u0001NR-7\u2060" },
      stored,
      "SAME",
    ],
    [
      "one person when the name has two blanks in one record",
      { firstName: "Ada  Maria", lastName: "Lind" },
      { ...unborn, firstName: "Ada Maria" },
      "SAME",
    ],
    [
      "one person when the name differs only in the case of a letter that Unicode composes in one case only",
      { firstName: "J\u030cada", lastName: "Lind" },
      { ...unborn, firstName: "\u01f0ada" },
      "SAME",
    ],
    [
      "an unknown number of people when the name agrees and the number conflicts",
      { ...same, dateOfBirth: null, employeeId: "NR-8" },
      stored,
      "UNKNOWN",
    ],
    [
      "an unknown number of people when the number agrees and the name conflicts",
      { ...same, lastName: "Berg" },
      unborn,
      "UNKNOWN",
    ],
    ["two people when number and name conflict", { lastName: "Berg", employeeId: "NR-8" }, unborn, "OTHER"],
    ["two people when the name conflicts and nothing else is there", { lastName: "Berg" }, stored, "OTHER"],
    ["an unknown number of people when nothing can be compared", {}, stored, "UNKNOWN"],
    [
      "an unknown number of people when everything is empty",
      { dateOfBirth: null, employeeId: "" },
      stored,
      "UNKNOWN",
    ],
  ])("two records are of %s", (_case, record, person, expected) => {
    expect(comparePeople(record, person)).toBe(expected);
  });
});

describe("an address", () => {
  test.each(["ada@firma.de_ab12c", "ada_ab12c@firma.de", "a_d_ab12ca@firma.de"])(
    "%s is an altered address",
    (email) => {
      const original = email.replace(/_ab12c/, "");
      expect(isAlteredEmail(email, original)).toBe(true);
    },
  );

  test.each(["ada@firma.de", "ada@firma.de_ab12", "ada@firma.dexab12c", "eve@firma.de_ab12c"])(
    "%s is another address",
    (email) => {
      expect(isAlteredEmail(email, "ada@firma.de")).toBe(false);
    },
  );
});
