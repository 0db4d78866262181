import { describe, expect, test } from "vitest";
import type { Reach } from "../../../src/config/reach.ts";
import { createIsKnownHost, hasReadableHost } from "../../../src/graphql/transports/known-host.ts";
import { LOCAL_REACH } from "../../support/local-reach.ts";

const isKnownAt = (listening: Partial<Reach>) => createIsKnownHost({ ...LOCAL_REACH, ...listening });

const requestTo = (host: string, more: { url?: string; hosts?: string[] } = {}) => ({
  url: more.url ?? "/graphql",
  headers: { host, "x-forwarded-host": "localhost" },
  headersDistinct: { host: more.hosts ?? [host] },
});

describe("on loopback", () => {
  const isKnown = isKnownAt({ host: "127.0.0.1", publicUrl: "https://people.firma.example" });

  test.each([
    "127.0.0.1:4000",
    "localhost:4000",
    "localhost",
    "[::1]:4000",
    "LOCALHOST",
    "localhost.",
    "people.firma.example.",
  ])("%s is a known host", (host) => {
    expect(isKnown(requestTo(host))).toBe(true);
  });

  test.each(["evil.example:4000", "localhost.evil.example", "127.0.0.1.evil.example"])(
    "%s is an unknown host",
    (host) => {
      expect(isKnown(requestTo(host))).toBe(false);
    },
  );
});

test("D21: HOST may be written in any case, and PUBLIC_URL with the dot of a full name", () => {
  for (const host of ["LOCALHOST", "Localhost", "localhost", "127.0.0.2", "::1", "[::1]"])
    expect(isKnownAt({ host })(requestTo("evil.example")), host).toBe(false);
  const isKnown = isKnownAt({ host: "127.0.0.1", publicUrl: "https://People.Firma.example.:8443" });

  expect(isKnown(requestTo("people.firma.example"))).toBe(true);
});

test("allowed hosts are known, beside those of loopback and of the public URL, at any port", () => {
  for (const host of ["127.0.0.1", "0.0.0.0", "::"]) {
    const listening = {
      host,
      publicUrl: "https://people.firma.example",
      allowedHosts: ["people", "10.0.0.7"],
    };
    const isKnown = isKnownAt(listening);
    for (const name of ["people:4000", "PEOPLE", "10.0.0.7:80", "people.firma.example", "localhost:4000"])
      expect(isKnown(requestTo(name)), name).toBe(true);
    for (const name of ["evil.example", "people.evil.example", "10.0.0.8"])
      expect(isKnown(requestTo(name)), name).toBe(false);
  }
});

test("a server that does not listen on loopback accepts any host, unless hosts are listed", () => {
  expect(isKnownAt({ host: "0.0.0.0" })(requestTo("people.internal"))).toBe(true);
  const publicUrl = "https://people.firma.example";
  expect(isKnownAt({ host: "0.0.0.0", publicUrl })(requestTo("people.internal"))).toBe(true);
});

test("D21: an absolute-form target with a foreign host is unknown, even with a known `Host`", () => {
  const isKnown = isKnownAt({ host: "127.0.0.1" });

  expect(isKnown(requestTo("localhost", { url: "http://evil.example/graphql" }))).toBe(false);
  expect(isKnown(requestTo("localhost", { url: "http://localhost/graphql" }))).toBe(true);
});

test.each([
  ["a pair of hosts", requestTo("localhost", { hosts: ["localhost", "evil.example"] })],
  ["a user before the host", requestTo("user@localhost")],
  ["a path behind the host", requestTo("localhost/x")],
  ["an empty value", requestTo("")],
])("D21: %s in `Host` is unreadable", (_what, request) => {
  expect(hasReadableHost(request)).toBe(false);
});
