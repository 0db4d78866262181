import { expect, test } from "vitest";
import { errorOf, type Failure } from "../../../src/personio/http/failure.ts";

const failure = (kind: Failure["kind"]) => ({ asked: "GET /v2/persons", kind, found: "expected 200" });

test.each(["UPSTREAM_ERROR", "ENDPOINT_MISSING", "RATE_LIMITED"] as const)(
  "the error of a failure has its kind, %s, by which the console finds its sentence",
  (kind) => expect(errorOf(failure(kind)).details).toEqual({ kind }),
);

test.each([
  ["UNAUTHORIZED", { kind: "UNAUTHORIZED", right: "Persons: Read" }],
  ["FORBIDDEN", { kind: "FORBIDDEN", right: "Persons: Read" }],
  ["UPSTREAM_ERROR", { kind: "UPSTREAM_ERROR" }],
] as const)(
  "of a call that needs a right, the error %s names it only if the right may be missing",
  (kind, details) => {
    expect(errorOf({ ...failure(kind), needs: "Persons: Read" }).details).toEqual(details);
  },
);
