import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ActionableError, type ErrorCode } from "../../../src/errors.ts";
import type { Employee, PersonioAccount } from "../../../src/personio/employee.ts";
import { createLookUps, LOOK_UPS_MAX } from "../../../src/sync/confirm/look-ups.ts";

const employee = (id: string): Employee => ({ id, attributes: {} });
const idsFrom = (first: number, count: number) => Array.from({ length: count }, (_, at) => `${first + at}`);
const failing = (code: ErrorCode) => () => Promise.reject(new ActionableError(code, "It failed.", "Wait."));

let lookedUp: string[] = [];
/** The look-ups of a run; the account only reads single records. */
const lookUpsOf = (readEmployee: PersonioAccount["readEmployee"], signal = new AbortController().signal) => {
  const noted: PersonioAccount["readEmployee"] = (id, options) => {
    lookedUp.push(id);
    return readEmployee(id, options);
  };
  return createLookUps({ readEmployee: noted } as PersonioAccount, signal);
};

beforeEach(() => {
  lookedUp = [];
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the look-ups of a run", () => {
  test("a run looks up each record once for all purposes, and returns a found record once", async () => {
    const lookUps = lookUpsOf(async (id) => (id === "1" ? employee(id) : null));
    expect(await lookUps.lookUp(["1", "2", "2"])).toEqual({ found: [employee("1")], gone: new Set(["2"]) });
    expect(await lookUps.lookUp(["1", "2", "3"])).toEqual({ found: [], gone: new Set(["2", "3"]) });
    expect(lookedUp).toEqual(["1", "2", "3"]);
  });

  test("all look-ups of a run share one limit, and a known record does not count", async () => {
    const lookUps = lookUpsOf(async () => null);
    await lookUps.lookUp(idsFrom(0, 600));
    expect(await lookUps.lookUp(idsFrom(600, LOOK_UPS_MAX - 599))).toBeNull();
    expect(lookedUp).toHaveLength(600);
    expect((await lookUps.lookUp(idsFrom(500, LOOK_UPS_MAX - 500)))?.gone.size).toBe(LOOK_UPS_MAX - 500);
    expect(lookedUp).toHaveLength(LOOK_UPS_MAX);
  });

  test.each(["PERSONIO_ACCESS_MISSING", "PERSONIO_UNAVAILABLE"] as const)(
    "look-ups that end in %s prove nothing about the record, and count once",
    async (code) => {
      const lookUps = lookUpsOf((id) => (id === "1" ? failing(code)() : Promise.resolve(null)));
      for (const _again of [1, 2])
        expect(await lookUps.lookUp(["1", "2"])).toEqual({ found: [], gone: new Set(["2"]) });
      expect(lookUps.failures()).toMatchObject([{ code }]);
      expect(lookedUp).toEqual(["1", "2"]);
    },
  );

  test("look-ups end after ten slow failures, also of several purposes", async () => {
    const lookUps = lookUpsOf(() => {
      vi.advanceTimersByTime(5_000);
      return failing("PERSONIO_UNAVAILABLE")();
    });
    for (const first of [0, 5, 10, 30]) await lookUps.lookUp(idsFrom(first, 5));
    expect(lookedUp).toHaveLength(10);
    expect(lookUps.failures()).toHaveLength(20);
  });

  test("look-ups end at once if Personio's rate limit is used up", async () => {
    const lookUps = lookUpsOf(failing("PERSONIO_RATE_LIMITED"));
    await lookUps.lookUp(["1"]);
    await lookUps.lookUp(["2", "3"]);
    expect(lookedUp).toEqual(["1"]);
    expect(lookUps.failures()).toHaveLength(3);
  });

  test("a refused credential and an abort end the run", async () => {
    await expect(lookUpsOf(failing("PERSONIO_CREDENTIALS_INVALID")).lookUp(["1"])).rejects.toMatchObject({
      code: "PERSONIO_CREDENTIALS_INVALID",
    });
    const stopped = lookUpsOf(failing("PERSONIO_UNAVAILABLE"), AbortSignal.abort());
    await expect(stopped.lookUp(["1"])).rejects.toMatchObject({ code: "PERSONIO_UNAVAILABLE" });
  });
});
