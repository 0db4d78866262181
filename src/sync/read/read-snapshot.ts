import type { EntityManager } from "typeorm";
import { inTenant } from "../../database/transaction.ts";
import { ActionableError } from "../../errors.ts";
import { accessMissing, type MappedAttributes } from "../../integration/fields/field-mapping.ts";
import { peopleFields } from "../../integration/fields/people-fields.ts";
import { createOrgNames } from "../../org/org-names.ts";
import type { Employee, UnreadEmployee } from "../../personio/employee.ts";
import type { ReadContext } from "../run-context.ts";
import type { ChosenPages } from "./choose-pages.ts";
import { createOfficeCountries } from "./office-countries.ts";
import type { ReadRules, Snapshot } from "./snapshot.ts";
import {
  analyzeStaging,
  countStaged,
  type StagedPerson,
  stagePeople,
  stageUnread,
} from "./staging.repository.ts";
import {
  type CustomAttributeTypes,
  customAttributeType,
  type TranslatedPerson,
  translate,
} from "./translate.ts";

/** How many people are written to staging at a time. */
const STAGE_SIZE = 1_000;

/** What Postgres takes a table of some hundred new rows for makes no difference to how it reads them. */
const ANALYZE_FROM = 1_000;

/** How often, at least, the progress of a slow read is shown. */
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
 * Reads pages of people into staging, one by one. Nothing but staging is written, and a page that cannot be read ends it with that
 * page's error: half a snapshot looks exactly like half the company having left.
 *
 * @throws PERSONIO_ACCESS_MISSING when people came, but no one with a required attribute: the credential lost the right
 * to it while the list of granted attributes still said otherwise.
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
  // The first page is shown at once: it tells how many there are.
  let [employeesRead, progressAt] = [0, 0];
  let announced: number | null = null;
  let doubt: string | null = null;
  const unreadRecords: UnreadEmployee[] = [];
  let pending: StagedPerson[] = [];

  // One batch is written while the next one is read. Never two: a read that is faster than the database waits for it.
  let writing: Promise<void> = Promise.resolve();
  const stage = async (): Promise<void> => {
    await writing;
    const [people, progress] = [pending, { employeesRead, employeesTotal: announced }];
    pending = [];
    progressAt = Date.now();
    writing = inTenant(deps.dataSource, tenantId, async (manager) => {
      await stagePeople(manager, readId, people);
      await onProgress?.(manager, progress);
    });
    // Whoever waits for it next hears how it ended.
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
        const person = translate(employee, rules.mapping, customTypes);
        officeCountries.note(employee, person);
        orgNames.note(person.fields);
        pending.push(stagedPerson(person, rules));
      }
      if (pending.length >= STAGE_SIZE || Date.now() - progressAt >= PROGRESS_INTERVAL_MS) await stage();
    }
    await stage();
    await writing;
  } finally {
    // Whatever ends the read, nothing is staged after it.
    await writing.catch(() => undefined);
  }
  if (employeesRead > 0 && lacking.size > 0) throw accessMissing([...lacking.values()]);

  return inTenant(deps.dataSource, tenantId, async (manager) => {
    if (employeesRead >= ANALYZE_FROM) await analyzeStaging(manager);
    const peopleRead = await countStaged(manager, readId);
    // Where nothing is announced, an id that came twice tells that pages shifted while they were read.
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

/** Stages records that were looked up by their ids, beside those of the pages. */
export async function stageEmployees(
  manager: EntityManager,
  { readId, rules }: Pick<Snapshot, "readId" | "rules">,
  employees: readonly Employee[],
): Promise<void> {
  const customTypes = customAttributeTypes(rules);
  const people = employees.map((employee) => translate(employee, rules.mapping, customTypes));
  await stagePeople(
    manager,
    readId,
    people.map((person) => stagedPerson(person, rules)),
  );
}

/** As text at once: a batch of records would live long enough to be kept for old by the garbage collector. */
function stagedPerson(person: TranslatedPerson, { hashSource }: ReadRules): StagedPerson {
  const { workEmail, status } = person.fields;
  const sourceHash = hashSource?.(person) ?? null;
  return { personioId: person.personioId, workEmail, status, sourceHash, record: JSON.stringify(person) };
}

/** Nobody at all is never believed: a filter or a lost right looks the same as an empty company. */
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
