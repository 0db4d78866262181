import type { Company } from "../company/company.ts";
import type { Person } from "../company/person.ts";
import { personAtIndex } from "../company/person-at-index.ts";

/** An invalid edit; the message is for the caller. */
export class RefusedEdit extends Error {
  override readonly name = "RefusedEdit";
}

/** The time of the last edit of each attribute, in milliseconds. */
type Changes = ReadonlyMap<string, number>;

/** The effect of an edit on one record; `keys` are the changed attributes. */
export type RecordChange = {
  /** Null for a record that was added. */
  readonly before: Person | null;
  /** Null for a record that was removed. */
  readonly after: Person | null;
  readonly keys: readonly string[];
};

type EditedRecord = { readonly person: Person; readonly changes: Changes };

/** All records of the company. It stores edited records and generates all others on each read. */
export class Records {
  readonly company: Company;
  readonly #edited = new Map<number, EditedRecord>();
  /** Indexes of deleted records, ascending. */
  #removed: ReadonlySet<number> = new Set();
  #places: number;
  #observe: (change: RecordChange) => void = () => {};

  constructor(company: Company) {
    this.company = company;
    this.#places = company.people;
  }

  /** Calls `observe` after every edit from now on. There is one observer. */
  observe(observe: (change: RecordChange) => void): void {
    this.#observe = observe;
  }

  get count(): number {
    return this.#places - this.#removed.size;
  }

  get lastPlace(): number {
    return this.#places - 1;
  }

  /** The records from the `offset`-th on, by ascending id. */
  slice(offset: number, limit: number): Person[] {
    const people: Person[] = [];
    for (let index = this.#indexAt(offset); index < this.#places && people.length < limit; index += 1) {
      if (!this.#removed.has(index)) people.push(this.#personAt(index));
    }
    return people;
  }

  *all(): Generator<Person> {
    for (const { person } of this.walk(0, 1)) yield person;
  }

  /** All people from a place on, up or down. A person's place never changes, whatever edits add or remove. */
  *walk(from: number, step: 1 | -1): Generator<{ readonly place: number; readonly person: Person }> {
    for (let place = from; place >= 0 && place < this.#places; place += step) {
      if (!this.#removed.has(place)) yield { place, person: this.#personAt(place) };
    }
  }

  /** Ids, because a million records at once would need much memory. */
  findIdsByEmail(email: string): readonly string[] {
    return this.#idsOf((person) => person.email === email);
  }

  /**
   * The ids of records that were created since an instant, or have an attribute changed since, for which
   * `counts` is true.
   */
  findIdsChangedSince(since: number, counts: (attributeKey: string) => boolean): readonly string[] {
    return this.#idsOf((person) => this.lastChange(person, counts) >= since);
  }

  /** The last change of an attribute for which `counts` is true; the creation, if none ever changed. */
  lastChange(person: Person, counts: (attributeKey: string) => boolean): number {
    const changes = this.#edited.get(this.#getIndex(person.id))?.changes;
    if (!changes) return counts(person.lastModifiedAttribute) ? person.lastModifiedAt : person.createdAt;
    return changes
      .entries()
      .reduce((latest, [key, at]) => (counts(key) ? Math.max(latest, at) : latest), person.createdAt);
  }

  find(id: string): Person | undefined {
    const index = this.#findIndex(id);
    return index === undefined ? undefined : this.#personAt(index);
  }

  get(id: string): Person {
    return this.#personAt(this.#getIndex(id));
  }

  /** Replaces a person's record; `keys` are the changed attributes. */
  replace(person: Person, keys: readonly string[]): void {
    const index = this.#getIndex(person.id);
    const before = this.#personAt(index);
    const generated = [[before.lastModifiedAttribute, before.lastModifiedAt]] as const;
    const changes = new Map(this.#edited.get(index)?.changes ?? generated);
    for (const key of keys) changes.set(key, person.lastModifiedAt);
    this.#edited.set(index, { person, changes });
    this.#observe({ before, after: person, keys });
  }

  /** Adds a record under the next id; `write` gets the generated record for it. */
  add(write: (generated: Person) => Person): Person {
    const index = this.#places;
    const person = write(personAtIndex(this.company, index));
    this.#edited.set(index, { person, changes: new Map() });
    this.#places += 1;
    this.#observe({ before: null, after: person, keys: [] });
    return person;
  }

  remove(id: string): void {
    const index = this.#getIndex(id);
    const before = this.#personAt(index);
    this.#removed = new Set([...this.#removed, index].sort((left, right) => left - right));
    this.#observe({ before, after: null, keys: [] });
  }

  #idsOf(matches: (person: Person) => boolean): readonly string[] {
    const ids: string[] = [];
    for (const person of this.all()) if (matches(person)) ids.push(person.id);
    return ids;
  }

  #personAt(index: number): Person {
    return this.#edited.get(index)?.person ?? personAtIndex(this.company, index);
  }

  #getIndex(id: string): number {
    const index = this.#findIndex(id);
    if (index === undefined) throw new RefusedEdit(`There is no employee ${id}.`);
    return index;
  }

  #findIndex(id: string): number | undefined {
    const index = this.company.ids.indexOf(id);
    return index === undefined || index >= this.#places || this.#removed.has(index) ? undefined : index;
  }

  /** The index of the `offset`-th record that is not deleted. */
  #indexAt(offset: number): number {
    let index = offset;
    for (const removed of this.#removed) if (removed <= index) index += 1;
    return index;
  }
}
