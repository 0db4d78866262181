import type { EntityManager } from "typeorm";
import { refreshStatistics } from "../../database/refresh-statistics.ts";
import { inTenant } from "../../database/transaction.ts";
import { ActionableError } from "../../errors.ts";
import { accessMissing, type MappedAttributes } from "../../integration/fields/field-mapping.ts";
import { HOLIDAY_CALENDAR_KEY, peopleFields } from "../../integration/fields/people-fields.ts";
import type { OfficeCountries } from "../../org/guess-time-zone.ts";
import { createOrgNames } from "../../org/org-names.ts";
import type { AttributeValue, Employee, UnreadEmployee } from "../../personio/employee.ts";
import type { ReadContext } from "../run-context.ts";
import { checkFields } from "../wipe/check-fields.ts";
import type { ChosenPages } from "./choose-pages.ts";
import { markExcluded } from "./exclude.ts";
import { attributesOf } from "./read-values.ts";
import type { ReadRules, Snapshot } from "./snapshot.ts";
import { countStaged, type StagedPerson, stagePeople, stageUnread } from "./staging.repository.ts";
import {
  type CustomAttributeTypes,
  customAttributeType,
  type TranslatedPerson,
  translate,
} from "./translate.ts";

/** People per batch of staging. */
const STAGE_SIZE = 1_000;

/** For some hundred new rows, Postgres' statistics make no difference to how it reads them. */
const ANALYZE_FROM = 1_000;

/** A slow read shows its progress at least this often. */
const PROGRESS_INTERVAL_MS = 500;

export type SnapshotTask = {
  readonly rules: ReadRules;
  readonly pages: ChosenPages;
  /** Called in the transaction that stages a batch. */
  readonly onProgress?: (
    manager: EntityManager,
    progress: { readonly employeesRead: number; readonly employeesTotal: number | null },
  ) => Promise<void>;
};

/**
 * Reads pages of people into staging, one by one, and writes nothing else. A page that cannot be read ends
 * the read with that page's error: half a snapshot looks exactly as if half the company had left.
 *
 * @throws PERSONIO_ACCESS_MISSING if no person came with a required attribute. The credential has lost the
 * right to it, although the list of granted attributes still contains it.
 */
export async function readSnapshot(
  { readId, tenantId, deps }: ReadContext,
  { rules, pages, onProgress }: SnapshotTask,
): Promise<Snapshot> {
  const { partial, unread } = pages;
  const customTypes = customAttributeTypes(rules);
  const lacking = new Map(requiredKeys(rules.mapping));
  const officeCountries = createOfficeCountries();
  const orgNames = createOrgNames();
  // The progress shows the first page at once: it has the number of records.
  let [employeesRead, progressAt] = [0, 0];
  let announced: number | null = null;
  let doubt: string | null = null;
  const unreadRecords: UnreadEmployee[] = [];
  let pending: StagedPerson[] = [];

  // One batch is written while the next one is read, never two: a read that is faster than the database
  // waits.
  let writing: Promise<void> = Promise.resolve();
  const stage = async (): Promise<void> => {
    await writing;
    const [people, progress] = [pending, { employeesRead, employeesTotal: announced }];
    pending = [];
    progressAt = Date.now();
    writing = inTenant(deps.dataSource, tenantId, async (manager) => {
      await checkFields(manager, rules.mapping);
      await stagePeople(manager, readId, people);
      await onProgress?.(manager, progress);
    });
    // The next `await writing` throws its error.
    writing.catch(() => undefined);
  };

  try {
    for await (const page of pages.pages) {
      announced = page.total;
      doubt ??= page.doubt ?? null;
      unreadRecords.push(...(page.unread ?? []));
      employeesRead += page.employees.length;
      for (const employee of page.employees) {
        forgetPresent(lacking, employee);
        const person = translateBy(rules, customTypes, employee);
        officeCountries.note(employee, person);
        orgNames.note(person.fields);
        pending.push(stagedPerson(person, rules));
      }
      if (pending.length >= STAGE_SIZE || Date.now() - progressAt >= PROGRESS_INTERVAL_MS) await stage();
    }
    await stage();
    await writing;
  } finally {
    // However the read ends, nothing may be staged after it.
    await writing.catch(() => undefined);
  }
  if (employeesRead > 0 && lacking.size > 0) throw accessMissing([...lacking.values()]);

  return inTenant(deps.dataSource, tenantId, async (manager) => {
    if (employeesRead >= ANALYZE_FROM) await refreshStatistics(manager, "staging");
    const peopleRead = await countStaged(manager, readId);
    // If Personio announces no total, an id that came twice shows that pages shifted during the read.
    const complete = !partial && doubt === null && peopleRead === (announced ?? employeesRead);
    await stageUnread(
      manager,
      readId,
      unreadRecords.map(({ id }) => id),
    );
    return {
      readId,
      rules,
      facts: { peopleRead, announced, complete, partial, doubt },
      orgNames: orgNames.list(),
      officeCountries: partial ? [] : officeCountries.list(),
      unreadRecords,
      unread,
      gone: new Set(),
      now: await deps.readNow(manager),
    };
  });
}

