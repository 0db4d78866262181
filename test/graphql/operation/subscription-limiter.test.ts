import { describe, expect, test } from "vitest";
import { administratorOfDefault, type Viewer } from "../../../src/access/viewer.ts";
import {
  type Admission,
  createSubscriptionLimiter,
} from "../../../src/graphql/operation/subscription-limiter.ts";

const viewerOf = (tenantId: string, subject = "someone"): Viewer => ({
  ...administratorOfDefault,
  authIsOff: false,
  tenantId,
  subject,
});

const messageOf = (admission: Admission): string | null =>
  "error" in admission ? admission.error.message : null;

function release(admission: Admission): void {
  if ("release" in admission) admission.release();
}

describe.each<[string, Viewer, Viewer, RegExp]>([
  ["a tenant", viewerOf("acme"), viewerOf("other"), /^Your company has 2 /],
  ["a user", viewerOf("acme", "ada"), viewerOf("acme", "bo"), /^You have 2 .* one user/],
  ["a user of another tenant", viewerOf("acme", "ada"), viewerOf("other", "ada"), /^You have 2 /],
])("the subscriptions of %s", (_what, viewer, other, words) => {
  const limits = viewer.subject === "someone" ? { perTenant: 2 } : { perUser: 2 };

  test("subscriptions are admitted up to the limit, and those of others do not count", () => {
    const admit = createSubscriptionLimiter(limits);
    expect([admit(viewer), admit(viewer)].map(messageOf)).toEqual([null, null]);

    expect(messageOf(admit(viewer))).toMatch(words);
    expect(messageOf(admit(other))).toBeNull();
  });

  test("a subscription that ends frees one slot, even if it is released twice", () => {
    const admit = createSubscriptionLimiter(limits);
    const first = admit(viewer);
    admit(viewer);
    release(first);
    release(first);

    expect(messageOf(admit(viewer))).toBeNull();
    expect(messageOf(admit(viewer))).not.toBeNull();
  });
});

test("a user refused by the tenant's limit keeps all slots of their own", () => {
  const admit = createSubscriptionLimiter({ perTenant: 1, perUser: 1 });
  const of = (subject: string) => admit(viewerOf("acme", subject));
  const first = of("ada");

  expect(messageOf(of("bo"))).toMatch(/^Your company/);
  release(first);
  expect(messageOf(of("bo"))).toBeNull();
});

test("with AUTH=off the administrator has the limit of a user, 1,000 by default", () => {
  const admit = createSubscriptionLimiter();
  const messages = Array.from({ length: 1_001 }, () => messageOf(admit(administratorOfDefault)));

  expect(messages.slice(0, 1_000).filter((message) => message !== null)).toEqual([]);
  expect(messages[1_000]).toMatch(/^You have 1000 open subscriptions/);
});

test("a user without a limit has that of the tenant", () => {
  const admit = createSubscriptionLimiter({ perUser: null, perTenant: 2 });

  expect([1, 2, 3].map(() => messageOf(admit(administratorOfDefault)))).toEqual([
    null,
    null,
    expect.stringMatching(/^Your company has 2 /),
  ]);
});
