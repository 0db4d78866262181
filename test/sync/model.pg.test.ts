import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { emitDueDates } from "../../src/lifecycle/due/emit-due-dates.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { type RunRow, startTestApp, type TestApp } from "../support/test-app.ts";
import { Company, type World } from "./support/company.ts";
import { EventOracle } from "./support/event-oracle.ts";

type Step =
  | {
      readonly do:
        | "hire"
        | "clear"
        | "date"
        | "terminate"
        | "rehire"
        | "anew"
        | "transfer"
        | "remove"
        | "sync"
        | "wait"
        | "age";
      readonly who: number;
      readonly what: number;
    }
  | { readonly do: "email" | "swap" | "report"; readonly who: number; readonly what: number };

/**
 * Each takes a second or two: every sync is a whole one, through Personio's API and the queue. For more, set
 * `MODEL_RUNS`.
 */
const RUNS = Number(process.env.MODEL_RUNS ?? 2);
const STEPS = { minLength: 10, maxLength: 24, size: "max" } as const;
/** The first people, by their addresses; one has none, and so is not in the directory. */
const FOUNDERS = [9, 0, 1, 2, 3];
/** Printed in the name; `MODEL_SEED` repeats it. */
const SEED = Number(process.env.MODEL_SEED) || Math.floor(Math.random() * 1e6);

let app: TestApp;
let oracle: EventOracle;
let today = new Date().toISOString().slice(0, 10);
let companies = 0;
let lastRun: RunRow;

/** Noon of the sandbox's day: all of its offices have the same day then. */
const readNow = async (): Promise<Date> => new Date(`${today}T12:00:00Z`);

beforeAll(async () => {
  app = await startTestApp({ sandbox: { people: 20 }, timing: { readNow } });
  await app.connect();
  // The model checks single people; departures of whole companies have tests of their own.
  await app.app.database.dataSource.query(
    "update tenants set leaver_guard_people = 1000, leaver_guard_percent = 100",
  );
  today = (await app.sandbox.admin.summary()).now.slice(0, 10);
  await turn();
  oracle = await EventOracle.begin(app.app.database.dataSource, today);
});
afterAll(() => app[Symbol.asyncDispose]());

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom(
    "hire",
    "hire",
    "hire",
    "email",
    "clear",
    "date",
    "date",
    "date",
    "swap",
    "report",
    "report",
    "terminate",
    "rehire",
    "anew",
    "transfer",
    "remove",
    "sync",
    "sync",
    "sync",
    "wait",
    "age",
  ),
  who: fc.nat({ max: 9 }),
  what: fc.nat({ max: 9 }),
});

/** Emits the dates that have come, as the service does within a minute. */
const turn = (): Promise<unknown> =>
  inTenant(app.app.database.dataSource, "default", async (manager) =>
    emitDueDates(manager, { now: await readNow() }),
  );

/** A run, after which the event log must contain the changes and the dates. */
async function syncAndCheck(): Promise<RunRow> {
  lastRun = await app.sync();
  await turn();
  await oracle.check(today);
  return lastRun;
}

const createWorld = (): World => ({
  admin: app.sandbox.admin,
  dataSource: app.app.database.dataSource,
  get today() {
    return today;
  },
  async advance(days) {
    today = (await app.sandbox.admin.advanceClock({ days })).slice(0, 10);
  },
  continuesEmployment: (personioId) => oracle.continuesEmployment(personioId),
  sync: syncAndCheck,
});

test(`the directory and its event log follow the rules, whatever HR does in whatever order (seed ${SEED})`, async () => {
  const property = fc.asyncProperty(fc.array(step, STEPS), async (steps) => {
    companies += 1;
    const company = new Company(`c${companies}`, createWorld());
    await company.found(FOUNDERS);
    for (const { do: edit, who, what } of steps) await company[edit](who, what);
    await company.sync();
    const [written, last] = [await readDirectoryRows(app.databaseUrl), lastRun];
    const again = await syncAndCheck();
    // A person missing for the first time is now missing twice, and a leaver may have freed an address.
    if (last.left + again.left === 0) expect(await readDirectoryRows(app.databaseUrl)).toEqual(written);
  });
  const inTenYears = `${Number(today.slice(0, 4)) + 10}${today.slice(4)}`;
  await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
  // The random steps let some time pass; in all it must be ten years.
  const rest = new Company("rest", createWorld());
  for (; today < inTenYears; await syncAndCheck()) await rest.age(0, 9);
});
