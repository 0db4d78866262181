import { inTenant } from "../../database/transaction.ts";
import type { FindKnown, RawRecord } from "../../personio/employee.ts";
import type { ReadContext } from "../run-context.ts";
import type { ReadRules } from "./snapshot.ts";
import { findAppliedRecords, hasTranslations } from "./translated-records.repository.ts";

/**
 * Finds the records of a page that the directory already shows: the same bytes, under the same rules, whose
 * translation was applied. A first sync has none to look for.
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
    const applied = await findAppliedRecords(dataSource, tenantId, {
      personioIds: records.flatMap(({ id }) => id ?? []),
      hashes: [...digestOf.keys()],
    });
    return new Map(
      [...applied].map(([recordHash, personioId]) => [digestOf.get(recordHash) ?? "", personioId]),
    );
  };
  return oneAtATime(find);
}

/**
 * Pages that are read ahead would take a connection each. So those that arrive during a look-up share the
 * next one.
 */
function oneAtATime(find: FindKnown): FindKnown {
  let last: Promise<unknown> = Promise.resolve();
  let next: { readonly records: RawRecord[]; readonly found: ReturnType<FindKnown> } | null = null;
  return (records) => {
    if (next) {
      next.records.push(...records);
      return next.found;
    }
    const waiting = [...records];
    const found = last.then(() => {
      next = null;
      return find(waiting);
    });
    next = { records: waiting, found };
    last = found.catch(() => undefined);
    return found;
  };
}
