import fc from "fast-check";
import { expect, test } from "vitest";
import { hashToken, hintOf, makeTokenText, tenantOfToken } from "../../src/identity/token-text.ts";

/** Everything that a tenant's id may be. */
const tenantIds = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);

test("a token names its tenant, whatever characters the id has", () => {
  fc.assert(fc.property(tenantIds, (id) => tenantOfToken(makeTokenText(id)) === id));
});

test("a token is one word of the characters that RFC 6750 allows", () => {
  fc.assert(fc.property(tenantIds, (id) => /^people_[A-Za-z0-9._-]{45,}$/.test(makeTokenText(id))));
});

test("a token whose secret begins with the separator names its tenant too", () =>
  expect(tenantOfToken(`people_acme_${"_".repeat(43)}`)).toBe("acme"));

test("no two tokens are equal, and a secret has 256 bits", () => {
  const [one, other] = [makeTokenText("acme"), makeTokenText("acme")];
  expect(one).not.toBe(other);
  expect(Buffer.from(one.slice("people_acme_".length), "base64url")).toHaveLength(32);
});

// Not random: behind a secret that begins with `_`, one more character makes a token of the tenant `acme_`.
const secret = `${"Zk3f-h_q".repeat(5)}Zk3`;
const token = `people_acme_${secret}`;

test.each([
  ["an empty text", ""],
  ["a text of another form", "eyJhbGciOiJFUzI1NiJ9.e30.c2ln"],
  ["the prefix alone", "people_"],
  ["a token without a tenant", `people__${secret}`],
  ["a token whose tenant is a path", `people_../acme_${secret}`],
  ["a token whose tenant begins with a dot", `people_.acme_${secret}`],
  ["a token whose tenant is too long", `people_${"a".repeat(64)}_${secret}`],
  ["a token with a NUL", `people_ac\0me_${secret}`],
  ["a token with a quote", `people_ac'me_${secret}`],
  ["a token that ends with a line break", `${token}\n`],
  ["a token that is cut short", token.slice(0, -1)],
  ["a token with a character too many", `${token}A`],
  ["a token in upper case", token.toUpperCase()],
  ["a million characters", `people_${"_".repeat(1_000_000)}`],
])("%s is not a service token", (_name, text) => expect(tenantOfToken(text)).toBeNull());

test("the hash belongs to the whole text, so a secret is of no use in another tenant", () => {
  expect(hashToken(`people_other_${secret}`)).not.toEqual(hashToken(token));
});

test("the hint shows the tenant and four characters of the secret", () => {
  expect(hintOf(token, "acme")).toBe(`people_acme_${secret.slice(0, 4)}…`);
});
