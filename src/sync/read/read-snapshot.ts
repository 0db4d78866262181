import type { EntityManager } from "typeorm";
import { planForMany } from "../../database/plan-for-many.ts";
import { refreshStatistics } from "../../database/refresh-statistics.ts";
import { inTenant } from "../../database/transaction.ts";
import { ActionableError } from "../../errors.ts";
import { accessMissing, type MappedAttributes } from "../../integration/fields/field-mapping.ts";
import { peopleFields } from "../../integration/fields/people-fields.ts";
import { createOrgNames } from "../../org/org-names.ts";
import type { Employee, UnreadEmployee } from "../../personio/employee.ts";
import { checkFields } from "../check-fields.ts";
import type { ReadContext } from "../run-context.ts";
import type { ChosenPages } from "./choose-pages.ts";
import { markExcluded } from "./exclude.ts";
import { createOfficeCountries, officeCountryOf } from "./office-countries.ts";
import type { ReadRules, Snapshot } from "./snapshot.ts";
import { type ReadRecord, stageRecords, translationOf } from "./stage-records.ts";
import { countStaged, type StagedPerson, stagePeople, stageUnread } from "./staging.repository.ts";
import {
  type CustomAttributeTypes,
  customAttributeType,
  type TranslatedPerson,
  translate,
} from "./translate.ts";
import { listKnownCountries, removeMissedTranslations } from "./translated-records.repository.ts";

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
  const required = [...lacking.keys()];
  const officeCountries = createOfficeCountries();
  const orgNames = createOrgNames();
  // The progress shows the first page at once: it has the number of records.
  let [employeesRead, progressAt] = [0, Number.NEGATIVE_INFINITY];
  let announced: number | null = null;
  let doubt: string | null = null;
  const unreadRecords: UnreadEmployee[] = [];
  let pending: ReadRecord[] = [];

  // One batch is written while the next one is read, never two: a read that is faster than the database
  // waits.
  let writing: Promise<void> = Promise.resolve();
  const stage = async (): Promise<void> => {
    await writing;
    const [people, progress] = [pending, { employeesRead, employeesTotal: announced }];
    pending = [];
    progressAt = performance.now();
    writing = inTenant(deps.dataSource, tenantId, async (manager) => {
      await checkFields(manager, rules.mapping);
      await stageRecords(manager, readId, people);
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
      const { known = [] } = page;
      employeesRead += page.employees.length + known.length;
      // Only records with every required attribute become known.
      if (known.length > 0) lacking.clear();
      pending.push(...known.map((personioId) => ({ personioId })));
      for (const employee of page.employees) {
        forgetPresent(lacking, employee);
        const person = translateBy(rules, customTypes, employee);
        const officeCountry = officeCountryOf(employee, person);
        officeCountries.note(officeCountry);
        orgNames.note(person.fields);
        const staged = stagedPerson(person, rules);
        pending.push({
          ...staged,
          translation: translationOf(employee, staged, { ...rules, required, officeCountry }),
        });
      }
      if (pending.length >= STAGE_SIZE || performance.now() - progressAt >= PROGRESS_INTERVAL_MS)
        await stage();
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
    const unreadIds = unreadRecords.map(({ id }) => id);
    await stageUnread(manager, readId, unreadIds);
    await planForMany(manager, peopleRead, async () => {
      if (!partial)
        for (const known of await listKnownCountries(manager, readId)) officeCountries.note(known);
      if (complete) await removeMissedTranslations(manager, readId);
    });
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
