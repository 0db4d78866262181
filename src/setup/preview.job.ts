import { z } from "zod";
import { defineJob } from "../jobs/job.ts";

/** Reads the company for the review of a setup. The key is the token: each connect has its own read. */
export const previewJob = defineJob({
  name: "setup-preview",
  schema: z.object({ tenantId: z.string(), token: z.uuid() }),
  singleton: true,
});
