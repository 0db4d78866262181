import type { DataSource } from "typeorm";
import { expect } from "vitest";
import type { SandboxAdmin } from "../../../src/sandbox/admin.ts";

/** A record as HR left it in Personio. */
export type Entry = {
  readonly id: string;
  email: string | null;
  lastDay: string | null;
  supervisor: string | null;
  removed: boolean;
  /** The record of the employment before this one. */
  readonly rehireOf: string | null;
  /** The first day of a move to this record, or away from it: until then HR leaves both records alone. */
  movesOn?: string;
};

/** A person in the directory. */
export type Listed = {
  id: string;
  personioId: string;
  workEmail: string | null;
  status: string;
  supervisor: string | null;
};

/** The environment of a company. */
export type World = {
  readonly admin: SandboxAdmin;
  readonly dataSource: DataSource;
  readonly today: string;
  advance(days: number): Promise<void>;
  /** Announces that HR recreated a record as this one, so no person returns by it. */
  continuesEmployment?(personioId: string): void;
  /** A full run, after which the event log must contain the changes and the dates. */
  sync(): Promise<{ readonly status: string }>;
};

type Check = (entry: Entry, listed: ReadonlyMap<string, Listed>) => void;

/**
 * The people of one sequence, beside those of the sandbox: what HR entered, and what the directory showed.
 */
export class Company {
  protected readonly entries: Entry[] = [];
  protected seen: ReadonlyMap<string, Listed> = new Map();
  /** Records that HR has edited since the last full read. */
  protected readonly touched = new Set<string>();
  protected readonly missed = new Map<string, number>();
  /** The person of each present or former record. */
  readonly #personOf = new Map<string, string>();

  constructor(
    protected readonly name: string,
    protected readonly world: World,
    /** How many addresses people compete for. */
    protected readonly addresses = 5,
  ) {}

  /** Hires people with these addresses; all others report to the first. */
  async found(addresses: readonly number[]): Promise<void> {
    for (const what of addresses) await this.hire(0, what);
    for (const [who] of addresses.entries()) if (who > 0) await this.report(who, 0);
    await this.sync();
  }

  async hire(_: number, what: number): Promise<void> {
    const email = what > 8 ? null : this.address(what);
    const name = `${this.name} ${this.entries.length}`;
    const id = await this.world.admin.hire({
      first_name: "Robin",
      last_name: name,
      email,
      supervisor: null,
    });
    this.touched.add(id);
    this.entries.push({ id, email, lastDay: null, supervisor: null, removed: false, rehireOf: null });
  }

