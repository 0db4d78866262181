import { z } from "zod";
import { defineJob } from "../../jobs/job.ts";

/**
 * Deletes the stored values of hidden fields. Each change of the mapping enqueues its own: one that is ending
 * may have read the mapping before the change.
 */
export const wipeFieldsJob = defineJob({
  name: "wipe-fields",
  schema: z.object({ tenantId: z.string() }),
});
