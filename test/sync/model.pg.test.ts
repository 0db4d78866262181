import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { turnDates } from "../../src/lifecycle/turn/turn-dates.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { type RunRow, startTestApp, type TestApp } from "../support/test-app.ts";
import { EventOracle } from "./support/event-oracle.ts";

/** A record as HR left it in Personio. */
type Entry = {
  readonly id: string;
  email: string | null;
  lastDay: string | null;
  supervisor: string | null;
  removed: boolean;
  /** The record of the employment before this one. */
  readonly rehireOf: string | null;
};

/** What the directory says of somebody. */
type Listed = {
  id: string;
  personioId: string;
  workEmail: string;
  status: string;
  supervisor: string | null;
};

type Step =
  | {
      readonly do: "hire" | "clear" | "date" | "terminate" | "rehire" | "remove" | "sync" | "wait" | "age";
      readonly who: number;
      readonly what: number;
    }
  | { readonly do: "email" | "swap" | "report"; readonly who: number; readonly what: number };

/** Each takes a second or two: every sync is a whole one, through Personio's API and the queue. */
const RUNS = Number(process.env.MODEL_RUNS ?? 15);
const STEPS = { minLength: 10, maxLength: 24, size: "max" } as const;
/** Who is there before chance begins, by their addresses; everybody reports to the first, who has none and so is not in the directory. */
const FOUNDERS = [9, 0, 1, 2, 3];
/** Printed in the name; `MODEL_SEED` repeats it. */
const SEED = Number(process.env.MODEL_SEED) || Math.floor(Math.random() * 1e6);

let app: TestApp;
let oracle: EventOracle;
let today = new Date().toISOString().slice(0, 10);
let companies = 0;

/** Noon of the sandbox' day: the same day everywhere where the sandbox has offices. */
const readNow = async (): Promise<Date> => new Date(`${today}T12:00:00Z`);

