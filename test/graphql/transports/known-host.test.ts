import { describe, expect, test } from "vitest";
import { createIsKnownHost, hasReadableHost } from "../../../src/graphql/transports/known-host.ts";

const asked = (host: string, more: { url?: string; hosts?: string[] } = {}) => ({
  url: more.url ?? "/graphql",
  headers: { host, "x-forwarded-host": "localhost" },
  headersDistinct: { host: more.hosts ?? [host] },
});

describe("on loopback", () => {
  const isKnown = createIsKnownHost({ host: "127.0.0.1", publicUrl: "https://people.firma.example" });

  test.each([
    "127.0.0.1:4000",
    "localhost:4000",
    "localhost",
    "[::1]:4000",
    "LOCALHOST",
    "localhost.",
    "people.firma.example.",
  ])("%s is a name of ours", (host) => {
    expect(isKnown(asked(host))).toBe(true);
  });

  test.each(["evil.example:4000", "localhost.evil.example", "127.0.0.1.evil.example"])(
    "%s is somebody else's, whatever it resolves to",
    (host) => {
      expect(isKnown(asked(host))).toBe(false);
    },
  );
});

test("D21: HOST may be written in any case, and PUBLIC_URL with the dot of a full name", () => {
  for (const host of ["LOCALHOST", "Localhost", "localhost", "127.0.0.2", "::1", "[::1]"])
    expect(createIsKnownHost({ host, publicUrl: undefined })(asked("evil.example")), host).toBe(false);
  const isKnown = createIsKnownHost({ host: "127.0.0.1", publicUrl: "https://People.Firma.example.:8443" });

  expect(isKnown(asked("people.firma.example"))).toBe(true);
});

test("anywhere else, a proxy may call us by any name", () => {
  expect(createIsKnownHost({ host: "0.0.0.0", publicUrl: undefined })(asked("people.internal"))).toBe(true);
});

test("D21: an absolute-form target with a foreign host is refused, whatever `Host` says", () => {
  const isKnown = createIsKnownHost({ host: "127.0.0.1", publicUrl: undefined });

  expect(isKnown(asked("localhost", { url: "http://evil.example/graphql" }))).toBe(false);
  expect(isKnown(asked("localhost", { url: "http://localhost/graphql" }))).toBe(true);
});

test.each([
  ["two hosts", asked("localhost", { hosts: ["localhost", "evil.example"] })],
  ["a user before the host", asked("user@localhost")],
  ["a path behind the host", asked("localhost/x")],
  ["nothing", asked("")],
])("D21: %s in `Host` is unreadable", (_what, request) => {
  expect(hasReadableHost(request)).toBe(false);
});
