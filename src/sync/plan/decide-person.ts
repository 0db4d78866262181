import { randomUUID } from "node:crypto";
import type { Continuation } from "../../people/write/person-record.ts";
import type { ComparisonRow } from "./comparison.repository.ts";
import type { Decision, PlanRules } from "./comparison.ts";
import { type MatchedRecord, staysCurrent } from "./join-record.ts";
import type { Decided } from "./merge-decided.ts";
import type { PairedRecords } from "./pair-newcomers.ts";
import type { PlanItem } from "./plan.repository.ts";
import { planChange } from "./plan-changes.ts";

/** What the plan must know about people besides both of their records. */
export type Evidence = {
  readonly rivalOf: ReadonlyMap<string, string>;
  readonly records: PairedRecords;
  /** By the id of a current record: the address that the person keeps beside an excluded record. */
  readonly keptAddresses: ReadonlyMap<string, string>;
  readonly gone: ReadonlySet<string>;
};

/** Decides about one person, and makes the row of the plan. Pure, but for the id of a newcomer. */
export const createDecide =
  (rules: PlanRules, { rivalOf, records, keptAddresses, gone }: Evidence) =>
  (row: ComparisonRow): Decided => {
    const match = records.personOf.get(row.personioId) ?? null;
    const nextId = row.stored?.nextPersonioId ?? null;
    const decision = planChange(
      {
        ...row,
        emailRival: records.waiting.get(row.personioId) ?? rivalOf.get(row.personioId) ?? null,
        match,
        ambiguousRehire: records.ambiguous.get(row.personioId) ?? null,
        move: records.moves.get(row.personioId) ?? null,
        awaited: records.awaited.get(row.personioId) ?? keptAddresses.get(row.personioId) ?? null,
        keepsNext: nextId !== null && !row.nextRead && !gone.has(nextId),
      },
      rules,
    );
    const { personId, stored } = match ?? row;
    const staged = match && staysCurrent(match) ? match.current.staged : row.staged;
    const item = planItem(decision, { personId, stored, continuation: match && continuationOf(match) });
    return { decision, item, counted: { ...row, personId, stored, staged } };
  };

const continuationOf = (match: MatchedRecord): Continuation | null => {
  if (match.kind === "RETURNS" || staysCurrent(match)) return null;
  return match.isMove ? "MOVE" : "ANEW";
};

export function planItem(
  { change, after }: Decision,
  {
    personId,
    stored,
    continuation,
  }: Pick<ComparisonRow, "personId" | "stored"> & Pick<PlanItem, "continuation">,
): PlanItem | null {
  if (!after || change === "UNCHANGED" || change === "SKIP" || change === "NOT_CURRENT") return null;
  const { personioId } = after;
  const id = personId ?? randomUUID();
  return { personioId, change, personId: id, before: stored, after, continuation, losing: null };
}
