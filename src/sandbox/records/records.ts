import type { Company } from "../company/company.ts";
import type { Person } from "../company/person.ts";
import { personAtIndex } from "../company/person-at-index.ts";

/** A refused edit, in words for whoever asked for it. */
export class RefusedEdit extends Error {
  override readonly name = "RefusedEdit";
}

/** When an attribute was last changed by an edit, in milliseconds. */
type Changes = ReadonlyMap<string, number>;

/** What an edit did to one record; `keys` are the attributes that are new. */
export type RecordChange = {
  /** Null for a record that was added. */
  readonly before: Person | null;
  /** Null for a record that was removed. */
  readonly after: Person | null;
  readonly keys: readonly string[];
};

type EditedRecord = { readonly person: Person; readonly changes: Changes };

/**
 * All records of the company: those that an edit touched are kept, all others are invented anew whenever they are
 * asked for.
 */
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

  /** Tells of every edit from now on, once it is done. There is one observer. */
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

  /** Everybody from a place on, up or down. Somebody's place never changes, whoever is added or removed. */
  *walk(from: number, step: 1 | -1): Generator<{ readonly place: number; readonly person: Person }> {
    for (let place = from; place >= 0 && place < this.#places; place += step) {
      if (!this.#removed.has(place)) yield { place, person: this.#personAt(place) };
    }
  }

  /** Ids, because a million records at once would not be cheap. */
  findIdsByEmail(email: string): readonly string[] {
    return this.#idsOf((person) => person.email === email);
  }

  /** The ids of records that are new since an instant, or of which an attribute that counts changed since. */
  findIdsChangedSince(since: number, counts: (attributeKey: string) => boolean): readonly string[] {
    return this.#idsOf((person) => this.lastChange(person, counts) >= since);
  }

  /** When an attribute that counts was last changed; when the record was made, if none ever was. */
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

  /** Replaces somebody's record; `keys` are the attributes that are new. */
  replace(person: Person, keys: readonly string[]): void {
    const index = this.#getIndex(person.id);
    const before = this.#personAt(index);
    const invented = [[before.lastModifiedAttribute, before.lastModifiedAt]] as const;
    const changes = new Map(this.#edited.get(index)?.changes ?? invented);
    for (const key of keys) changes.set(key, person.lastModifiedAt);
    this.#edited.set(index, { person, changes });
    this.#observe({ before, after: person, keys });
  }

  /** Adds a record under the next id; `write` gets what would have been invented for it. */
  add(write: (invented: Person) => Person): Person {
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

  #idsOf(isMeant: (person: Person) => boolean): readonly string[] {
    const ids: string[] = [];
    for (const person of this.all()) if (isMeant(person)) ids.push(person.id);
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
