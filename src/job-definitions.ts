import { endedSessionsJob } from "./identity/sessions/ended-sessions.job.ts";
import { webhookCatchUpJob, webhookEventsDueJob } from "./integration/webhooks/webhook.job.ts";
import { dailyRunJob, dailyRunsDueJob } from "./lifecycle/due/daily-run.job.ts";
import { previewJob } from "./setup/preview.job.ts";
import { remergeJob } from "./sync/remerge/remerge.job.ts";
import { syncDueJob, syncJob } from "./sync/runs/sync.job.ts";
import { wipeFieldsJob } from "./sync/wipe/wipe-fields.job.ts";

/** The jobs of the service. Each has a queue of its own. */
export const JOBS = [
  previewJob,
  syncDueJob,
  syncJob,
  webhookEventsDueJob,
  webhookCatchUpJob,
  dailyRunsDueJob,
  dailyRunJob,
  remergeJob,
  wipeFieldsJob,
  endedSessionsJob,
];
