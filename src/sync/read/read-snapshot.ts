import type { EntityManager } from "typeorm";
import { planForMany } from "../../database/plan-for-many.ts";
import { refreshStatistics } from "../../database/refresh-statistics.ts";
import { inTenant } from "../../database/transaction.ts";
import { ActionableError } from "../../errors.ts";
import { accessMissing } from "../../integration/fields/field-mapping.ts";
import type { Employee } from "../../personio/employee.ts";
import { checkFields } from "../check-fields.ts";
import type { ReadContext } from "../run-context.ts";
import type { ChosenPages } from "./choose-pages.ts";
import type { ReadRules, Snapshot } from "./snapshot.ts";
import { openBatches } from "./stage-batches.ts";
import { stageRecords } from "./stage-records.ts";
import { countStaged, stagePeople, stageUnread } from "./staging.repository.ts";
import {
  createPageTranslator,
  customAttributeTypes,
  type PageTranslator,
  stagedPerson,
  translateBy,
} from "./translate-pages.ts";
import { listKnownCountries, removeMissedTranslations } from "./translated-records.repository.ts";

/** For some hundred new rows, Postgres' statistics make no difference to how it reads them. */
const ANALYZE_FROM = 1_000;

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
  context: ReadContext,
  { rules, pages, onProgress }: SnapshotTask,
): Promise<Snapshot> {
  const { readId, tenantId, deps } = context;
  const translator = createPageTranslator(rules);
  const { read } = translator;
  await using batches = openBatches((records) => {
    const progress = { employeesRead: read.employeesRead, employeesTotal: read.announced };
    return inTenant(deps.dataSource, tenantId, async (manager) => {
      await checkFields(manager, rules.mapping);
      await stageRecords(manager, readId, records);
      await onProgress?.(manager, progress);
    });
  });
  for await (const page of pages.pages) await batches.add(translator.translate(page));
  await batches.end();
  const lacking = translator.listLacking();
  if (read.employeesRead > 0 && lacking.length > 0) throw accessMissing(lacking);
  return inTenant(deps.dataSource, tenantId, (manager) =>
    concludeRead(manager, context, { rules, pages, translator }),
  );
}

/** What the read found, with what only all staged rows together show. */
async function concludeRead(
  manager: EntityManager,
  { readId, deps }: ReadContext,
  { rules, pages, translator }: Pick<SnapshotTask, "rules" | "pages"> & { translator: PageTranslator },
): Promise<Snapshot> {
  const { partial, unread } = pages;
  const { read, officeCountries, orgNames } = translator;
  const { employeesRead, announced, doubt, unreadRecords } = read;
  if (employeesRead >= ANALYZE_FROM) await refreshStatistics(manager, "staging");
  const peopleRead = await countStaged(manager, readId);
  // If Personio announces no total, an id that came twice shows that pages shifted during the read.
  const complete = !partial && doubt === null && peopleRead === (announced ?? employeesRead);
  const unreadIds = unreadRecords.map(({ id }) => id);
  await stageUnread(manager, readId, unreadIds);
  await planForMany(manager, peopleRead, async () => {
    if (!partial) for (const known of await listKnownCountries(manager, readId)) officeCountries.note(known);
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

/** The sync never trusts an empty answer: a filter or a lost right looks the same as an empty company. */
export const snapshotEmpty = (): ActionableError =>
  new ActionableError(
    "PERSONIO_SNAPSHOT_EMPTY",
    "Personio returned no people at all, so the sync changed nothing.",
    "Check in Personio that the credential may read employees (access right Employees: Read) and that the account has people.",
  );