beforeAll(async () => {
  app = await startTestApp({ pace: { readNow } });
  await app.connect();
  // What is decided about single people is asked here; whole companies that leave have tests of their own.
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

/** Tells the dates that have come, as the service does within a minute. */
const turn = (): Promise<unknown> =>
  inTenant(app.app.database.dataSource, "default", async (manager) =>
    turnDates(manager, { now: await readNow() }),
  );

/** A run, after which the log must say what happened and which days came. */
async function syncAndListen(): Promise<RunRow> {
  const run = await app.sync();
  await turn();
  await oracle.check(today);
  return run;
}

test(`a directory and its log say what the rules say of Personio, whatever HR does in whatever order (seed ${SEED})`, async () => {
  const property = fc.asyncProperty(fc.array(step, STEPS), async (steps) => {
    companies += 1;
    const company = new Company(`c${companies}`);
    await company.found();
    for (const { do: edit, who, what } of steps) await company[edit](who, what);
    const last = await company.sync();
    const written = await readDirectoryRows(app.databaseUrl);
    const again = await syncAndListen();
    // Who was missing for the first time has now been missing twice, and whoever left may have freed an address.
    if (last.left + again.left === 0) expect(await readDirectoryRows(app.databaseUrl)).toEqual(written);
  });
  const inTenYears = `${Number(today.slice(0, 4)) + 10}${today.slice(4)}`;
  await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
  // Chance lets time pass when it likes; ten years it must be.
  const rest = new Company("rest");
  for (; today < inTenYears; await syncAndListen()) await rest.age(0, 1);
}, 240_000);

/** The people of one sequence, beside those that the sandbox invented: what HR said, and what was seen of them. */
class Company {
  readonly #name: string;
  readonly #entries: Entry[] = [];
  #seen = new Map<string, Listed>();
  readonly #missed = new Map<string, number>();
  /** Whose record is, or was, which. */
  readonly #personOf = new Map<string, string>();

  constructor(name: string) {
    this.#name = name;
  }

  async found(): Promise<void> {
    for (const what of FOUNDERS) await this.hire(0, what);
    for (const [who] of FOUNDERS.entries()) if (who > 0) await this.report(who, 0);
    await this.sync();
  }

  async hire(_: number, what: number): Promise<void> {
    const email = what > 8 ? null : this.#address(what);
    const name = `${this.#name} ${this.#entries.length}`;
    const id = await app.sandbox.admin.hire({
      first_name: "Robin",
      last_name: name,
      email,
      supervisor: null,
    });
    this.#entries.push({ id, email, lastDay: null, supervisor: null, removed: false, rehireOf: null });
  }

  email = (who: number, what: number) =>
    this.#edit(who, async (entry) => this.#setEmail(entry, this.#address(what)));

  clear = (who: number) => this.#edit(who, (entry) => this.#setEmail(entry, null));

  swap = (who: number, what: number) =>
    this.#edit(who, (one) =>
      this.#edit(what, async (other) => {
        const [ones, others] = [one.email, other.email];
        await this.#setEmail(one, others);
        await this.#setEmail(other, ones);
      }),
    );

  report = (who: number, what: number) =>
    this.#edit(who, (entry) =>
      this.#edit(what, async (supervisor) => {
        await app.sandbox.admin.move(entry.id, { supervisor: supervisor.id });
        entry.supervisor = supervisor.id;
      }),
    );

  terminate = (who: number, what: number) =>
    this.#edit(who, async (entry) => {
      entry.lastDay = daysAfter(today, what === 9 ? -30 : (what % 6) - 2);
      await app.sandbox.admin.terminate(entry.id, entry.lastDay);
    });

  async rehire(who: number): Promise<void> {
    const leavers = this.#entries.filter((entry) => !entry.removed && hasLeft(entry) && !this.#isBack(entry));
    const former = leavers[who % Math.max(1, leavers.length)];
    if (!former) return;
    const id = await app.sandbox.admin.rehire(former.id, { hire_date: today });
    this.#entries.push({ ...former, id, lastDay: null, rehireOf: former.id });
  }

  remove = (who: number) =>
    this.#edit(who, async (entry) => {
      await app.sandbox.admin.remove(entry.id);
      entry.removed = true;
      // Nobody reports to a record that is gone.
      for (const other of this.#entries) if (other.supervisor === entry.id) other.supervisor = null;
    });

  async wait(_: number, what: number): Promise<void> {
    today = (await app.sandbox.admin.advanceClock({ days: what % 4 })).slice(0, 10);
  }

  /** Years pass in steps like this. */
  async age(_: number, what: number): Promise<void> {
    today = (await app.sandbox.admin.advanceClock({ days: 150 + what * 60 })).slice(0, 10);
  }

  /** Enters, moves or empties the end of a probation or of a contract. */
  date = (who: number, what: number) =>
    this.#edit(who, (entry) => {
      const day = what > 7 ? null : daysAfter(today, what - 4);
      const attribute = who % 2 ? "probation_period_end" : "contract_end_date";
      return app.sandbox.admin.change(entry.id, { [attribute]: day });
    });

  async sync(): Promise<RunRow> {
    const run = await syncAndListen();
    expect(run).toMatchObject({ status: expect.stringMatching(/^SUCCEEDED/) });
    const listed = await this.#readDirectory();
    for (const { personioId, id } of listed.values()) this.#personOf.set(personioId, id);
    for (const entry of this.#entries) this.#check(entry, listed);
    const present = [...listed.values()].filter(({ status }) => status !== "INACTIVE");
    expect(new Set(present.map(({ workEmail }) => workEmail)).size).toBe(present.length);
    this.#seen = listed;
    return run;
  }

  #check(entry: Entry, listed: ReadonlyMap<string, Listed>): void {
    const [before, now] = [this.#seen.get(entry.id), listed.get(entry.id)];
    // Somebody who is back goes by the new record.
    if (!now && this.#isBack(entry)) return;
    if (before && now) expect(now.id).toBe(before.id);
    if (entry.removed) this.#checkRemoved(entry, before, now);
    // A leaver is kept as one; somebody who was never here does not come in as one.
    else if (hasLeft(entry)) expect(now?.status).toBe(before ? "INACTIVE" : undefined);
    else if (entry.email === null) expect(now?.workEmail).toBe(before?.workEmail);
    else if (this.#isContested(entry)) checkContested(entry.email, before ?? this.#formerOf(entry), now);
    else this.#checkPresent(entry, now, listed);
  }

  #checkPresent(entry: Entry, now: Listed | undefined, listed: ReadonlyMap<string, Listed>): void {
    // A supervisor who is back under a new record is still the one.
    const supervisor = [...listed.values()].find(
      ({ id }) => id === this.#personOf.get(entry.supervisor ?? ""),
    );
    expect(now).toMatchObject({
      workEmail: entry.email,
      status: "ACTIVE",
      supervisor: supervisor?.personioId ?? null,
    });
    const former = this.#formerOf(entry);
    if (former?.workEmail === entry.email && !this.#seen.has(entry.id)) expect(now?.id).toBe(former.id);
  }

  /** Who the person of this record was before, as the directory saw them last. */
  #formerOf({ rehireOf }: Entry): Listed | undefined {
    const former = this.#entries.find(({ id }) => id === rehireOf);
    return former && (this.#seen.get(former.id) ?? this.#formerOf(former));
  }

  /** Missing once changes nothing; missing twice is leaving. */
  #checkRemoved({ id }: Entry, before: Listed | undefined, now: Listed | undefined): void {
    if (!before) {
      expect(now).toBeUndefined();
      return;
    }
    const missed = (this.#missed.get(id) ?? 0) + 1;
    this.#missed.set(id, missed);
    expect(now?.status).toBe(missed > 1 ? "INACTIVE" : before.status);
  }

  /** Whether anybody else who has not left wants the address, or holds it still. */
  #isContested({ id, email }: Entry): boolean {
    const others = this.#entries.filter((other) => other.id !== id);
    return others.some((other) => {
      const held = this.#seen.get(other.id);
      const holds = held?.status !== "INACTIVE" && held?.workEmail === email;
      return holds
        ? !(hasLeft(other) && !other.removed)
        : other.email === email && !other.removed && !hasLeft(other);
    });
  }

  #isBack = ({ id }: Entry): boolean => this.#entries.some(({ rehireOf }) => rehireOf === id);

  #address = (what: number): string => `${this.#name}-${what % 5}@model.example`;

  async #setEmail(entry: Entry, email: string | null): Promise<void> {
    await app.sandbox.admin.change(entry.id, { email });
    entry.email = email;
  }

  /** Does it to somebody who is there, if anybody is. */
  async #edit(who: number, edit: (entry: Entry) => Promise<void>): Promise<void> {
    const there = this.#entries.filter((entry) => !entry.removed && !hasLeft(entry));
    const entry = there[who % Math.max(1, there.length)];
    if (entry) await edit(entry);
  }

  async #readDirectory(): Promise<Map<string, Listed>> {
    const rows = await app.app.database.dataSource.query<Listed[]>(
      `select p.id, p.personio_id as "personioId", p.work_email as "workEmail", p.status, s.personio_id as supervisor
       from people p left join people s on s.id = p.supervisor_id where p.personio_id = any ($1)`,
      [this.#entries.map(({ id }) => id)],
    );
    return new Map(rows.map((row) => [row.personioId, row]));
  }
}

/** Of two who want one address nobody is guessed: whoever has it keeps it, and nobody gets a third one. */
function checkContested(email: string, before: Listed | undefined, now: Listed | undefined): void {
  const holds = before?.workEmail === email && before.status !== "INACTIVE";
  if (holds) expect(now).toMatchObject({ id: before.id, workEmail: email });
  if (now) expect([email, before?.workEmail]).toContain(now.workEmail);
}

/** The last day is still one of employment. */
const hasLeft = ({ lastDay }: Entry): boolean => lastDay !== null && lastDay < today;

function daysAfter(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
