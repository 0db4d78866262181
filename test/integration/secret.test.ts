import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { openSecret, sealSecret } from "../../src/integration/secret.ts";

const owner = { tenantId: "default", integrationId: "4b1d" };
const oldKey = { id: "2025", key: randomBytes(32) };
const newKey = { id: "2026", key: randomBytes(32) };

test("a sealed secret opens for its owner", () => {
  expect(openSecret([oldKey], owner, sealSecret([oldKey], owner, "sec-9a44"))).toBe("sec-9a44");
});

test("a secret sealed twice looks different each time", () => {
  expect(sealSecret([oldKey], owner, "sec-9a44").sealed).not.toBe(
    sealSecret([oldKey], owner, "sec-9a44").sealed,
  );
});

test("a secret moved to another tenant or another row does not open", () => {
  const secret = sealSecret([oldKey], owner, "sec-9a44");
  expect(() => openSecret([oldKey], { ...owner, tenantId: "other" }, secret)).toThrow();
  expect(() => openSecret([oldKey], { ...owner, integrationId: "other" }, secret)).toThrow();
});

test("a secret that was changed does not open", () => {
  const { sealed, keyId } = sealSecret([oldKey], owner, "sec-9a44");
  const bytes = Buffer.from(sealed, "base64");
  bytes[bytes.length - 1]! ^= 1;
  expect(() => openSecret([oldKey], owner, { sealed: bytes.toString("base64"), keyId })).toThrow();
});

test("a new key seals, and the old one still opens what it sealed", () => {
  const before = sealSecret([oldKey], owner, "sec-9a44");
  const ring = [newKey, oldKey];
  expect(openSecret(ring, owner, before)).toBe("sec-9a44");
  expect(sealSecret(ring, owner, "sec-9a44").keyId).toBe("2026");
});

test("C10: a secret that was cut short, or is not a ciphertext at all, does not open and causes no exception of the program", () => {
  const { sealed, keyId } = sealSecret([oldKey], owner, "sec-9a44");
  const bytes = Buffer.from(sealed, "base64");
  const cuts = [0, 11, 12, 16, 27, 28, bytes.length - 1].map((length) => bytes.subarray(0, length));
  for (const cut of [...cuts.map((cut) => cut.toString("base64")), "not base64 at all", "ü"]) {
    expect(() => openSecret([oldKey], owner, { sealed: cut, keyId })).toThrow(
      expect.objectContaining({ code: "SECRET_UNREADABLE" }),
    );
  }
});

test("C10: the error of a secret whose key was replaced under the same id explains that", () => {
  const secret = sealSecret([oldKey], owner, "sec-9a44");
  expect(() => openSecret([{ ...oldKey, key: randomBytes(32) }], owner, secret)).toThrow(
    "is a different key",
  );
});

test("C10: a key with a new id, or with the id of another key, opens what it sealed", () => {
  const secret = sealSecret([oldKey], owner, "sec-9a44");
  const renamed = [{ ...oldKey, id: "main" }];
  const swapped = [
    { ...newKey, id: oldKey.id },
    { ...oldKey, id: newKey.id },
  ];
  for (const ring of [renamed, swapped]) expect(openSecret(ring, owner, secret)).toBe("sec-9a44");
});

test("the error of a secret whose key left the ring names the missing key", () => {
  const secret = sealSecret([oldKey], owner, "sec-9a44");
  expect(() => openSecret([newKey], owner, secret)).toThrow('"2025"');
});
