import type { ServerResponse } from "node:http";
import { afterEach, expect, test, vi } from "vitest";
import { destroyWhenStalled } from "../../../src/graphql/transports/destroy-when-stalled.ts";

afterEach(() => vi.restoreAllMocks());

/** A response whose timeouts a test fires, each after some milliseconds in which the client read nothing. */
function watch(stalledMs: number) {
  let [now, timeoutMs, onTimeout] = [0, 0, (): void => undefined];
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const destroy = vi.fn();
  const setTimeout = (ms: number, listener?: () => void): void => {
    timeoutMs = ms;
    if (listener) onTimeout = listener;
  };
  destroyWhenStalled({ setTimeout, destroy } as unknown as ServerResponse, stalledMs);
  return {
    destroy,
    /** @returns the timeout that was set. */
    fireAfter(ms = timeoutMs): number {
      const set = timeoutMs;
      now += ms;
      onTimeout();
      return set;
    },
  };
}

test("a response is destroyed after two timeouts that come on time, together as long as allowed", () => {
  const { destroy, fireAfter } = watch(1_000);
  const first = fireAfter();
  expect(destroy).not.toHaveBeenCalled();
  expect(first + fireAfter()).toBe(1_000);
  expect(destroy).toHaveBeenCalledOnce();
});

test("after a second timeout that comes late, the response stays and both timeouts begin again", () => {
  const { destroy, fireAfter } = watch(1_000);
  for (const _pause of [1, 2, 3]) {
    expect(fireAfter()).toBe(750);
    expect(fireAfter(5_000)).toBe(250);
  }
  expect(destroy).not.toHaveBeenCalled();
  fireAfter();
  fireAfter();
  expect(destroy).toHaveBeenCalledOnce();
});
