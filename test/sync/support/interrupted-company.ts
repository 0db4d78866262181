import { expect } from "vitest";
import { readDirectoryRows } from "../../support/directory-rows.ts";
import { Company, type Entry, type Listed, type World } from "./company.ts";
import type { Death } from "./killable-worker.ts";

/** What a run reads: all people, recent changes, or the people named by webhooks. */
export type Reading = "FULL" | "INCREMENTAL" | { readonly named: readonly string[] };

export type EndedRun = {
  readonly id: string;
  readonly status: string;
  readonly problemCode: string | null;
};

/** A world with workers that may die, and with an admin who decides. */
export type FrailWorld = World & {
  readonly databaseUrl: string;
  /**
   * A run to its end. Each of `deaths` kills one worker before: it must leave the old directory, or the ended
   * run.
   */
  run(reading: Reading, deaths?: readonly Death[]): Promise<EndedRun>;
  /** Null if there is nothing to approve. */
  approve(id: string): Promise<EndedRun | null>;
  reject(id: string): Promise<boolean>;
};

/** The default thresholds of the guards. */
const GUARD = { people: 5, share: 0.1, emptied: 0.5 };

const READINGS = ["FULL", "INCREMENTAL", "WEBHOOK"] as const;

/** A company with the default guards, whose runs read all or some people, and are killed. */
export class InterruptedCompany extends Company {
  protected override readonly world: FrailWorld;
  #held: string | undefined;

  constructor(name: string, world: FrailWorld) {
    super(name, world, 10);
    this.world = world;
  }

  /** Several people leave at once, or HR deletes them by mistake. */
  async exodus(who: number, what: number): Promise<void> {
    for (let place = 0; place < 7 + (what % 3); place += 1) {
      if (who % 2) await this.remove(place);
      else await this.terminate(place, 9);
    }
  }

  override sync = (_who = 0, what = 0) => this.#follow("FULL", { what });

  partial = (who: number, what: number) => this.#follow(this.#reading(1 + (who % 2), what), { what });

  /** One worker, or two in a row, die at some packet that they send to the database. */
  kill = (who: number, what: number) => {
    // A run sends between fifty and ninety packets.
    const at = 1 + ((who * 10 + what) % 90);
    const deaths = [
      { at, lastArrives: what % 2 === 0 },
      ...(who % 3 ? [] : [{ at: at + 7, lastArrives: true }]),
    ];
    return this.#follow(this.#reading(who % 3, what), { what, deaths });
  };

  /** Syncs, and approves a held plan. */
  async syncAndApprove(): Promise<void> {
    await this.#follow("FULL", { what: 0 });
  }