/** Stages looked-up records beside those of the pages. */
export async function stageEmployees(
  manager: EntityManager,
  { readId, rules }: Pick<Snapshot, "readId" | "rules">,
  employees: readonly Employee[],
): Promise<void> {
  await checkFields(manager, rules.mapping);
  const customTypes = customAttributeTypes(rules);
  const people = employees.map((employee) => translateBy(rules, customTypes, employee));
  await stagePeople(
    manager,
    readId,
    people.map((person) => stagedPerson(person, rules)),
  );
}

function translateBy(
  { mapping, exclusions }: ReadRules,
  customTypes: CustomAttributeTypes,
  employee: Employee,
): TranslatedPerson {
  const person = translate(employee, mapping, customTypes);
  return exclusions ? markExcluded(person, exclusions) : person;
}

/**
 * Serializes the record at once: as objects, a batch would live long enough for the garbage collector's old
 * space.
 */
function stagedPerson(person: TranslatedPerson, { hashSource }: ReadRules): StagedPerson {
  const { workEmail, status } = person.fields;
  const sourceHash = hashSource?.(person) ?? null;
  return { personioId: person.personioId, workEmail, status, sourceHash, record: JSON.stringify(person) };
}

/** The sync never trusts an empty answer: a filter or a lost right looks the same as an empty company. */
export const snapshotEmpty = (): ActionableError =>
  new ActionableError(
    "PERSONIO_SNAPSHOT_EMPTY",
    "Personio returned no people at all, so the sync changed nothing.",
    "Check in Personio that the credential may read employees (access right Employees: Read) and that the account has people.",
  );

/** The custom attributes that the mapping keeps and the credential grants, with how to read each. */
export const customAttributeTypes = ({ mapping, rights }: ReadRules): CustomAttributeTypes =>
  new Map(
    rights.attributes
      .filter((attribute) => mapping.customKeys.includes(attribute.key))
      .map((attribute) => [attribute.key, customAttributeType(attribute.type)]),
  );

function* requiredKeys(mapping: MappedAttributes): Generator<[string, string]> {
  for (const entry of peopleFields) {
    const key = mapping.keyOf[entry.field as keyof MappedAttributes["keyOf"]];
    if (entry.required && key !== undefined) yield [key, entry.personioName];
  }
}

function forgetPresent(lacking: Map<string, string>, employee: Employee): void {
  for (const key of lacking.keys()) if (key in employee.attributes) lacking.delete(key);
}

/**
 * Collects the countries of each office's holiday calendars while people are read. An office without a
 * readable calendar is not listed: the credential may lack the right, or the API version has none. Leavers do
 * not count.
 */
export function createOfficeCountries() {
  const countriesOf = new Map<string, Set<string>>();
  return {
    note({ attributes }: Employee, { fields }: TranslatedPerson): void {
      const country = readHolidayCountry(attributes[HOLIDAY_CALENDAR_KEY] ?? null);
      if (!country || !fields.office || fields.status === "INACTIVE") return;
      const { personioId } = fields.office;
      countriesOf.set(personioId, (countriesOf.get(personioId) ?? new Set()).add(country));
    },
    list: (): OfficeCountries[] =>
      Array.from(countriesOf, ([officePersonioId, countries]) => ({
        officePersonioId,
        countries: [...countries],
      })),
  };
}

/**
 * `{ type: "HolidayCalendar", attributes: { country: "DE", … } }`: the two letters, or null if there are
 * none.
 */
// VERIFY(personio): that a country is always its ISO code; any other text guesses nothing.
function readHolidayCountry(value: AttributeValue): string | null {
  const country = attributesOf(value)?.country;
  return typeof country === "string" && country !== "" ? country.toUpperCase() : null;
}
