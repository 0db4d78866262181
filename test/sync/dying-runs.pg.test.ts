import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { createDice } from "../kill/dice.ts";
import { readDirectoryContent } from "../kill/directory-content.ts";
import { editAtRandom } from "../kill/edit-at-random.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { eventually } from "../support/eventually.ts";
import { type Follower, startFollower } from "./support/follower.ts";
import { openKillableWorker } from "./support/killable-worker.ts";

/** Printed in the name; `MODEL_SEED` repeats it. */
const SEED = Number(process.env.MODEL_SEED) || Math.floor(Math.random() * 1e6);

const versions = [
  { version: "V1", list: "/v1/company/employees", pageSize: 100, pages: 2 },
  { version: "V2", list: "/v2/persons", pageSize: 50, pages: 3 },
] as const;

/** Personio's answer takes longer than the worker lives. */
const DELAY_MS = 10_000;
/** Time for the worker to process the former pages. */
const DIGESTING_MS = 100;

/** Two pages of V1, and three of V2. */
const PEOPLE = 105;

let sandbox: Sandbox;
/** The same company twice: the runs of one die, and those of the other do not. */
let killed: Follower;
let undisturbed: Follower;
beforeAll(async () => {
  sandbox = await startSandbox({ people: PEOPLE, seed: 7, requestsPerMinute: null });
  [killed, undisturbed] = await Promise.all([startFollower({ sandbox }), startFollower({ sandbox })]);
});
afterAll(async () => {
  for (const closing of [killed, undisturbed, sandbox]) await closing[Symbol.asyncDispose]();
});

describe.each(versions)("a run on $version that dies", ({ version, list, pageSize, pages }) => {
  /** HR removes one of these before each run, so that each run looks up the record of the one before. */
  const leaving: string[] = [];

  beforeAll(async () => {
    for (let round = 0; round <= pages + 1; round += 1) leaving.push(await sandbox.admin.hire());
    for (const { dataSource } of [killed, undisturbed])
      await dataSource.query("update integrations set api_version = $1", [version]);
    await Promise.all([killed.syncManually(), undisturbed.syncManually()]);
  });

  /** Resolves when the worker has sent this many requests for the path. */
  const untilRequested = (path: string, times: number) =>
    eventually(async () => {
      const requests = (await sandbox.admin.requests()).filter((request) => request.path === path);
      return requests.reduce((sum, { count }) => sum + count, 0) >= times;
    });

  /** A worker starts the run and dies while it waits for Personio's answer at `path`. */
  async function dieAt(path: string, { offset, times }: { offset?: number; times: number }): Promise<void> {
    const run = await killed.requestRun();
    await sandbox.admin.clearRequests();
    await sandbox.admin.setFaults([
      {
        kind: "delay",
        milliseconds: DELAY_MS,
        path: offset === undefined ? path : `${path}?`,
        ...(offset === undefined ? {} : { offset }),
      },
    ]);
    await using worker = await openKillableWorker(killed.databaseUrl);
    // A dead worker does not wait, either.
    const dying = new AbortController();
    const working = killed.work(run, { ...worker, signal: dying.signal }).then(
      () => "survived",
      () => "died",
    );
    await untilRequested(path, times);
    await sleep(DIGESTING_MS);
    worker.die();
    dying.abort();
    expect(await working).toBe("died");
    await worker.untilGone(killed.dataSource);
    await sandbox.admin.clearFaults();
  }

  test(`a run that dies with any page, or before it commits, leaves the old directory, and its repetition equals an undisturbed run (seed ${SEED})`, async () => {
    const dice = createDice(SEED);
    for (let page = 0; page <= pages; page += 1) {
      await editAtRandom(sandbox.admin, undisturbed.databaseUrl, dice, leaving);
      await sandbox.admin.remove(leaving[page] ?? "");
      const before = await readDirectoryRows(killed.databaseUrl);
      if (page < pages) await dieAt(list, { offset: page * pageSize, times: page + 1 });
      else await dieAt(`${list}/${leaving[page - 1]}`, { times: 1 });
      expect(await readDirectoryRows(killed.databaseUrl)).toEqual(before);

      // Another request returns the run that the dead worker left.
      const repeated = await killed.syncManually();
      expect(repeated).toMatchObject({ attempt: 2, status: expect.stringMatching(/^SUCCEEDED/) });
      expect(countsOf(repeated)).toEqual(countsOf(await undisturbed.syncManually()));
      expect(await readDirectoryContent(killed.databaseUrl)).toEqual(
        await readDirectoryContent(undisturbed.databaseUrl),
      );
    }
  });
});

type EndedRun = Awaited<ReturnType<Follower["syncManually"]>>;

const countsOf = ({ status, added, changed, unchanged, left, skipped, employeesRead }: EndedRun) => ({
  status,
  added,
  changed,
  unchanged,
  left,
  skipped,
  employeesRead,
});
