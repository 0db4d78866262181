import type { LosingValues } from "../../people/sources/merge-sources.ts";
import { isSameSources } from "../../people/sources/merge-sources.ts";
import type { MergedPerson, MergeRequest, Merging } from "../../people/sources/open-merging.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";
import type { ComparisonRow } from "./comparison.repository.ts";
import type { Decision } from "./comparison.ts";
import type { PlanItem } from "./plan.repository.ts";
import { sameRecord } from "./same-record.ts";

/** A decision about one person, with the row of the plan; `item` is null if the person does not change. */
export type Decided = {
  readonly decision: Decision;
  readonly item: PlanItem | null;
  /** The person as the summary counts them: once, under either record. */
  readonly counted: ComparisonRow;
};

export type MergeTask = {
  /** Null if only Personio decides about all people: then its decisions stand. */
  readonly merging: Merging | null;
  /** Puts the ids of departments and the like of a stored record into those of the plan. */
  readonly align: (stored: PersonRecord) => PersonRecord;
  readonly at: Date;
};

/**
 * Turns decisions about Personio's values into decisions about the values that the directory shows. Only
 * merged values are counted, shown and held.
 */
export async function mergeDecided(
  decided: readonly Decided[],
  { merging, align, at }: MergeTask,
): Promise<readonly Decided[]> {
  if (!merging) return decided;
  const requests = decided.flatMap((one) => requestOf(one) ?? []);
  const merged = new Map(
    (await merging.mergePeople(requests, at)).map((person) => [person.personId, person]),
  );
  return decided.map((one) => {
    const person = merged.get(requestOf(one)?.personId ?? "");
    return person ? withMerge(one, person, align) : one;
  });
}

/**
 * A person whose record in Personio stays the same may change nevertheless. A skipped person does not change.
 */
function requestOf({ decision, item, counted }: Decided): MergeRequest | null {
  const personId = item?.personId ?? counted.personId;
  if (personId === null) return null;
  if (decision.after && decision.change !== "SKIP") return { personId, personio: decision.after };
  const stays = decision.change === "NOT_CURRENT" || decision.change === "UNCHANGED";
  return stays && counted.stored ? { personId, personio: counted.stored } : null;
}

function withMerge(
  { decision, item, counted }: Decided,
  merged: MergedPerson,
  align: MergeTask["align"],
): Decided {
  const { stored, record, sources, personId } = merged;
  const before = stored && align(stored.served);
  const change = changeOf(decision, { before, record, continuation: item?.continuation ?? null });
  const losing = losingOf(sources?.personio);
  const isSame = isSameSources(stored?.sources ?? null, sources);
  const planned = plannedAs(change, isSame);
  const continuation = item?.continuation ?? null;
  return {
    decision: { ...decision, change, after: decision.after || change === "CHANGE" ? record : null },
    item: planned && {
      personioId: record.personioId,
      change: planned,
      personId,
      before,
      after: record,
      continuation,
      losing,
    },
    counted: { ...counted, stored: before },
  };
}

const plannedAs = (change: Decision["change"], isSame: boolean): PlanItem["change"] | null => {
  if (change === "UNCHANGED" || change === "NOT_CURRENT") return isSame ? null : "SOURCES";
  return change === "SKIP" ? null : change;
};

/** A person under another record changes in any case. */
function changeOf(
  { change }: Decision,
  {
    before,
    record,
    continuation,
  }: {
    readonly before: PersonRecord | null;
    readonly record: PersonRecord;
    readonly continuation: PlanItem["continuation"];
  },
): Decision["change"] {
  const isFixed = change === "ADD" || change === "LEAVE" || change === "ABSENT" || change === "SKIP";
  if (isFixed || !before || continuation !== null) return change;
  if (!sameRecord(before, record)) return "CHANGE";
  return change === "CHANGE" ? "UNCHANGED" : change;
}

const losingOf = (losing: LosingValues | undefined): LosingValues | null =>
  losing && Object.keys(losing).length > 0 ? losing : null;