  email = (who: number, what: number) =>
    this.edit(who, async (entry) => this.#setEmail(entry, this.address(what)));

  clear = (who: number) => this.edit(who, (entry) => this.#setEmail(entry, null));

  swap = (who: number, what: number) =>
    this.edit(who, (one) =>
      this.edit(what, async (other) => {
        const [ones, others] = [one.email, other.email];
        await this.#setEmail(one, others);
        await this.#setEmail(other, ones);
      }),
    );

  report = (who: number, what: number) =>
    this.edit(who, async (entry) => {
      const supervisor = this.there(what);
      if (!supervisor) return;
      await this.world.admin.move(entry.id, { supervisor: supervisor.id });
      entry.supervisor = supervisor.id;
    });

  terminate = (who: number, what: number) =>
    this.edit(who, async (entry) => {
      entry.lastDay = daysAfter(this.world.today, what === 9 ? -30 : (what % 6) - 2);
      await this.world.admin.terminate(entry.id, entry.lastDay);
    });

  async rehire(who: number): Promise<void> {
    const leavers = this.entries.filter(
      (entry) => !entry.removed && this.hasLeft(entry) && !this.isBack(entry),
    );
    const former = leavers[who % Math.max(1, leavers.length)];
    if (!former) return;
    const id = await this.world.admin.rehire(former.id, { hire_date: this.world.today });
    // The old record gives its address to the new one.
    this.touched.add(id).add(former.id);
    this.entries.push({ ...former, id, lastDay: null, rehireOf: former.id });
  }

  /** HR deletes a record and creates it again. */
  anew = (who: number) =>
    this.edit(who, async (entry) => {
      const id = await this.world.admin.recreate(entry.id);
      this.world.continuesEmployment?.(id);
      this.touched.add(id);
      entry.removed = true;
      // A record that is gone has no reports.
      for (const other of this.entries) if (other.supervisor === entry.id) other.supervisor = null;
      const supervisor = entry.supervisor === entry.id ? null : entry.supervisor;
      this.entries.push({ ...entry, id, supervisor, removed: false, rehireOf: entry.id });
    });

  /** A person moves to another legal entity in one to four days; a sync reads it at once. */
  async transfer(who: number, what: number): Promise<void> {
    const entry = this.there(who);
    const held = entry && this.seen.get(entry.id);
    if (!entry || entry.lastDay || this.touched.has(entry.id)) return;
    if (!held || held.status === "INACTIVE" || held.workEmail !== entry.email) return;
    const movesOn = daysAfter(this.world.today, 1 + (what % 4));
    const id = await this.world.admin.transfer(entry.id, { hire_date: movesOn });
    this.touched.add(id).add(entry.id);
    entry.lastDay = daysAfter(movesOn, -1);
    entry.movesOn = movesOn;
    this.entries.push({ ...entry, id, lastDay: null, rehireOf: entry.id });
    await this.sync();
  }

  remove = (who: number) =>
    this.edit(who, async (entry) => {
      await this.world.admin.remove(entry.id);
      entry.removed = true;
      // A record that is gone has no reports.
      for (const other of this.entries) if (other.supervisor === entry.id) other.supervisor = null;
    });

  async wait(_: number, what: number): Promise<void> {
    await this.world.advance(what % 4);
  }

  /** Several months pass in one step. */
  async age(_: number, what: number): Promise<void> {
    await this.world.advance(150 + what * 60);
  }

  /** Enters, moves or empties the end of a probation or of a contract. */
  date = (who: number, what: number) =>
    this.edit(who, (entry) => {
      const day = what > 7 ? null : daysAfter(this.world.today, what - 4);
      const attribute = who % 2 ? "probation_period_end" : "contract_end_date";
      return this.world.admin.change(entry.id, { [attribute]: day });
    });

  async sync(): Promise<void> {
    expect(await this.world.sync()).toMatchObject({ status: expect.stringMatching(/^SUCCEEDED/) });
    await this.checkAll((entry, listed) => this.check(entry, listed));
    this.touched.clear();
  }

  /** Checks the directory, each record against its former state. */
  protected async checkAll(check: Check): Promise<void> {
    const listed = await this.#readDirectory();
    for (const { personioId, id } of listed.values()) this.#personOf.set(personioId, id);
    for (const entry of this.entries) check(entry, listed);
    const addresses = [...listed.values()].flatMap(({ workEmail }) => workEmail ?? []);
    expect(new Set(addresses).size).toBe(addresses.length);
    for (const { status, workEmail } of listed.values())
      if (status !== "INACTIVE") expect(workEmail).not.toBeNull();
    for (const entry of this.entries) this.#checkLoss(entry, listed, new Set(addresses));
    this.seen = listed;
  }

  /** A person loses the address only to another person who has it now: the former one, or the one of HR. */
  #checkLoss({ id, email }: Entry, listed: ReadonlyMap<string, Listed>, held: ReadonlySet<string>): void {
    const before = this.seen.get(id)?.workEmail;
    if (!before || listed.get(id)?.workEmail !== null) return;
    expect([before, email].filter((address) => address !== null && held.has(address))).not.toEqual([]);
  }

  protected check(entry: Entry, listed: ReadonlyMap<string, Listed>): void {
    const [before, now] = [this.seen.get(entry.id), listed.get(entry.id)];
    // A person who is back is checked by the new record.
    if (!now && this.isBack(entry) && !this.isMoving(entry)) return;
    if (before && now) expect(now.id).toBe(before.id);
    if (this.isMoving(entry)) this.#checkMoving(entry, before, now);
    else if (entry.removed) this.#checkRemoved(entry, before, now);
    else if (this.hasLeft(entry)) this.#checkLeaver(entry, before, now);
    else if (entry.email === null)
      expect(now?.workEmail).toBe((before ?? this.#beforeMove(entry))?.workEmail);
    else if (this.#isContested(entry)) checkContested(entry.email, before ?? this.#formerOf(entry), now);
    else this.checkPresent(entry, now, listed);
  }

  /**
   * Until the first day the old record is current, even with an altered address; the new one has no person
   * yet.
   */
  #checkMoving({ rehireOf, id }: Entry, before: Listed | undefined, now: Listed | undefined): void {
    const isOld = this.entries.some((other) => other.rehireOf === id);
    if (!isOld) expect({ of: rehireOf, now }).toEqual({ of: rehireOf, now: undefined });
    else expect(now).toMatchObject({ id: before?.id, workEmail: before?.workEmail, status: before?.status });
  }

  protected isMoving = ({ movesOn }: Entry): boolean => movesOn !== undefined && movesOn > this.world.today;

  protected checkPresent(entry: Entry, now: Listed | undefined, listed: ReadonlyMap<string, Listed>): void {
    // A supervisor who is back under a new record stays the supervisor.
    const supervisor = [...listed.values()].find(
      ({ id }) => id === this.#personOf.get(entry.supervisor ?? ""),
    );
    expect(now).toMatchObject({
      workEmail: entry.email,
      status: "ACTIVE",
      supervisor: supervisor?.personioId ?? null,
    });
    const former = this.#formerOf(entry);
    if (former?.workEmail === entry.email && !this.seen.has(entry.id)) expect(now?.id).toBe(former.id);
  }

  /** The person of this record as last seen under a former record. */
  #formerOf({ rehireOf }: Entry): Listed | undefined {
    const former = this.entries.find(({ id }) => id === rehireOf);
    return former && (this.seen.get(former.id) ?? this.#formerOf(former));
  }

  /** The first absence changes nothing; the second makes a leaver. */
  #checkRemoved({ id }: Entry, before: Listed | undefined, now: Listed | undefined): void {
    if (!before) {
      expect(now).toBeUndefined();
      return;
    }
    const missed = (this.missed.get(id) ?? 0) + 1;
    this.missed.set(id, missed);
    expect(now?.status).toBe(missed > 1 ? "INACTIVE" : before.status);
  }

  /**
   * The directory keeps a leaver, but adds no person who has left already. A person leaves with the record to
   * which they moved, or which HR recreated, although no run has read it before.
   */
  #checkLeaver(entry: Entry, before: Listed | undefined, now: Listed | undefined): void {
    const leaver = before ?? this.#continuedBy(entry);
    expect(now && { id: now.id, status: now.status }).toEqual(
      leaver && { id: leaver.id, status: "INACTIVE" },
    );
  }

  /** The current person whose employment the record continues, with the same address. */
  #continuedBy({ rehireOf, email, movesOn }: Entry): Listed | undefined {
    const former = this.entries.find(({ id }) => id === rehireOf);
    if (!former || !(former.removed || (movesOn !== undefined && former.movesOn === movesOn)))
      return undefined;
    const held = this.seen.get(former.id);
    if (!held) return this.#continuedBy({ ...former, email });
    return held.status !== "INACTIVE" && held.workEmail === email ? held : undefined;
  }

