import { expect, test } from "vitest";
import { countSubscriptions } from "../../../src/graphql/subscriptions/count-subscriptions.ts";

test("a tenant's subscriptions are let in up to the limit, and others' are not counted with them", () => {
  const enter = countSubscriptions(2);
  const [first, second] = [enter("acme"), enter("acme")];

  expect([first, second]).not.toContain(null);
  expect(enter("acme")).toBeNull();
  expect(enter("other")).not.toBeNull();
});

test("one that has ended makes room for one, however often it is said to have ended", () => {
  const enter = countSubscriptions(2);
  const leave = enter("acme");
  enter("acme");
  leave?.();
  leave?.();

  expect(enter("acme")).not.toBeNull();
  expect(enter("acme")).toBeNull();
});
