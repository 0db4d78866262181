import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ActionableError, type ErrorCode } from "../../../src/errors.ts";
import type { Employee, PersonioAccount } from "../../../src/personio/employee.ts";
import { createLookUps, LOOK_UPS_MAX } from "../../../src/sync/confirm/look-ups.ts";

const employee = (id: string): Employee => ({ id, attributes: {} });
const idsFrom = (first: number, count: number) => Array.from({ length: count }, (_, at) => `${first + at}`);
const failing = (code: ErrorCode) => () => Promise.reject(new ActionableError(code, "It failed.", "Wait."));

let asked: string[] = [];
/** A run's look-ups of an account of which only single records are read. */
const lookUpsOf = (readEmployee: PersonioAccount["readEmployee"], signal = new AbortController().signal) => {
  const noted: PersonioAccount["readEmployee"] = (id, options) => {
    asked.push(id);
    return readEmployee(id, options);
  };
  return createLookUps({ readEmployee: noted } as PersonioAccount, signal);
};

beforeEach(() => {
  asked = [];
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the look-ups of a run", () => {
  test("ask for each record once, whatever needs them, and return a found record once", async () => {
    const lookUps = lookUpsOf(async (id) => (id === "1" ? employee(id) : null));
    expect(await lookUps.lookUp(["1", "2", "2"])).toEqual({ found: [employee("1")], gone: new Set(["2"]) });
    expect(await lookUps.lookUp(["1", "2", "3"])).toEqual({ found: [], gone: new Set(["2", "3"]) });
    expect(asked).toEqual(["1", "2", "3"]);
  });

  test("share one budget, in which a record that is known costs nothing", async () => {
    const lookUps = lookUpsOf(async () => null);
    await lookUps.lookUp(idsFrom(0, 600));
    expect(await lookUps.lookUp(idsFrom(600, LOOK_UPS_MAX - 599))).toBeNull();
    expect(asked).toHaveLength(600);
    expect((await lookUps.lookUp(idsFrom(500, LOOK_UPS_MAX - 500)))?.gone.size).toBe(LOOK_UPS_MAX - 500);
    expect(asked).toHaveLength(LOOK_UPS_MAX);
  });

  test.each(["PERSONIO_ACCESS_MISSING", "PERSONIO_UNAVAILABLE"] as const)(
    "that end in %s say nothing of the record, and are counted once",
    async (code) => {
      const lookUps = lookUpsOf((id) => (id === "1" ? failing(code)() : Promise.resolve(null)));
      for (const _again of [1, 2])
        expect(await lookUps.lookUp(["1", "2"])).toEqual({ found: [], gone: new Set(["2"]) });
      expect(lookUps.failures()).toMatchObject([{ code }]);
      expect(asked).toEqual(["1", "2"]);
    },
  );

  test("end after ten slow failures, also when these are of several purposes", async () => {
    const lookUps = lookUpsOf(() => {
      vi.advanceTimersByTime(5_000);
      return failing("PERSONIO_UNAVAILABLE")();
    });
    for (const first of [0, 5, 10, 30]) await lookUps.lookUp(idsFrom(first, 5));
    expect(asked).toHaveLength(10);
    expect(lookUps.failures()).toHaveLength(20);
  });

  test("end at once where Personio's rate limit is used up", async () => {
    const lookUps = lookUpsOf(failing("PERSONIO_RATE_LIMITED"));
    await lookUps.lookUp(["1"]);
    await lookUps.lookUp(["2", "3"]);
    expect(asked).toEqual(["1"]);
    expect(lookUps.failures()).toHaveLength(3);
  });

  test("end the run where the pair is refused, and where the run is told to stop", async () => {
    await expect(lookUpsOf(failing("PERSONIO_CREDENTIALS_INVALID")).lookUp(["1"])).rejects.toMatchObject({
      code: "PERSONIO_CREDENTIALS_INVALID",
    });
    const stopped = lookUpsOf(failing("PERSONIO_UNAVAILABLE"), AbortSignal.abort());
    await expect(stopped.lookUp(["1"])).rejects.toMatchObject({ code: "PERSONIO_UNAVAILABLE" });
  });
});