  #reading(place: number, what: number): Reading {
    const reading = READINGS[place % READINGS.length];
    if (reading !== "WEBHOOK") return reading ?? "FULL";
    const other = this.entries[what % this.entries.length]?.id;
    return { named: [...new Set([...[...this.touched].slice(0, 4), other ?? "1"])] };
  }

  async #follow(
    reading: Reading,
    { what, deaths = [] }: { readonly what: number; readonly deaths?: readonly Death[] },
  ): Promise<void> {
    const before = await readDirectoryRows(this.world.databaseUrl);
    const expected = await this.#leaving(reading);
    const emptied = await this.#losingSupervisors(reading);
    const run = await this.world.run(reading, deaths);
    // An applied or held FULL run supersedes the plan that an admin left.
    if (this.#held !== undefined && reading === "FULL") {
      expect(await this.world.approve(this.#held)).toBeNull();
      this.#held = undefined;
    }
    if (run.status !== "HELD") {
      expect(expected.least).toBeLessThanOrEqual(expected.allowed);
      expect(emptied.least).toBeLessThanOrEqual(emptied.mostAllowed);
      return this.#checkRun(run, reading);
    }
    if (run.problemCode === "FIELD_GUARD") {
      expect(expected.least).toBeLessThanOrEqual(expected.allowed);
      expect(emptied.most).toBeGreaterThan(emptied.leastAllowed);
    } else {
      expect(run.problemCode).toBe("LEAVER_GUARD");
      expect(expected.most).toBeGreaterThan(expected.allowed);
    }
    expect(await readDirectoryRows(this.world.databaseUrl)).toEqual(before);
    await this.#decide(run, reading, what % 3);
    if (what % 3 !== APPROVE) expect(await readDirectoryRows(this.world.databaseUrl)).toEqual(before);
  }

  async #decide({ id }: EndedRun, reading: Reading, decision: number): Promise<void> {
    if (decision === APPROVE) {
      const approved = await this.world.approve(id);
      // An approval also removes people who are missing for the first time.
      if (reading === "FULL") for (const entry of this.#gone()) this.missed.set(entry.id, 1);
      await this.#checkRun(approved, reading);
    } else if (decision === REJECT) {
      expect(await this.world.reject(id)).toBe(true);
      expect(await this.world.approve(id)).toBeNull();
    } else if (!isNamed(reading)) this.#held = id;
  }

  async #checkRun(run: EndedRun | null, reading: Reading): Promise<void> {
    expect(run).toMatchObject({ status: expect.stringMatching(/^SUCCEEDED/) });
    if (reading === "FULL") await this.checkAll((entry, listed) => this.check(entry, listed));
    else {
      const read = new Set(isNamed(reading) ? reading.named : this.touched);
      await this.checkAll((entry, listed) => this.#checkAfterSome(entry, listed, read.has(entry.id)));
    }
    if (!isNamed(reading)) this.touched.clear();
  }

  /**
   * After a partial run: people who were read are as in Personio, others may be unchanged; no missing person
   * leaves.
   */
  #checkAfterSome(entry: Entry, listed: ReadonlyMap<string, Listed>, isRead: boolean): void {
    const [before, now] = [this.seen.get(entry.id), listed.get(entry.id)];
    if (!now && this.isBack(entry)) return;
    if (before && now) expect(now.id).toBe(before.id);
    if (entry.removed) expect(now?.status).toBe(before?.status);
    else if (!isRead) this.#checkUnread(entry, before, now);
    // The read may lack the record that follows, so the person may stay until the next full run.
    else if (this.hasLeft(entry) && this.isBack(entry))
      expect(["INACTIVE", before?.status]).toContain(now?.status);
    else if (this.hasLeft(entry)) expect(now?.status).toBe(before ? "INACTIVE" : undefined);
    else if (entry.email === null) expect(now?.workEmail).toBe(before?.workEmail);
    else if (!this.#mayBeHeld(entry)) this.checkPresent(entry, now, listed);
    else if (now) expect([entry.email, before?.workEmail]).toContain(now.workEmail);
  }

  #checkUnread(entry: Entry, before: Listed | undefined, now: Listed | undefined): void {
    if (before) expect(now).toBeDefined();
    if (!now) return;
    // A leaver who is not read may lose the address to another person (`checkAll`).
    if (now.workEmail !== null) expect([before?.workEmail, entry.email]).toContain(now.workEmail);
    expect([before?.status, this.hasLeft(entry) ? "INACTIVE" : "ACTIVE"]).toContain(now.status);
  }

  /** Whether another person wants the address, or still holds it because no run has read the change. */
  #mayBeHeld({ id, email }: Entry): boolean {
    return this.entries.some((other) => {
      if (other.id === id) return false;
      const held = this.seen.get(other.id);
      const wants = other.email === email && !other.removed && !this.hasLeft(other);
      return wants || (held !== undefined && held.status !== "INACTIVE" && held.workEmail === email);
    });
  }

  #gone = (): Entry[] => this.entries.filter(({ removed }) => removed);

  /**
   * How many people the run removes at least and at most, and how many it may. For rehires, other reads
   * decide.
   */
  async #leaving(reading: Reading) {
    const leaving = this.entries.filter((entry) => {
      const held = this.seen.get(entry.id);
      return (
        held !== undefined &&
        held.status !== "INACTIVE" &&
        (entry.removed ? reading === "FULL" : this.hasLeft(entry))
      );
    });
    const read = new Set(isNamed(reading) ? reading.named : this.touched);
    const certain = leaving.filter(
      (entry) => !this.isBack(entry) && (reading === "FULL" || read.has(entry.id)),
    );
    const { current, staff } = await this.#countOthers();
    return {
      least: certain.length + (reading === "FULL" ? staff : 0),
      most: leaving.length + staff,
      allowed: Math.max(GUARD.people, current * GUARD.share),
    };
  }

  /**
   * For how many people the run empties the supervisor, at least and at most, because HR deleted the
   * supervisor's record. The limits depend on how many people who were read have one; leavers of former
   * companies may be read or not.
   */
  async #losingSupervisors(reading: Reading) {
    const rows = await this.world.dataSource.query<{ personioId: string; hasLeft: boolean }[]>(
      `select personio_id as "personioId", status = 'INACTIVE' as "hasLeft"
       from people where supervisor_personio_id is not null`,
    );
    const read = reading === "FULL" ? null : new Set(isNamed(reading) ? reading.named : this.touched);
    const entryOf = new Map(this.entries.map((entry) => [entry.id, entry]));
    const having = rows.filter(({ personioId }) => !entryOf.get(personioId)?.removed);
    const isRead = ({ personioId }: { personioId: string }) => !read || read.has(personioId);
    const losing = having.filter((row) => {
      const entry = entryOf.get(row.personioId);
      return entry && entry.supervisor === null;
    });
    const certain = losing.filter((row) => {
      const entry = entryOf.get(row.personioId);
      return isRead(row) && entry && !this.isBack(entry) && !this.#mayBeHeld(entry);
    });
    const allowed = (had: number): number => Math.max(GUARD.people, had * GUARD.emptied);
    return {
      least: certain.length,
      most: losing.length,
      leastAllowed: allowed(having.filter((row) => isRead(row) && !row.hasLeft).length),
      mostAllowed: allowed(having.length),
    };
  }

  /** How many people are current, and how many of the sandbox's own people are past their last day. */
  async #countOthers(): Promise<{ readonly current: number; readonly staff: number }> {
    const [row] = await this.world.dataSource.query(
      `select count(*)::int as current,
         count(*) filter (where termination_date < $1 and not personio_id = any ($2))::int as staff
       from people where status <> 'INACTIVE'`,
      [this.world.today, this.entries.map(({ id }) => id)],
    );
    return row;
  }
}

const APPROVE = 0;
const REJECT = 1;

const isNamed = (reading: Reading): reading is { readonly named: readonly string[] } =>
  typeof reading === "object";
