import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { createConnectionThrottle } from "../../../src/graphql/transports/connection-throttle.ts";
import { eventually } from "../../support/eventually.ts";

test("a throttle runs a single piece of work immediately", () => {
  let done = false;
  createConnectionThrottle(100).run(() => {
    done = true;
  });

  expect(done).toBe(true);
});

test("a throttle runs a burst in order, with at most its rate a second", async () => {
  const throttle = createConnectionThrottle(1_000);
  const done: number[] = [];
  const startedAt = performance.now();
  for (let number = 0; number < 300; number += 1) throttle.run(() => done.push(number));

  expect(done.length).toBeLessThanOrEqual(20);
  expect(throttle.waiting).toBe(300 - done.length);
  await eventually(() => done.length === 300);
  expect(performance.now() - startedAt).toBeGreaterThan(200);
  expect(done).toEqual([...done].sort((one, other) => one - other));
});

test("a throttle stops its timer when idle, and runs later work too", async () => {
  const throttle = createConnectionThrottle(1_000);
  const done: number[] = [];
  for (let number = 0; number < 30; number += 1) throttle.run(() => done.push(number));
  await wait(200);
  for (let number = 30; number < 60; number += 1) throttle.run(() => done.push(number));
  await eventually(() => done.length === 60);
});
