import { expect, test } from "vitest";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { killRuns } from "../kill/kill-campaign.ts";
import { createTestDatabase } from "../support/test-database.ts";

/** `npm run test:kill` does as many as one likes; each costs some seconds of starting and noticing. */
const KILLS = 3;

test("C1: kill -9 at any moment of a run leaves the old directory or the new one, and nothing is lost", async () => {
  const seed = Math.floor(Math.random() * 1e6);
  console.info(`npm run test:kill -- --kills ${KILLS} --seed ${seed} makes the same edits again.`);
  await using killed = await createTestDatabase();
  await using undisturbed = await createTestDatabase();
  await using sandbox = await startSandbox({ people: 300, seed, requestsPerMinute: null });

  const databases = { killed: killed.url, undisturbed: undisturbed.url };
  const report = await killRuns({ kills: KILLS, seed, sandbox, databases });
  expect(report.kills).toBe(KILLS);
}, 120_000);
