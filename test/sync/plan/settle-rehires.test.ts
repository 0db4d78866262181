import { describe, expect, test } from "vitest";
import type { PersonRecord } from "../../../src/people/changes/person-record.ts";
import { type EmailClaim, settleEmails } from "../../../src/sync/plan/settle-emails.ts";
import {
  inheritAddresses,
  isAlteredEmail,
  type RehireCandidate,
  settleRehires,
} from "../../../src/sync/plan/settle-rehires.ts";
import type { TranslatedFields } from "../../../src/sync/read/translate.ts";

const leaver = {
  personioId: "7",
  firstName: "Ada",
  lastName: "Lind",
  dateOfBirth: "1990-06-14",
  employeeId: "NR-7",
} as PersonRecord;

const candidate = (
  fields: Partial<TranslatedFields>,
  old: { stored?: Partial<PersonRecord>; terminationDate?: string | null } = {},
): RehireCandidate => ({
  staged: { personioId: "9", fields: { hireDate: "2026-02-01", ...fields }, unreadable: [] },
  personId: "our-7",
  stored: { ...leaver, ...old.stored },
  terminationDate: old.terminationDate === undefined ? "2025-12-31" : old.terminationDate,
});

/** A second newcomer with the same address. */
const otherNewcomer = (...[fields, old]: Parameters<typeof candidate>): RehireCandidate => {
  const one = candidate(fields, old);
  return { ...one, staged: { ...one.staged, personioId: "10" } };
};

const same = { firstName: "ada", lastName: "Lind", dateOfBirth: "1990-06-14", employeeId: "NR-7" };
const verdict = (one: RehireCandidate): string => {
  const { personOf, replaced, ambiguous } = settleRehires([one]);
  if (personOf.has("9")) return replaced.has("7") ? "the same person" : "half a rehire";
  return ambiguous.has("9") ? "ambiguous" : "somebody new";
};

describe("a newcomer with a leaver's address", () => {
  test.each([
    ["everything agrees", same, "the same person"],
    ["only the date of birth can be compared and agrees", { dateOfBirth: "1990-06-14" }, "the same person"],
    ["only the personnel number can be compared and agrees", { employeeId: "NR-7" }, "the same person"],
    ["only the name can be compared and agrees", { firstName: "Ada", lastName: "Lind" }, "the same person"],
    [
      "the name agrees and the date of birth conflicts",
      { ...same, dateOfBirth: "1971-01-01" },
      "somebody new",
    ],
    ["the date of birth agrees and the number conflicts", { ...same, employeeId: "NR-8" }, "somebody new"],
    ["the name conflicts", { ...same, lastName: "Berg" }, "somebody new"],
    ["nothing can be compared", {}, "ambiguous"],
    ["an empty date of birth is nothing to compare", { dateOfBirth: null }, "ambiguous"],
    [
      "the new employment began on the old one's last day",
      { ...same, hireDate: "2025-12-31" },
      "somebody new",
    ],
    ["nothing tells when the new employment begins", { ...same, hireDate: null }, "ambiguous"],
  ])("of whom %s is judged so", (_case, fields, expected) => {
    expect(verdict(candidate(fields))).toBe(expected);
  });

  test("is ambiguous when nothing tells when the old employment ended", () => {
    expect(verdict(candidate(same, { terminationDate: null }))).toBe("ambiguous");
  });

  test("that two leavers had is the one of them who agrees", () => {
    const other = candidate(same, {
      stored: { personioId: "3", dateOfBirth: "1950-01-01" },
      terminationDate: "2026-01-15",
    });
    const { personOf, ambiguous } = settleRehires([other, candidate(same)]);
    expect(personOf.get("9")?.stored.personioId).toBe("7");
    expect(ambiguous.size).toBe(0);
  });

  test("is nobody's successor when another newcomer agrees as well: neither is guessed", () => {
    const { personOf, replaced, ambiguous } = settleRehires([candidate(same), otherNewcomer(same)]);
    expect({ personOf: personOf.size, replaced: replaced.size, ambiguous: ambiguous.size }).toEqual({
      personOf: 0,
      replaced: 0,
      ambiguous: 0,
    });
  });

  test("is the successor when the other newcomer with the address is somebody else", () => {
    const stranger = otherNewcomer({ ...same, dateOfBirth: "2001-01-01" });
    for (const candidates of [
      [candidate(same), stranger],
      [stranger, candidate(same)],
    ]) {
      expect([...settleRehires(candidates).personOf.keys()]).toEqual(["9"]);
    }
  });
});

describe("the address of somebody who left and is back between two reads", () => {
  const wanting = (personioId: string): EmailClaim => ({ personioId, wants: "ada@firma.de", holds: null });
  const settle = (candidates: readonly RehireCandidate[]) =>
    settleEmails(inheritAddresses([wanting("9"), wanting("10")], settleRehires(candidates)));
  const present = { stored: { workEmail: "ada@firma.de", status: "ACTIVE" } as const };

  test("stays with them, and a newcomer with the same address is told of the new record", () => {
    const rivals = settle([candidate(same, present), otherNewcomer({ lastName: "Berg" }, present)]);
    expect(rivals).toEqual(new Map([["10", "9"]]));
  });

  test.each([
    ["nothing tells which of two newcomers they are", {}, present],
    ["both newcomers agree", same, present],
    ["they had left before", same, { stored: { workEmail: "ada@firma.de", status: "INACTIVE" } as const }],
  ])("goes to nobody when %s", (_case, fields, old) => {
    const rivals = settle([candidate(fields, old), otherNewcomer(fields, old)]);
    expect(rivals).toEqual(
      new Map([
        ["9", "10"],
        ["10", "9"],
      ]),
    );
  });
});

describe("an address", () => {
  test.each(["ada@firma.de_ab12c", "ada_ab12c@firma.de", "a_d_ab12ca@firma.de"])(
    "%s is an altered one",
    (email) => {
      const original = email.replace(/_ab12c/, "");
      expect(isAlteredEmail(email, original)).toBe(true);
    },
  );

  test.each(["ada@firma.de", "ada@firma.de_ab12", "ada@firma.dexab12c", "eve@firma.de_ab12c"])(
    "%s is another one",
    (email) => {
      expect(isAlteredEmail(email, "ada@firma.de")).toBe(false);
    },
  );
});
