import { beforeEach, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { insertWebhookEvents } from "../../../src/integration/webhooks/webhook-event.repository.ts";
import { listSkippedEmployees } from "../../../src/sync/runs/skipped-employee.repository.ts";
import { type Follower, useFollower } from "../support/follower.ts";

/** Two pages of the list. */
const company = useFollower({ people: 130 });
let follower: Follower;
beforeEach(async () => {
  follower = company();
});

const pass = (hours: number): Date => {
  follower.now = new Date(follower.now.getTime() + hours * 3_600_000);
  return follower.now;
};

/** When a run last read each record of the ledger, by Personio's id. */
const seen = async (): Promise<Map<string, Date>> => {
  const lines = await inTenant(follower.dataSource, "acme", (manager) =>
    listSkippedEmployees(manager, { limit: 100, after: null }),
  );
  return new Map(lines.map(({ personioId, lastSeenAt }) => [personioId, lastSeenAt]));
};

const readByWebhook = async (personioId: string): Promise<void> => {
  await inTenant(follower.dataSource, "acme", (manager) => insertWebhookEvents(manager, [personioId]));
  await follower.work(await follower.requestRun({ trigger: "WEBHOOK", mode: "INCREMENTAL" }));
};

test("the last run that read the record, or all people, is the last sighting of a ledger entry", async () => {
  const first = follower.now;
  const [unread, reread] = [
    await follower.sandbox.admin.hire({ email: null }),
    await follower.sandbox.admin.hire({ email: null }),
  ];
  const full = pass(1);
  await follower.syncManually();
  const byWebhook = pass(1);
  await readByWebhook(reread);
  expect((await seen()).get(reread)).toEqual(byWebhook);
  expect((await seen()).get(unread)).toEqual(full);
  expect(full).not.toEqual(first);

  const again = pass(1);
  await follower.syncManually();
  for (const lastSeenAt of (await seen()).values()) expect(lastSeenAt).toEqual(again);
});

test("an incomplete run leaves the last sighting of the people it misses unchanged", async () => {
  // On the second page, which will be missing.
  const missed = await follower.sandbox.admin.hire({ email: null });
  const full = pass(1);
  await follower.syncManually();
  await follower.sandbox.admin.setFaults([{ kind: "missing-page", offset: 100 }]);
  const incomplete = pass(1);
  expect(await follower.syncManually()).toMatchObject({ problemCode: "PERSONIO_SNAPSHOT_INCOMPLETE" });
  const seenAt = await seen();
  expect(seenAt.get(missed)).toEqual(full);
  seenAt.delete(missed);
  expect([...seenAt.values()]).toContainEqual(incomplete);
});
