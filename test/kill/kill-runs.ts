import { parseArgs } from "node:util";
import { startOwnPostgres } from "../faults/own-postgres.ts";
import { bundlePrograms } from "../support/programs.ts";
import { connectionsFor, killRunsInLanes } from "./kill-lanes.ts";

/**
 * `npm run test:kill -- --kills 1000 --lanes 6 --seed 7`: kills the built service 1,000 times while it syncs,
 * on a Postgres of its own. It compares the result with an undisturbed service. The seed decides HR's edits
 * and the moments; the default is random.
 */
const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "20" },
    lanes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e6)) },
    people: { type: "string", default: "300" },
  },
});
const [kills, lanes] = [Number(values.kills), Number(values.lanes)];
const [seed, people] = [Number(values.seed), Number(values.people)];
const MS_PER_MINUTE = 60_000;

console.info(`${kills} kills in ${lanes} lanes of ${people} people, --seed ${seed}`);
const startedAt = performance.now();
const minutes = () => (performance.now() - startedAt) / MS_PER_MINUTE;

await bundlePrograms();
await using postgres = await startOwnPostgres({
  settings: { max_connections: String(connectionsFor(lanes)), fsync: "off" },
});
let [done, afterCommit] = [0, 0];
const report = await killRunsInLanes({
  kills,
  seed,
  people,
  lanes,
  server: postgres.url,
  onRound: (round) => {
    done += round.kills;
    if (round.appliedBeforeKill) afterCommit += 1;
    const moment = round.appliedBeforeKill ? "after" : "before";
    console.info(
      `${done} kills after ${minutes().toFixed(1)} min · seed ${round.seed}: ${moment} the commit, ${Math.round(round.ms)} ms`,
    );
  },
});
console.info(
  { ...report, afterCommit, seed, lanes, minutes: minutes(), killsPerMinute: report.kills / minutes() },
  "the same directory and history as without a kill",
);
