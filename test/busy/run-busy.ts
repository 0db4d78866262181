import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs the tests as on a slow machine, because the first `npm test` of a developer must not fail because of
 * time:
 *
 *     npm run test:busy                     beside an endless loop on each core
 *     npm run test:busy -- --half-core      with half a core, as in a small container (Linux, as root)
 *     npm run test:busy -- test/faults      only these files; all further arguments go to vitest
 */
const HALF_CORE = "--half-core";
const args = process.argv.slice(2);
const isHalfCore = args.includes(HALF_CORE);
const vitest = ["node_modules/vitest/vitest.mjs", "run", ...args.filter((arg) => arg !== HALF_CORE)];

const PERIOD_US = 100_000;
const QUOTA_US = 50_000;

/** A control group with half a core; the old cgroup hierarchy has a folder for each kind of limit. */
function makeHalfCore(): string {
  const isUnified = existsSync("/sys/fs/cgroup/cgroup.controllers");
  const group = `/sys/fs/cgroup/${isUnified ? "" : "cpu/"}half-a-core-${process.pid}`;
  mkdirSync(group);
  if (isUnified) writeFileSync(`${group}/cpu.max`, `${QUOTA_US} ${PERIOD_US}`);
  else {
    writeFileSync(`${group}/cpu.cfs_period_us`, String(PERIOD_US));
    writeFileSync(`${group}/cpu.cfs_quota_us`, String(QUOTA_US));
  }
  return group;
}

/** All processes of the tests are in the group too. */
function startTests(group: string | null) {
  const inGroup = `echo $$ > ${group}/cgroup.procs && exec "$0" "$@"`;
  return group === null
    ? spawn(process.execPath, vitest, { stdio: "inherit" })
    : spawn("sh", ["-c", inGroup, process.execPath, ...vitest], { stdio: "inherit" });
}

const group = isHalfCore ? makeHalfCore() : null;
const loops = Array.from({ length: isHalfCore ? 0 : availableParallelism() }, () =>
  spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }),
);
// The endless loops do not end by themselves when we end.
process.on("exit", () => {
  for (const loop of loops) loop.kill("SIGKILL");
});
const tests = startTests(group);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => tests.kill(signal));
const [code] = await once(tests, "exit");
if (group) await endGroup(group);
process.exit(code ?? 1);

/** A test that did not end leaves its processes in the group. */
async function endGroup(folder: string): Promise<void> {
  for (;;) {
    const left = readFileSync(`${folder}/cgroup.procs`, "utf8").split("\n").filter(Boolean);
    if (left.length === 0) return rmdirSync(folder);
    // A process that has just ended is not a failure.
    spawnSync("kill", ["-KILL", ...left], { stdio: "ignore" });
    await sleep(100);
  }
}
