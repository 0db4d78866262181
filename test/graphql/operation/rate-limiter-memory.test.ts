import { expect, test } from "vitest";
import { administratorOfDefault } from "../../../src/access/viewer.ts";
import { createRateLimiter } from "../../../src/graphql/operation/rate-limiter.ts";
import { eventually } from "../../support/eventually.ts";
import { measureRetainedBytes } from "../../support/retained-memory.ts";

test("100,000 subjects with long names take less than 100 MB, and nothing after the window", async () => {
  const limitRate = createRateLimiter({ perUser: 20, perTenant: 1_000_000, windowSeconds: 2 });
  const before = measureRetainedBytes();
  for (let index = 0; index < 100_000; index += 1)
    await limitRate({
      ...administratorOfDefault,
      tenantId: `tenant ${index % 1_000}`,
      subject: `${"x".repeat(1_000)}${index}`,
    });

  expect(measureRetainedBytes() - before).toBeLessThan(100_000_000);
  await eventually(() => measureRetainedBytes() - before < 10_000_000, { what: "the memory" });
});
