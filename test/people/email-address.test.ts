import fc from "fast-check";
import { parseValue } from "graphql";
import { expect, test } from "vitest";
import { cleanEmail, EmailAddress, normalizeEmail } from "../../src/people/email-address.ts";

test.each([
  [" Anna.Berg@Firma.DE ", "anna.berg@firma.de"],
  ["Mu\u0308ller@firma.de", "müller@firma.de"],
  ["o'brien+hr@sub.example.co.uk", "o'brien+hr@sub.example.co.uk"],
  ["name@firma.de_ab12c", "name@firma.de_ab12c"],
  ["anna@firma.de\u0000", "anna@firma.de"],
  ["\ufeffan\u00adna@firma.de\u200b\u0001\n", "anna@firma.de"],
  ["anna@firma.de\u200b ", "anna@firma.de"],
  ["anna\u2060@\u202efirma\u{e0041}\ufe0f\u3164.de", "anna@firma.de"],
  ["mu\u200d\u0308ller@firma.de", "müller@firma.de"],
])("the address %j is normalized to %j", (text, email) => {
  expect(normalizeEmail(text)).toBe(email);
  expect(EmailAddress.parseValue(text)).toBe(email);
  expect(EmailAddress.parseLiteral(parseValue(JSON.stringify(text)))).toBe(email);
});

test.each([
  "",
  "anna",
  "@firma.de",
  "anna@",
  "anna@@firma.de",
  "an na@firma.de",
  "anna@firma\u2028.de",
  "\u200b@firma.de",
  `${"a".repeat(250)}@firma.de`,
])("the text %j is not an address", (text) => {
  expect(normalizeEmail(text)).toBeNull();
  expect(() => EmailAddress.parseValue(text)).toThrow("name@domain");
});

test.each([12, true, null, ["anna@firma.de"], { email: "anna@firma.de" }])(
  "%j is not an address",
  (value) => {
    expect(() => EmailAddress.parseValue(value)).toThrow("name@domain");
  },
);

test("a number in a query is not an address", () => {
  expect(() => EmailAddress.parseLiteral(parseValue("12"))).toThrow("name@domain");
});

test("half a surrogate pair is stripped from an address", () => {
  expect(EmailAddress.parseValue("anna\ud800@firma.de")).toBe("anna@firma.de");
});

test("cleaning a clean address changes nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      expect(cleanEmail(cleanEmail(text))).toBe(cleanEmail(text));
    }),
    { numRuns: 2_000 },
  );
});

test("an address is served as stored, even if it would be invalid as an argument (V20)", () => {
  expect(EmailAddress.serialize("müller@firma.de")).toBe("müller@firma.de");
  expect(EmailAddress.serialize("name@firma.de_ab12c")).toBe("name@firma.de_ab12c");
});
