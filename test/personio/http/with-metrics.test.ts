import { describe, expect, test } from "vitest";
import { withMetrics } from "../../../src/personio/http/api-client.ts";
import { failed, type Result } from "../../../src/personio/http/failure.ts";

/** What the observer was called with, in order. */
function createObserver() {
  const calls: string[] = [];
  const observeCall = (endpoint: string) => {
    calls.push(endpoint);
    return (status: string) => void calls.push(status);
  };
  return { calls, observeCall };
}

describe("withMetrics", () => {
  test.each<[string, Result<number>]>([
    ["ok", { ok: true, value: 1 }],
    ["503", failed("GET /x", { kind: "UPSTREAM_ERROR", found: "503", status: 503 })],
    ["UPSTREAM_TIMEOUT", failed("GET /x", { kind: "UPSTREAM_TIMEOUT", found: "no answer" })],
  ])("withMetrics reports %s and returns the result", async (status, result) => {
    const { calls, observeCall } = createObserver();
    expect(await withMetrics(observeCall, "GET /x", async () => result)).toBe(result);
    expect(calls).toEqual(["GET /x", status]);
  });

  test("withMetrics reports a request that its caller aborted", async () => {
    const { calls, observeCall } = createObserver();
    const reason = new Error("The worker is shutting down.");
    await expect(withMetrics(observeCall, "GET /x", () => Promise.reject(reason))).rejects.toBe(reason);
    expect(calls).toEqual(["GET /x", "ABORTED"]);
  });
});
