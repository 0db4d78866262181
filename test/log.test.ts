import { QueryFailedError } from "typeorm";
import { expect, test } from "vitest";
import { describeError } from "../src/log.ts";

test("the log entry of a database error contains its place, without its data", () => {
  const driverError = Object.assign(new Error('invalid input syntax for type date: "1990-06-14 Ada"'), {
    code: "22007",
    table: "people",
    detail: "Key (work_email)=(ada@nordlicht.example)",
  });
  const error = new QueryFailedError(
    "/* people.insert */ insert into people values ($1)",
    ["ada@nordlicht.example"],
    driverError,
  );
  expect(describeError(error)).toMatchObject({ sqlState: "22007", table: "people", query: "people.insert" });
  expect(JSON.stringify(describeError(error))).not.toMatch(/ada|1990/i);
});

test("the log entry of any other error contains its message", () => {
  expect(describeError(new TypeError("x is not a function"))).toMatchObject({
    type: "TypeError",
    message: "x is not a function",
  });
});
