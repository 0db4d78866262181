import type { LeapDayRule } from "../../tenant/people-settings.ts";
import type { DatedKind } from "../event-kind.ts";

/** Half a year: anything further from its date is a date of its own. */
export const OFFSET_DAYS_MAX = 180;

/** An offset, in days before (negative) or after a date, at which the date also fires. */
export type OffsetRule = {
  readonly days: number;
  /** When an admin registered it: earlier days do not fire. Null for 0, which every kind has. */
  readonly since: Date | null;
};

export type KindRule = {
  readonly enabled: boolean;
  /** When the kind was last switched on: earlier days do not fire. Null if it was never off. */
  readonly since: Date | null;
  /** Without duplicates; always contains 0. */
  readonly offsets: readonly OffsetRule[];
};

/** The settings of a company that decide about its dates. */
export type DateRules = {
  readonly leapDayRule: LeapDayRule;
  /** When the first sync was applied: earlier days do not fire. */
  readonly baselinedAt: Date;
  readonly kinds: Readonly<Record<DatedKind, KindRule>>;
};
