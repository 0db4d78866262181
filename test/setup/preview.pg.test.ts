import { describe, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { findIntegration } from "../../src/integration/integration.repository.ts";
import { ATTEMPTS_MAX } from "../../src/jobs/job.ts";
import { createPersonio } from "../../src/personio/personio.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { checkCredentials } from "../../src/setup/check-credentials.ts";
import { createPreviewJob, previewCompany } from "../../src/setup/preview-company.ts";
import { forgetCredentials, storeForReview } from "../../src/setup/setup.ts";
import type { SetupPreview } from "../../src/setup/setup-preview.ts";
import { captureLog } from "../personio/captured-log.ts";
import { type Follower, startFollower } from "../sync/support/follower.ts";

const TENANT = "acme";

async function connect(
  { sandbox, dataSource, queue, deps: { secretKeys } }: Follower,
  { tenantId = TENANT, credentials = sandbox.credentials } = {},
): Promise<void> {
  const personio = createPersonio({ apiUrl: sandbox.url, requestsPerMinute: null, log: captureLog().log });
  const deps = { personio, queue, secretKeys, syncEveryHours: 4 };
  const checked = await checkCredentials(credentials, deps);
  await inTenant(dataSource, tenantId, (manager) => storeForReview(manager, { tenantId, ...checked }, deps));
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

describe("the preview of another account", () => {
  const OTHER = {
    people: 12,
    seed: 7,
    credentials: { clientId: "other-client", clientSecret: "other-secret" },
  };

  /** What the preview of an account shows to a tenant. */
  async function previewOf(follower: Follower, tenantId: string) {
    const { deps, dataSource } = follower;
    await connect(follower, { tenantId, credentials: OTHER.credentials });
    const find = () => inTenant(dataSource, tenantId, findIntegration);
    const token = (await find())?.previewToken ?? "";
    await previewCompany({ tenantId, token, signal: new AbortController().signal }, deps);
    const stored = await find();
    const { people, peopleCount, skipped, skippedCount } = stored!.preview as SetupPreview;
    return {
      people,
      peopleCount,
      skippedCount,
      skipped: skipped.map(({ personioId, reason, field, message }) => [personioId, reason, field, message]),
    };
  }

  test("the preview of another account shows what a company without a directory would see, also with people of the former account", async () => {
    await using sandbox = await startSandbox({ people: 30, seed: 1, neighbours: [OTHER] });
    await using follower = await startFollower({ sandbox });
    const held: { work_email: string }[] = await follower.dataSource.query(
      "select work_email from people where status <> 'INACTIVE' order by personio_id limit 3",
    );
    const other = sandbox.adminOf(OTHER.credentials);
    // Strangers with the addresses of people here, one of them a leaver.
    for (const { work_email } of held)
      await other.hire({ email: work_email, first_name: "Zoe", last_name: "Stranger" });
    await follower.dataSource.query(
      "update people set status = 'INACTIVE', termination_date = '2020-01-31' where work_email = $1",
      [held[0]!.work_email],
    );

    const fresh = await previewOf(follower, "fresh");
    expect(fresh.peopleCount).toBeGreaterThan(5);
    expect(await previewOf(follower, TENANT)).toEqual(fresh);
    await inTenant(follower.dataSource, TENANT, forgetCredentials);
    expect(await previewOf(follower, TENANT)).toEqual(fresh);
  });
});
