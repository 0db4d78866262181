import { inTenant } from "../../database/transaction.ts";
import type { FindKnown } from "../../personio/employee.ts";
import type { ReadContext } from "../run-context.ts";
import type { ReadRules } from "./snapshot.ts";
import { findAppliedRecords, hasTranslations } from "./translated-records.repository.ts";

/**
 * Finds the records of a page that the directory already shows: the same bytes, under the same rules, of
 * which the translation was applied. A first sync has none to look for.
 */
export async function createFindKnown(
  { tenantId, deps: { dataSource } }: Pick<ReadContext, "tenantId" | "deps">,
  { hashRecord }: Pick<ReadRules, "hashRecord">,
): Promise<FindKnown | undefined> {
  if (!hashRecord) return undefined;
  const isFirst = !(await inTenant(dataSource, tenantId, hasTranslations));
  if (isFirst) return async () => new Map();
  const find: FindKnown = async (records) => {
    const digestOf = new Map(records.map(({ digest }) => [hashRecord(digest), digest]));
    const ids = records.flatMap(({ id }) => id ?? []);
    const applied = await inTenant(dataSource, tenantId, (manager) =>
      findAppliedRecords(manager, ids, [...digestOf.keys()]),
    );
    return new Map(
      [...applied].map(([recordHash, personioId]) => [digestOf.get(recordHash) ?? "", personioId]),
    );
  };
  // One at a time: pages that are read ahead would take a connection each.
  let last: Promise<unknown> = Promise.resolve();
  return (records) => {
    const next = last.then(() => find(records));
    last = next.catch(() => undefined);
    return next;
  };
}
