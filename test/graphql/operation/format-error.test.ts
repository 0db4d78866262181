import { GraphQLError } from "graphql";
import { pino } from "pino";
import { QueryFailedError } from "typeorm";
import { beforeEach, describe, expect, test } from "vitest";
import { ActionableError } from "../../../src/errors.ts";
import { createFormatError, type FormatError } from "../../../src/graphql/operation/format-error.ts";

let lines: string[];
let formatError: FormatError;
beforeEach(() => {
  lines = [];
  formatError = createFormatError(
    pino({ level: "debug", base: null }, { write: (line) => lines.push(line) }),
  );
});

/** Wraps the error of a resolver, as graphql-js does. */
const located = (originalError: Error, path = ["person", "firstName"]) =>
  new GraphQLError(originalError.message, { path, originalError });

const failedQuery = (code: string, message = "the secret of lee@example.com") =>
  new QueryFailedError(
    "/* people.findByIds */ select 1 from people where id = $1",
    ["lee@example.com"],
    Object.assign(new Error(message), { code, detail: "Key (work_email)=(lee@example.com)" }),
  );

describe("an error that a caller can act on", () => {
  test("an actionable error keeps its message, code, help and path", () => {
    const error = located(new ActionableError("FORBIDDEN", "Not for you.", "Ask for the scope."));

    expect(formatError(error)).toEqual({
      message: "Not for you.",
      path: ["person", "firstName"],
      extensions: { code: "FORBIDDEN", help: "Ask for the scope." },
    });
    expect(lines).toEqual([]);
  });

  test("an actionable error is found in nested wrappers", () => {
    const error = located(located(new ActionableError("BAD_CURSOR", "No.", "Start over.")));

    expect(formatError(error).extensions).toMatchObject({ code: "BAD_CURSOR" });
  });
});

test("an error of the request itself keeps only its message and code", () => {
  const error = new GraphQLError("Syntax Error", {
    extensions: { code: "GRAPHQL_PARSE_FAILED", http: { status: 400 }, stacktrace: ["at us"] },
  });

  expect(formatError(error)).toEqual({
    message: "Syntax Error",
    extensions: { code: "GRAPHQL_PARSE_FAILED" },
  });
});

describe("an unavailable database", () => {
  test.each([
    [
      "refuses connections",
      Object.assign(new Error("connect ECONNREFUSED 10.0.0.1"), { code: "ECONNREFUSED" }),
    ],
    ["has no connection left", failedQuery("53300")],
    ["is shutting down", failedQuery("57P01")],
    ["is starting up", failedQuery("57P03")],
    ["takes too long", failedQuery("57014")],
    ["waits for a lock", failedQuery("55P03")],
    ["gives no connection in time", new Error("timeout exceeded when trying to connect")],
    ["hangs up", new Error("Connection terminated unexpectedly")],
  ])(
    "a database that %s is UNAVAILABLE, and the error contains neither its address nor the query",
    (_what, error) => {
      const formatted = formatError(located(error));

      expect(formatted.extensions).toMatchObject({ code: "UNAVAILABLE", help: expect.any(String) });
      expect(JSON.stringify(formatted)).not.toMatch(/secret|10\.0\.0\.1|ECONN/);
    },
  );
});

test.each(["22021", "22P05"])("a text that no column can store is the caller's error (%s)", (code) => {
  expect(formatError(located(failedQuery(code))).extensions).toMatchObject({ code: "BAD_USER_INPUT" });
});

describe("an internal error", () => {
  test("an internal error shows callers only an id, and the log entry with that id has the place of the error", () => {
    const formatted = formatError(located(failedQuery("42703")));

    expect(formatted).toEqual({
      message: "Internal server error",
      path: ["person", "firstName"],
      extensions: { code: "INTERNAL_SERVER_ERROR", id: expect.any(String) },
    });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        errorId: formatted.extensions?.id,
        path: "person.firstName",
        error: "QueryFailedError",
        sqlState: "42703",
        query: "people.findByIds",
        stack: expect.arrayContaining([expect.stringMatching(/^ {4}at /)]),
      },
    ]);
  });

  test("an internal error is hidden even if it has a code of its own", () => {
    const error = Object.assign(new Error("the secret of lee@example.com"), {
      extensions: { code: "OTHER_SERVICE_FAILED" },
    });

    expect(formatError(located(error))).toMatchObject({
      message: "Internal server error",
      extensions: { code: "INTERNAL_SERVER_ERROR" },
    });
  });

  test("an internal error is logged without personal data", () => {
    formatError(located(failedQuery("23505")));
    formatError(located(new TypeError("the secret of lee@example.com")));

    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toMatch(/secret|lee@|work_email/);
  });

  test("an internal error is logged once, even if it fails several fields", () => {
    const error = new Error("broken");
    const ids = [located(error, ["a"]), located(error, ["b"])].map((one) => formatError(one).extensions?.id);

    expect(new Set(ids).size).toBe(1);
    expect(lines).toHaveLength(1);
  });

  test.each([
    [
      "a null in a non-null field",
      new GraphQLError("Cannot return null for non-nullable field Person.firstName."),
    ],
    ["a thrown string", "just text"],
    ["a thrown undefined", undefined],
  ])("%s is an internal error", (_what, error) => {
    expect(formatError(error)).toMatchObject({
      message: "Internal server error",
      extensions: { code: "INTERNAL_SERVER_ERROR" },
    });
    expect(lines).toHaveLength(1);
  });
});
