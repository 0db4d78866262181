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

/** What the directory says of somebody. */
export type Listed = {
  id: string;
  personioId: string;
  workEmail: string | null;
  status: string;
  supervisor: string | null;
};

/** Where a company lives. */
export type World = {
  readonly admin: SandboxAdmin;
  readonly dataSource: DataSource;
  readonly today: string;
  advance(days: number): Promise<void>;
  /** The person of another record goes on under this one, and nobody is back. */
  goesOn?(personioId: string): void;
  /** A run of everybody, after which the log must say what happened and which days came. */
  sync(): Promise<{ readonly status: string }>;
};

type Check = (entry: Entry, listed: ReadonlyMap<string, Listed>) => void;

/** The people of one sequence, beside those that the sandbox invented: what HR said, and what was seen of them. */
export class Company {
  protected readonly entries: Entry[] = [];
  protected seen: ReadonlyMap<string, Listed> = new Map();
  /** Whose record HR has touched since everything was last read. */
  protected readonly touched = new Set<string>();
  protected readonly missed = new Map<string, number>();
  /** Whose record is, or was, which. */
  readonly #personOf = new Map<string, string>();

  constructor(
    protected readonly name: string,
    protected readonly world: World,
    /** How many addresses people contend for. */
    protected readonly addresses = 5,
  ) {}

  /** With people of these addresses; everybody reports to the first. */
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
    // The old record gives its address away.
    this.touched.add(id).add(former.id);
    this.entries.push({ ...former, id, lastDay: null, rehireOf: former.id });
  }

  /** HR deletes a record and makes it anew. */
  anew = (who: number) =>
    this.edit(who, async (entry) => {
      const id = await this.world.admin.recreate(entry.id);
      this.world.goesOn?.(id);
      this.touched.add(id);
      entry.removed = true;
      // Nobody reports to a record that is gone.
      for (const other of this.entries) if (other.supervisor === entry.id) other.supervisor = null;
      const supervisor = entry.supervisor === entry.id ? null : entry.supervisor;
      this.entries.push({ ...entry, id, supervisor, removed: false, rehireOf: entry.id });
    });

  /** Somebody moves to another legal entity in one to four days, which the directory knows from now on. */
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
      // Nobody reports to a record that is gone.
      for (const other of this.entries) if (other.supervisor === entry.id) other.supervisor = null;
    });

  async wait(_: number, what: number): Promise<void> {
    await this.world.advance(what % 4);
  }

  /** Years pass in steps like this. */
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

  /** Looks at the directory as it is now, at each record beside what was seen before. */
  protected async checkAll(check: Check): Promise<void> {
    const listed = await this.#readDirectory();
    for (const { personioId, id } of listed.values()) this.#personOf.set(personioId, id);
    for (const entry of this.entries) check(entry, listed);
    const addresses = [...listed.values()].flatMap(({ workEmail }) => workEmail ?? []);
    expect(new Set(addresses).size).toBe(addresses.length);
    for (const { status, workEmail } of listed.values())
      if (status !== "INACTIVE") expect(workEmail).not.toBeNull();
    this.seen = listed;
  }

  protected check(entry: Entry, listed: ReadonlyMap<string, Listed>): void {
    const [before, now] = [this.seen.get(entry.id), listed.get(entry.id)];
    // Somebody who is back goes by the new record.
    if (!now && this.isBack(entry) && !this.isMoving(entry)) return;
    if (before && now) expect(now.id).toBe(before.id);
    if (this.isMoving(entry)) this.#checkMoving(entry, before, now);
    else if (entry.removed) this.#checkRemoved(entry, before, now);
    // A leaver is kept as one; somebody who was never here does not come in as one.
    else if (this.hasLeft(entry)) expect(now?.status).toBe(before ? "INACTIVE" : undefined);
    else if (entry.email === null)
      expect(now?.workEmail).toBe((before ?? this.#beforeMove(entry))?.workEmail);
    else if (this.#isContested(entry)) checkContested(entry.email, before ?? this.#formerOf(entry), now);
    else this.checkPresent(entry, now, listed);
  }

  /** Until the first day the old record is the current one, whatever has become of its address; the new one is nobody yet. */
  #checkMoving({ rehireOf, id }: Entry, before: Listed | undefined, now: Listed | undefined): void {
    const isOld = this.entries.some((other) => other.rehireOf === id);
    if (!isOld) expect({ of: rehireOf, now }).toEqual({ of: rehireOf, now: undefined });
    else expect(now).toMatchObject({ id: before?.id, workEmail: before?.workEmail, status: before?.status });
  }

  protected isMoving = ({ movesOn }: Entry): boolean => movesOn !== undefined && movesOn > this.world.today;

  protected checkPresent(entry: Entry, now: Listed | undefined, listed: ReadonlyMap<string, Listed>): void {
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
    if (former?.workEmail === entry.email && !this.seen.has(entry.id)) expect(now?.id).toBe(former.id);
  }

  /** Who the person of this record was before, as the directory saw them last. */
  #formerOf({ rehireOf }: Entry): Listed | undefined {
    const former = this.entries.find(({ id }) => id === rehireOf);
    return former && (this.seen.get(former.id) ?? this.#formerOf(former));
  }

  /** Missing once changes nothing; missing twice is leaving. */
  #checkRemoved({ id }: Entry, before: Listed | undefined, now: Listed | undefined): void {
    if (!before) {
      expect(now).toBeUndefined();
      return;
    }
    const missed = (this.missed.get(id) ?? 0) + 1;
    this.missed.set(id, missed);
    expect(now?.status).toBe(missed > 1 ? "INACTIVE" : before.status);
  }

  /** Whether anybody else who has not left wants the address, or holds it still. */
  #isContested({ id, email }: Entry): boolean {
    const others = this.entries.filter((other) => other.id !== id);
    return others.some((other) => {
      const held = this.seen.get(other.id);
      const holds = held?.status !== "INACTIVE" && held?.workEmail === email;
      return holds
        ? !(this.hasLeft(other) && !other.removed) || this.#movedWithoutAddress(other)
        : other.email === email && !other.removed && !this.hasLeft(other);
    });
  }

  /** How the directory last had the person under the record that they moved from. */
  #beforeMove(entry: Entry): Listed | undefined {
    const moved = this.entries.some(({ id, movesOn }) => id === entry.rehireOf && movesOn !== undefined);
    return moved ? this.#formerOf(entry) : undefined;
  }

  /** The record that the person moved to has no address, so the person keeps the one of the former record. */
  #movedWithoutAddress = ({ id, movesOn }: Entry): boolean =>
    movesOn !== undefined &&
    this.entries.some((next) => next.rehireOf === id && next.email === null && !next.removed);

  protected isBack = ({ id }: Entry): boolean => this.entries.some(({ rehireOf }) => rehireOf === id);

  /** The last day is still one of employment. */
  protected hasLeft = ({ lastDay }: Entry): boolean => lastDay !== null && lastDay < this.world.today;

  protected address = (what: number): string => `${this.name}-${what % this.addresses}@model.example`;

  async #setEmail(entry: Entry, email: string | null): Promise<void> {
    await this.world.admin.change(entry.id, { email });
    entry.email = email;
  }

  /** Does it to somebody who is there, if anybody is. */
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

/** Of two who want one address nobody is guessed: whoever has it keeps it, and nobody gets a third one. */
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
