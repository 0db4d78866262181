import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { administratorOfDefault, type Viewer } from "../../../src/access/viewer.ts";
import { createRateLimiter, type LimitRate } from "../../../src/graphql/operation/rate-limiter.ts";

const viewerOf = (tenantId: string, subject: string, kind: Viewer["kind"] = "USER"): Viewer => ({
  ...administratorOfDefault,
  tenantId,
  subject,
  kind,
});
const ada = viewerOf("acme", "ada");

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** How many of the operations the limiter lets through. */
async function countAdmitted(limitRate: LimitRate, viewer: Viewer, operations: number): Promise<number> {
  let admitted = 0;
  for (let sent = 0; sent < operations; sent += 1) if (!(await limitRate(viewer)).refusal) admitted += 1;
  return admitted;
}

describe("a rate limiter", () => {
  test("a user may send the operations of five seconds at once, and as many in the next five", async () => {
    const limitRate = createRateLimiter({ perUser: 20, perTenant: null });

    expect(await countAdmitted(limitRate, ada, 150)).toBe(100);
    vi.advanceTimersByTime(4_999);
    expect(await countAdmitted(limitRate, ada, 1)).toBe(0);
    vi.advanceTimersByTime(1);
    expect(await countAdmitted(limitRate, ada, 150)).toBe(100);
  });

  test("the users of one tenant share the limit of the tenant, and other tenants have their own", async () => {
    const limitRate = createRateLimiter({ perUser: 20, perTenant: 30 });
    const admitted = [];
    for (const subject of ["ada", "bo", "cy"])
      admitted.push(await countAdmitted(limitRate, viewerOf("acme", subject), 100));

    expect(admitted).toEqual([100, 50, 0]);
    expect(await countAdmitted(limitRate, viewerOf("other", "ada"), 100)).toBe(100);
  });

  test("operations that the limit of a user refuses do not count for the tenant", async () => {
    const limitRate = createRateLimiter({ perUser: 1, perTenant: 2 });
    await countAdmitted(limitRate, ada, 1_000);

    expect(await countAdmitted(limitRate, viewerOf("acme", "bo"), 10)).toBe(5);
  });

  test("a service token and a user of the same name are counted apart", async () => {
    const limitRate = createRateLimiter({ perUser: 1, perTenant: null });
    await countAdmitted(limitRate, ada, 5);

    expect(await countAdmitted(limitRate, viewerOf("acme", "ada", "TOKEN"), 5)).toBe(5);
  });

  test("an identity provider has a limit of its own, and shares that of its company", async () => {
    const limitRate = createRateLimiter({ perUser: 1, perScimToken: 4, perTenant: 5 });
    const okta = viewerOf("acme", "okta", "SCIM");

    expect(await countAdmitted(limitRate, okta, 100)).toBe(20);
    expect(await countAdmitted(limitRate, ada, 100)).toBe(5);
    expect(await countAdmitted(limitRate, viewerOf("acme", "bo"), 100)).toBe(0);
  });

  test("the headers describe the policies and what is left", async () => {
    const limitRate = createRateLimiter({ perUser: 1, perTenant: 2 });
    const { headers } = await limitRate(ada);
    expect(headers).toEqual({
      "ratelimit-policy": '"user";q=5;w=5, "tenant";q=10;w=5',
      ratelimit: '"user";r=4;t=5, "tenant";r=9;t=5',
    });

    await countAdmitted(limitRate, ada, 4);
    vi.advanceTimersByTime(2_500);
    const { headers: refused, refusal } = await limitRate(ada);
    expect(refused).toEqual({
      "ratelimit-policy": '"user";q=5;w=5',
      ratelimit: '"user";r=0;t=3',
      "retry-after": "3",
    });
    expect(refusal).toMatchObject({
      code: "LIMIT_RATE",
      message: "You have sent more than 5 operations in 5 seconds.",
      help: expect.stringContaining("RATE_USER_PER_SECOND"),
    });
  });

  test("a limiter without limits sends no headers, and refuses nothing", async () => {
    const limitRate = createRateLimiter({ perUser: null, perTenant: null });

    expect(await countAdmitted(limitRate, ada, 1_000)).toBe(1_000);
    expect(await limitRate(ada)).toEqual({ headers: {}, refusal: null });
  });
});