  /** Whether another current person wants the address, or still holds it. */
  #isContested({ id, email }: Entry): boolean {
    const others = this.entries.filter((other) => other.id !== id);
    return others.some((other) => {
      const held = this.seen.get(other.id);
      const holds = held?.status !== "INACTIVE" && held?.workEmail === email;
      return holds
        ? !(this.hasLeft(other) && !other.removed) ||
            this.#movedWithoutAddress(other) ||
            this.#rehiredWithoutAddress(other)
        : other.email === email && !other.removed && !this.hasLeft(other);
    });
  }

  /** The person as last seen under the record from which they moved. */
  #beforeMove(entry: Entry): Listed | undefined {
    const moved = this.entries.some(({ id, movesOn }) => id === entry.rehireOf && movesOn !== undefined);
    return moved ? this.#formerOf(entry) : undefined;
  }

  /** The record that the person moved to has no address, so the person keeps the one of the former record. */
  #movedWithoutAddress = ({ id, movesOn }: Entry): boolean =>
    movesOn !== undefined &&
    this.entries.some((next) => next.rehireOf === id && next.email === null && !next.removed);

  /** Another person has the address of the new record, so the person keeps the one of the former record. */
  #rehiredWithoutAddress = ({ id }: Entry): boolean =>
    this.entries.some(({ rehireOf, email }) => rehireOf === id && this.#hasAnother(id, email));

  #hasAnother = (id: string, email: string | null): boolean =>
    [...this.seen.values()].some(
      (held) => held.personioId !== id && held.status !== "INACTIVE" && held.workEmail === email,
    );

  protected isBack = ({ id }: Entry): boolean => this.entries.some(({ rehireOf }) => rehireOf === id);

  /** The last day itself still belongs to the employment. */
  protected hasLeft = ({ lastDay }: Entry): boolean => lastDay !== null && lastDay < this.world.today;

  protected address = (what: number): string => `${this.name}-${what % this.addresses}@model.example`;

  async #setEmail(entry: Entry, email: string | null): Promise<void> {
    await this.world.admin.change(entry.id, { email });
    entry.email = email;
  }

  /** Edits a current person, if there is one. */
  protected async edit(who: number, edit: (entry: Entry) => Promise<void>): Promise<void> {
    const entry = this.there(who);
    if (!entry) return;
    this.touched.add(entry.id);
    await edit(entry);
  }

  protected there(who: number): Entry | undefined {
    const there = this.entries.filter(
      (entry) => !entry.removed && !this.hasLeft(entry) && !this.isMoving(entry),
    );
    return there[who % Math.max(1, there.length)];
  }

  async #readDirectory(): Promise<Map<string, Listed>> {
    const rows = await this.world.dataSource.query<Listed[]>(
      `select p.id, p.personio_id as "personioId", p.work_email as "workEmail", p.status, s.personio_id as supervisor
       from people p left join people s on s.id = p.supervisor_id where p.personio_id = any ($1)`,
      [this.entries.map(({ id }) => id)],
    );
    return new Map(rows.map((row) => [row.personioId, row]));
  }
}

/** Of two people who want one address, only the holder keeps it, and neither gets a third one. */
function checkContested(email: string, before: Listed | undefined, now: Listed | undefined): void {
  const holds = before?.workEmail === email && before.status !== "INACTIVE";
  if (holds) expect(now).toMatchObject({ id: before.id, workEmail: email });
  if (now) expect([email, before?.workEmail]).toContain(now.workEmail);
}

function daysAfter(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
