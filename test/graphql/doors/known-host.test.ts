import { describe, expect, test } from "vitest";
import { createIsKnownHost } from "../../../src/graphql/doors/known-host.ts";

describe("on loopback", () => {
  const isKnown = createIsKnownHost({ host: "127.0.0.1", publicUrl: "https://people.firma.example" });

  test.each(["127.0.0.1:4000", "localhost:4000", "localhost", "[::1]:4000", "people.firma.example"])(
    "%s is a name of ours",
    (host) => {
      expect(isKnown(host)).toBe(true);
    },
  );

  test.each(["evil.example:4000", "localhost.evil.example", "127.0.0.1.evil.example"])(
    "%s is somebody else's, whatever it resolves to",
    (host) => {
      expect(isKnown(host)).toBe(false);
    },
  );
});

test("anywhere else, a proxy may call us by any name", () => {
  expect(createIsKnownHost({ host: "0.0.0.0", publicUrl: undefined })("people.internal")).toBe(true);
});
