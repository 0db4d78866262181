import type { LeapDayRule } from "../../tenant/people-settings.ts";
import type { DatedKind } from "../event-kind.ts";

/** Half a year: what is further from its date than that is a date of its own. */
export const OFFSET_DAYS_MAX = 180;

/** Days before (negative) or after a date on which it is told as well. */
export type OffsetRule = {
  readonly days: number;
  /** When it was registered: nothing is told for days before. Null for 0, which every kind always has. */
  readonly since: Date | null;
};

export type KindRule = {
  readonly enabled: boolean;
  /** When the kind was last switched on: nothing fires for days before. Null where it was never off. */
  readonly since: Date | null;
  /** Without repetitions, and always with 0. */
  readonly offsets: readonly OffsetRule[];
};

/** What a company has decided about its dates. */
export type DateRules = {
  readonly leapDayRule: LeapDayRule;
  /** When the first sync was applied: nothing is told for days before. */
  readonly baselinedAt: Date;
  readonly kinds: Readonly<Record<DatedKind, KindRule>>;
};
