import type { LeapDayRule } from "../../access/settings/people-settings.ts";
import type { DatedKind } from "../event-kind.ts";

/** Days before (negative) or after a date on which it is told as well. */
export type OffsetRule = {
  readonly days: number;
  /** When it was registered: nothing is told for days before. Null for 0, which every kind always has. */
  readonly since: Date | null;
};

export type KindRule = {
  readonly enabled: boolean;
  /** When the kind was last switched on, or its date first read: nothing is told for days before. Null where neither was after the first sync. */
  readonly since: Date | null;
  /** Whether the credential may read the date. */
  readonly readable: boolean;
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
