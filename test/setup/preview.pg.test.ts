import { expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { ATTEMPTS_MAX } from "../../src/jobs/job.ts";
import { createPersonio } from "../../src/personio/personio.ts";
import { createPreviewJob } from "../../src/setup/preview-company.ts";
import { checkCredentials, storeForReview } from "../../src/setup/setup.ts";
import { captureLog } from "../personio/captured-log.ts";
import { type Follower, startFollower } from "../sync/support/follower.ts";

const TENANT = "acme";

async function connect({ sandbox, dataSource, queue }: Follower): Promise<void> {
  const personio = createPersonio({ apiUrl: sandbox.url, requestsPerMinute: null, log: captureLog().log });
  const secretKeys = [{ id: "test", key: Buffer.alloc(32) }];
  const deps = { personio, queue, secretKeys, syncEveryHours: 4 };
  const checked = await checkCredentials(sandbox.credentials, deps);
  await inTenant(dataSource, TENANT, (manager) =>
    storeForReview(manager, { tenantId: TENANT, ...checked }, deps),
  );
}

test("a preview that killed every worker shows the problem, and connecting again restarts it", async () => {
  await using follower = await startFollower();
  await connect(follower);
  const { previewToken } = await follower.integration();
  const killed = { token: previewToken, attempt: ATTEMPTS_MAX + 1 };
  await follower.runJob(createPreviewJob, killed);
  expect(await follower.integration()).toMatchObject({
    status: "AWAITING_REVIEW",
    preview: null,
    problemCode: "SYNC_INTERRUPTED",
    problemHelp: expect.stringContaining("connectPersonio"),
  });

  await connect(follower);
  expect(await follower.integration()).toMatchObject({ problemCode: null });
  // A late failure of the former preview does not change the new one.
  await follower.runJob(createPreviewJob, killed);
  expect(await follower.integration()).toMatchObject({ problemCode: null });
});
