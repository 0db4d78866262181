import { describe, expect, test } from "vitest";
import { failed, type Outcome } from "../../../src/personio/http/fault.ts";
import { observed } from "../../../src/personio/http/personio-http.ts";

/** What an observer was told, in order. */
function createObserver() {
  const told: string[] = [];
  const observeCall = (endpoint: string) => {
    told.push(endpoint);
    return (status: string) => void told.push(status);
  };
  return { told, observeCall };
}

describe("observed", () => {
  test.each<[string, Outcome<number>]>([
    ["ok", { ok: true, value: 1 }],
    ["503", failed("GET /x", { kind: "UPSTREAM_ERROR", found: "503", status: 503 })],
    ["UPSTREAM_TIMEOUT", failed("GET /x", { kind: "UPSTREAM_TIMEOUT", found: "no answer" })],
  ])("tells %s and hands the outcome on", async (status, outcome) => {
    const { told, observeCall } = createObserver();
    expect(await observed(observeCall, "GET /x", async () => outcome)).toBe(outcome);
    expect(told).toEqual(["GET /x", status]);
  });

  test("tells of a request that its caller gave up", async () => {
    const { told, observeCall } = createObserver();
    const reason = new Error("The worker is shutting down.");
    await expect(observed(observeCall, "GET /x", () => Promise.reject(reason))).rejects.toBe(reason);
    expect(told).toEqual(["GET /x", "ABORTED"]);
  });
});
