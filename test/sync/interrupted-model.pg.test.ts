import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SYSTEM } from "../../src/access/actor.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { insertWebhookEvents } from "../../src/integration/webhooks/webhook-event.repository.ts";
import { emitDueDates } from "../../src/lifecycle/due/emit-due-dates.ts";
import { approveHeldRun, rejectHeldRun } from "../../src/sync/runs/held-run.repository.ts";
import { findSyncRun } from "../../src/sync/runs/sync-run.repository.ts";
import type { SyncRun } from "../../src/sync/runs/sync-run.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { EventOracle } from "./support/event-oracle.ts";
import { type Follower, startFollower } from "./support/follower.ts";
import { type FrailWorld, InterruptedCompany, type Reading } from "./support/interrupted-company.ts";
import { type Death, openKillableWorker } from "./support/killable-worker.ts";

const TENANT = "acme";
/** The first one is always the same. For more, set `MODEL_RUNS`. */
const RUNS = Number(process.env.MODEL_RUNS ?? 2);
const STEPS = { minLength: 10, maxLength: 24, size: "max" } as const;
/**
 * By their addresses; the first has none. Enough that more of them than the guard allows can leave at once.
 */
const FOUNDERS = [9, 0, 1, 2, 3, 4, 5, 6, 7, 8];
/** Printed in the name; `MODEL_SEED` repeats it. */
const SEED = Number(process.env.MODEL_SEED) || Math.floor(Math.random() * 1e6);

const EDITS = ["hire", "email", "clear", "date", "swap", "report", "terminate", "rehire", "remove"] as const;
const TIMES = ["wait", "age"] as const;
const SYNCS = ["sync", "partial", "kill", "kill", "exodus"] as const;

const step = fc.record({
  do: fc.constantFrom(...EDITS, ...TIMES, ...SYNCS, ...SYNCS),
  who: fc.nat({ max: 9 }),
  what: fc.nat({ max: 9 }),
});

/**
 * Always included: held runs that are rejected, left and approved, dying workers, and a newcomer with the
 * address of a leaver who is not read.
 */
const ALWAYS = [
  { do: "exodus", who: 1, what: 0 },
  { do: "sync", who: 0, what: 1 },
  { do: "kill", who: 3, what: 5 },
  { do: "sync", who: 0, what: 2 },
  { do: "hire", who: 0, what: 8 },
  { do: "partial", who: 1, what: 0 },
  { do: "kill", who: 4, what: 0 },
  { do: "sync", who: 0, what: 0 },
  { do: "exodus", who: 0, what: 2 },
  { do: "partial", who: 0, what: 0 },
  { do: "hire", who: 0, what: 4 },
  { do: "partial", who: 0, what: 0 },
] as const;

let follower: Follower;
let oracle: EventOracle;
let lastRun: SyncRun;
/** How runs ended and workers died: without both, the model proves nothing. */
const seen = new Map<string, number>();
const note = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);

beforeAll(async () => {
  follower = await startFollower({ people: 20, now: new Date("2026-03-02T08:00:00Z") });
  await emitDue();
  oracle = await EventOracle.begin(follower.dataSource, today());
});
afterAll(() => follower[Symbol.asyncDispose]());

const today = (): string => follower.now.toISOString().slice(0, 10);

const within = <Result>(work: Parameters<typeof inTenant<Result>>[2]) =>
  inTenant(follower.dataSource, TENANT, work);

const emitDue = () => within((manager) => emitDueDates(manager, { now: follower.now }));

/** Checks the event log after a run. */
async function checkEvents(run: SyncRun): Promise<SyncRun> {
  lastRun = run;
  note(run.status);
  await emitDue();
  await oracle.check(today());
  return run;
}

const world: FrailWorld = {
  get admin() {
    return follower.sandbox.admin;
  },
  get dataSource() {
    return follower.dataSource;
  },
  get databaseUrl() {
    return follower.databaseUrl;
  },
  get today() {
    return today();
  },
  advance: (days) => follower.advance(days),
  sync: () => world.run("FULL"),
  async run(reading, deaths = []) {
    const run = await ask(reading);
    for (const death of deaths) await dieWith(run, death);
    return checkEvents(await follower.work(run));
  },
  async approve(id) {
    const approved = await within((manager) =>
      approveHeldRun(manager, id, { approvedAt: follower.now, decidedBy: SYSTEM }),
    );
    const run = approved ? await within((manager) => findSyncRun(manager, id)) : null;
    return run && checkEvents(await follower.work(run));
  },
  reject: (id) => within((manager) => rejectHeldRun(manager, id, SYSTEM)),
};

async function ask(reading: Reading): Promise<SyncRun> {
  if (reading === "FULL" || reading === "INCREMENTAL") return follower.requestRun({ mode: reading });
  await within((manager) => insertWebhookEvents(manager, reading.named));
  return follower.requestRun({ trigger: "WEBHOOK", mode: "INCREMENTAL" });
}

/** A worker starts the run and dies. The directory is the old one, unless the run had ended. */
async function dieWith(run: SyncRun, death: Death): Promise<void> {
  const before = await readDirectoryRows(follower.databaseUrl);
  await using worker = await openKillableWorker(follower.databaseUrl, death);
  const working = await follower.work(run, worker).then(
    () => "ended",
    () => "died",
  );
  worker.die();
  await worker.untilGone(follower.dataSource);
  const left = await within((manager) => findSyncRun(manager, run.id));
  note(`${working}, ${left?.finishedAt ? "ended" : "unfinished"}`);
  if (!left?.finishedAt) expect(await readDirectoryRows(follower.databaseUrl)).toEqual(before);
}

test(`the directory and its event log follow the rules, in any order of edits, clocks, killed workers, partial reads and approvals (seed ${SEED})`, async () => {
  let companies = 0;
  const property = fc.asyncProperty(fc.array(step, STEPS), async (steps) => {
    companies += 1;
    const company = new InterruptedCompany(`c${companies}`, world);
    await company.found(FOUNDERS);
    for (const { do: what, who, what: how } of steps) await company[what](who, how);
    await company.syncAndApprove();
    await company.syncAndApprove();
    const [written, last] = [await readDirectoryRows(follower.databaseUrl), lastRun];
    const again = await checkEvents(await follower.syncManually());
    // A leaver may have freed an address.
    if (last.left + again.left === 0) expect(await readDirectoryRows(follower.databaseUrl)).toEqual(written);
  });
  const options = { numRuns: RUNS, seed: SEED, endOnFailure: true };
  await fc.assert(property, { ...options, examples: [[[...ALWAYS]]] });
  for (const what of ["HELD", "died, unfinished"]) expect(seen.get(what) ?? 0).toBeGreaterThan(0);
  console.info(`Seen: ${[...seen].map(([what, times]) => `${times} ${what}`).join("; ")}.`);
});
