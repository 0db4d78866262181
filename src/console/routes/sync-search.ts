import type { OrgIssueKind, SkipReason, SyncPlanChange, SyncRunStatus } from "#graph/graphql";
import { type RawSearch, readChoice, readText, withoutEmpty } from "../parts/search-params.ts";

/** The steps of the wizard after the credential; the first one has no name. */
export const STEPS = ["rights", "mapping", "people", "credential"] as const;

export const readConnectSearch = ({ step }: RawSearch) => withoutEmpty({ step: readChoice(step, STEPS) });

/** The filters of the runs, by their result. */
export const RUN_FILTERS = {
  held: ["HELD"],
  failed: ["FAILED"],
  applied: ["SUCCEEDED", "SUCCEEDED_WITH_SKIPS"],
} as const satisfies Record<string, readonly SyncRunStatus[]>;

export type RunFilter = keyof typeof RUN_FILTERS;
export const RUN_FILTER_NAMES = Object.keys(RUN_FILTERS) as RunFilter[];

export const readRunsSearch = ({ runs }: RawSearch) =>
  withoutEmpty({ runs: readChoice(runs, RUN_FILTER_NAMES) });

export const CHANGES: readonly SyncPlanChange[] = ["LEAVE", "CHANGE", "ADD"];

export const readPlanSearch = ({ change, field, search }: RawSearch) =>
  withoutEmpty({ change: readChoice(change, CHANGES), field: readText(field), search: readText(search) });

export const REASONS: readonly SkipReason[] = [
  "MISSING_WORK_EMAIL",
  "DUPLICATE_WORK_EMAIL",
  "INVALID_RECORD",
  "AMBIGUOUS_REHIRE",
  "SUPERVISOR_NOT_SYNCED",
  "SUPERVISOR_CYCLE",
  "STATUS_EXCLUDED",
  "EXCLUDED",
];

export const readMissingSearch = ({ reason, search, why }: RawSearch) =>
  withoutEmpty({ reason: readChoice(reason, REASONS), search: readText(search), why: readText(why) });

export const KINDS: readonly OrgIssueKind[] = [
  "SUPERVISOR_CYCLE",
  "SELF_SUPERVISED",
  "SUPERVISOR_LEFT",
  "SUPERVISOR_NOT_SYNCED",
  "NO_SUPERVISOR",
];

export const readLinesSearch = ({ kind }: RawSearch) => withoutEmpty({ kind: readChoice(kind, KINDS) });
