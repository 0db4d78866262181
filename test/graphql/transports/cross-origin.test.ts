import { expect, test } from "vitest";
import { isCrossOrigin } from "../../../src/graphql/transports/cross-origin.ts";

const PUBLIC_URL = "https://people.firma.example";

test.each([
  ["a program", undefined, "localhost:4000"],
  ["its own page", "http://localhost:4000", "localhost:4000"],
  ["its own page, with the host in capitals", "http://localhost:4000", "LOCALHOST:4000"],
  ["its own page, behind a proxy that names the port", "http://localhost", "localhost:80"],
  ["its own page, over TLS that a proxy ends", "https://people.internal", "people.internal:443"],
  ["a page of the public address", PUBLIC_URL, "10.0.0.7:4000"],
])("%s has the same origin", (_what, origin, host) => {
  expect(isCrossOrigin({ origin, host }, PUBLIC_URL)).toBe(false);
});

test.each([
  ["a page of another site", "https://evil.example", "localhost:4000"],
  ["a page of another port", "http://localhost:5173", "localhost:4000"],
  ["a page with the origin null", "null", "localhost:4000"],
  ["a list of two origins", "http://localhost:4000, https://evil.example", "localhost:4000"],
  ["a page in a request without a host", "http://undefined", undefined],
])("%s has another origin", (_what, origin, host) => {
  expect(isCrossOrigin({ origin, host }, PUBLIC_URL)).toBe(true);
});
