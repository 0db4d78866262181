import { parseValue } from "graphql";
import { expect, test } from "vitest";
import { EmailAddress, normalizeEmail } from "../../src/people/email-address.ts";

test.each([
  [" Anna.Berg@Firma.DE ", "anna.berg@firma.de"],
  ["Mu\u0308ller@firma.de", "müller@firma.de"],
  ["o'brien+hr@sub.example.co.uk", "o'brien+hr@sub.example.co.uk"],
  ["name@firma.de_ab12c", "name@firma.de_ab12c"],
])("the address %j is the same as %j", (text, email) => {
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
  "anna@firma.de\u0000",
  "anna\uD800@firma.de",
  `${"a".repeat(250)}@firma.de`,
])("the text %j is no address", (text) => {
  expect(normalizeEmail(text)).toBeNull();
  expect(() => EmailAddress.parseValue(text)).toThrow("name@domain");
});

test.each([12, true, null, ["anna@firma.de"], { email: "anna@firma.de" }])("%j is no address", (value) => {
  expect(() => EmailAddress.parseValue(value)).toThrow("name@domain");
});

test("a number in a query is no address", () => {
  expect(() => EmailAddress.parseLiteral(parseValue("12"))).toThrow("name@domain");
});

test("an address is served as it is stored, whatever we would think of it in an argument (V20)", () => {
  expect(EmailAddress.serialize("müller@firma.de")).toBe("müller@firma.de");
  expect(EmailAddress.serialize("name@firma.de_ab12c")).toBe("name@firma.de_ab12c");
});
