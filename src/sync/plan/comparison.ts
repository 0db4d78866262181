import type { PersonField } from "../../integration/fields/people-fields.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";
import type { PersonStatus } from "../../tenant/person-status.ts";
import type { TranslatedPerson } from "../read/translate.ts";
import type { PlannedSkip } from "./explain-skip.ts";
import type { MatchedRecord } from "./join-record.ts";
import type { NewcomerMove } from "./pair-newcomers.ts";

/** A person as read from Personio and as stored. One of the two may be missing, never both. */
export type Comparison = {
  readonly staged: TranslatedPerson | null;
  readonly stored: PersonRecord | null;
  /**
   * The Personio id of the person who has the wanted work email (`resolveEmailConflicts`); null if the email
   * is free.
   */
  readonly emailRival: string | null;
  /** Whether the last complete run missed this person, too. */
  readonly absentBefore: boolean;
  /**
   * For a record that is not a current one: its person, and what the record means for them (`matchRecords`).
   */
  readonly match: MatchedRecord | null;
  /** For a newcomer: the Personio id of the record that had its address, if no evidence decides who it is. */
  readonly ambiguousRehire: string | null;
  /** For a newcomer who moves, or has moved: the other records (`pairNewcomers`). */
  readonly move: NewcomerMove | null;
  /** Whether this is the former record of a person. */
  readonly former: boolean;
  /**
   * The address that another record has, too: one that waits, or that the settings exclude. The person keeps
   * it, although Personio altered it.
   */
  readonly awaited: string | null;
  /** Whether the person will still move to another record, which this read does not contain. */
  readonly keepsNext: boolean;
};

export type PlanRules = {
  readonly syncedStatuses: ReadonlySet<PersonStatus>;
  /** Whether the read contained every person: only then does an absence mean anything. */
  readonly complete: boolean;
  /** Whether the read was about some people only, so that other records of them may exist. */
  readonly partial: boolean;
  /** The custom attributes that the mapping keeps; stored values of any other are dropped. */
  readonly customKeys: readonly string[];
  /** The fields that an admin has hidden: the plan empties their stored values. */
  readonly hidden: readonly PersonField[];
};

/**
 * What a run decides about one person.
 *
 * - `SKIP`: the person stays outside the directory, and `skips` has the reasons.
 * - `ABSENT`: a complete run missed the person for the first time. Nothing happens, unless an admin approves
 *   the plan.
 * - `NOT_CURRENT`: a leaver, or a former record, without a change.
 */
export type Decision = {
  readonly change: "ADD" | "CHANGE" | "LEAVE" | "ABSENT" | "UNCHANGED" | "SKIP" | "NOT_CURRENT";
  /**
   * The record after the run; null for a person who stays outside, or is missing without a change.
   */
  readonly after: PersonRecord | null;
  readonly skips: readonly PlannedSkip[];
};
