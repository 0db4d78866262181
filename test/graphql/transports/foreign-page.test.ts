import { expect, test } from "vitest";
import { isForeignPage } from "../../../src/graphql/transports/foreign-page.ts";

const PUBLIC_URL = "https://people.firma.example";

test.each([
  ["a program", undefined, "localhost:4000"],
  ["its own page", "http://localhost:4000", "localhost:4000"],
  ["its own page, with the host in capitals", "http://localhost:4000", "LOCALHOST:4000"],
  ["its own page, behind a proxy that names the port", "http://localhost", "localhost:80"],
  ["its own page, over TLS that a proxy ends", "https://people.internal", "people.internal:443"],
  ["a page of the public address", PUBLIC_URL, "10.0.0.7:4000"],
])("%s is not foreign", (_what, origin, host) => {
  expect(isForeignPage({ origin, host }, PUBLIC_URL)).toBe(false);
});

test.each([
  ["another site", "https://evil.example", "localhost:4000"],
  ["another port", "http://localhost:5173", "localhost:4000"],
  ["a page without an address", "null", "localhost:4000"],
  ["two origins", "http://localhost:4000, https://evil.example", "localhost:4000"],
  ["a page, where the request names no host", "http://undefined", undefined],
])("%s is foreign", (_what, origin, host) => {
  expect(isForeignPage({ origin, host }, PUBLIC_URL)).toBe(true);
});
