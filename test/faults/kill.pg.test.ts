import { expect, inject, test } from "vitest";
import { killRunsInLanes } from "../kill/kill-lanes.ts";

/** `npm run test:kill` takes any number of kills; each costs the start of a process. */
const KILLS = Number(process.env.KILLS ?? 2);
/** Each lane starts two services and connects them: that pays off only for more kills. */
const LANES = KILLS > 8 ? 2 : 1;

test("C1: kill -9 at any moment of a run leaves the old directory or the new one, and nothing is lost", async () => {
  const seed = Math.floor(Math.random() * 1e6);
  console.info(
    `npm run test:kill -- --kills ${KILLS} --lanes ${LANES} --seed ${seed} makes the same edits again.`,
  );
  const server = inject("postgresUrl");
  const report = await killRunsInLanes({ kills: KILLS, lanes: LANES, people: 120, seed, server });
  expect(report.kills).toBe(KILLS);
  expect(report.events).toBeGreaterThan(0);
});
