import { describe, expect, test } from "vitest";
import type { Viewer } from "../../../src/access/viewer.ts";
import { type Admission, countSubscriptions } from "../../../src/graphql/operation/count-subscriptions.ts";

const somebodyOf = (tenantId: string, userId: string | null = null): Viewer => ({
  tenantId,
  userId,
  scopes: new Set(),
});

const refusalOf = (admission: Admission): string | null =>
  "refusal" in admission ? admission.refusal.message : null;

function leave(admission: Admission): void {
  if ("leave" in admission) admission.leave();
}

describe.each<[string, Viewer, Viewer, RegExp]>([
  ["a tenant", somebodyOf("acme"), somebodyOf("other"), /^Your company has 2 /],
  ["a user", somebodyOf("acme", "ada"), somebodyOf("acme", "bo"), /^You have 2 .* one user/],
  ["a user of another tenant", somebodyOf("acme", "ada"), somebodyOf("other", "ada"), /^You have 2 /],
])("the subscriptions of %s", (_what, viewer, other, words) => {
  const limits = viewer.userId === null ? { perTenant: 2 } : { perUser: 2 };

  test("are let in up to the limit, and others' are not counted with them", () => {
    const enter = countSubscriptions(limits);
    expect([enter(viewer), enter(viewer)].map(refusalOf)).toEqual([null, null]);

    expect(refusalOf(enter(viewer))).toMatch(words);
    expect(refusalOf(enter(other))).toBeNull();
  });

  test("make room for one when one has ended, however often it is said to have ended", () => {
    const enter = countSubscriptions(limits);
    const first = enter(viewer);
    enter(viewer);
    leave(first);
    leave(first);

    expect(refusalOf(enter(viewer))).toBeNull();
    expect(refusalOf(enter(viewer))).not.toBeNull();
  });
});

test("whom nobody has identified is counted with the tenant alone", () => {
  const enter = countSubscriptions({ perUser: 1 });

  expect([1, 2, 3].map(() => refusalOf(enter(somebodyOf("acme"))))).toEqual([null, null, null]);
});

test("a user whom the tenant's limit keeps out has taken none of their own places", () => {
  const enter = countSubscriptions({ perTenant: 1, perUser: 1 });
  const of = (userId: string) => enter(somebodyOf("acme", userId));
  const first = of("ada");

  expect(refusalOf(of("bo"))).toMatch(/^Your company/);
  leave(first);
  expect(refusalOf(of("bo"))).toBeNull();
});
