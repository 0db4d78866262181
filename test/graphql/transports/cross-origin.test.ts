import { expect, test } from "vitest";
import { createIsCrossOrigin } from "../../../src/graphql/transports/cross-origin.ts";

const PUBLIC_URL = "https://people.firma.example/behind/a/path";
const APP = "https://app.firma.example";
const isCrossOrigin = createIsCrossOrigin({ publicUrl: PUBLIC_URL, allowedOrigins: [APP] });

test.each([
  ["a program", undefined, "localhost:4000"],
  ["its own page", "http://localhost:4000", "localhost:4000"],
  ["its own page, with the host in capitals", "http://localhost:4000", "LOCALHOST:4000"],
  ["its own page, behind a proxy that names the port", "http://localhost", "localhost:80"],
  ["its own page, over TLS that a proxy ends", "https://people.internal", "people.internal:443"],
  ["a page of the public address", "https://people.firma.example", "10.0.0.7:4000"],
  ["a page of an allowed origin", APP, "localhost:4000"],
])("%s has an allowed origin", (_what, origin, host) => {
  expect(isCrossOrigin({ origin, host })).toBe(false);
});

test.each([
  ["a page of another site", "https://evil.example", "localhost:4000"],
  ["a page of another port", "http://localhost:5173", "localhost:4000"],
  ["a page with the origin null", "null", "localhost:4000"],
  ["a list of two origins", "http://localhost:4000, https://evil.example", "localhost:4000"],
  ["a page in a request without a host", "http://undefined", undefined],
  ["a name that contains an allowed origin", `${APP}.evil.example`, "localhost:4000"],
  ["an allowed name without TLS", "http://app.firma.example", "localhost:4000"],
  ["another port of an allowed origin", `${APP}:8443`, "localhost:4000"],
  ["a name below an allowed one", "https://x.app.firma.example", "localhost:4000"],
])("E8: %s has a foreign origin", (_what, origin, host) => {
  expect(isCrossOrigin({ origin, host })).toBe(true);
});
