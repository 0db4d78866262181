import { z } from "zod";
import { defineJob } from "../../jobs/job.ts";

/**
 * Merges the people of a tenant whose user of the identity provider changed while a sync applied its plan.
 * The key is the tenant and a window of time (`remerge-people.ts`).
 */
export const remergeJob = defineJob({
  name: "remerge-people",
  schema: z.object({ tenantId: z.string() }),
  singleton: true,
});
