import { describe, expect, test } from "vitest";
import { withMetrics } from "../../../src/personio/http/api-client.ts";
import { failed, type Result } from "../../../src/personio/http/failure.ts";

/** What the observer was called with, in order. */
function createObserver() {
  const told: string[] = [];
  const observeCall = (endpoint: string) => {
    told.push(endpoint);
    return (status: string) => void told.push(status);
  };
  return { told, observeCall };
}

describe("withMetrics", () => {
  test.each<[string, Result<number>]>([
    ["ok", { ok: true, value: 1 }],
    ["503", failed("GET /x", { kind: "UPSTREAM_ERROR", found: "503", status: 503 })],
    ["UPSTREAM_TIMEOUT", failed("GET /x", { kind: "UPSTREAM_TIMEOUT", found: "no answer" })],
  ])("withMetrics reports %s and returns the result", async (status, result) => {
    const { told, observeCall } = createObserver();
    expect(await withMetrics(observeCall, "GET /x", async () => result)).toBe(result);
    expect(told).toEqual(["GET /x", status]);
  });

  test("withMetrics reports a request that its caller aborted", async () => {
    const { told, observeCall } = createObserver();
    const reason = new Error("The worker is shutting down.");
    await expect(withMetrics(observeCall, "GET /x", () => Promise.reject(reason))).rejects.toBe(reason);
    expect(told).toEqual(["GET /x", "ABORTED"]);
  });
});
