import { ActionableError, type ErrorCode } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { UnreadEmployee } from "../personio/employee.ts";
import type { Snapshot, SnapshotFacts } from "./read/snapshot.ts";
import type { SyncRun } from "./runs/sync-run.ts";

/** The problem to store with a failed run. Only the log has the text of an unexpected error. */
export function asProblem(error: unknown, log: Logger): ActionableError {
  if (error instanceof ActionableError) {
    const what = isReplaced(error) ? "sync run taken over by another worker" : "sync run failed";
    log.warn({ code: error.code, reason: error.message }, what);
    return error;
  }
  log.error({ err: error }, "sync run failed: unexpected error");
  return new ActionableError(
    "SYNC_FAILED",
    "The run ended because of an error in this service; the directory was not changed.",
    "Sync again. If it fails again, give the run's id to the operator of this service: the log has the " +
      "cause under this id.",
  );
}

/** No later run heals these by itself: an admin must change the credential, or its rights. */
export const needsHuman = ({ code }: ActionableError): boolean =>
  code === "PERSONIO_CREDENTIALS_INVALID" ||
  code === "PERSONIO_ACCESS_MISSING" ||
  code === "SECRET_UNREADABLE";

/**
 * Failures of Personio or of the access to it, as opposed to failures in how the sync processed its answers.
 */
const OF_PERSONIO: readonly ErrorCode[] = [
  "PERSONIO_CREDENTIALS_INVALID",
  "PERSONIO_ACCESS_MISSING",
  "PERSONIO_UNAVAILABLE",
  "PERSONIO_RATE_LIMITED",
  "SECRET_UNREADABLE",
];

/**
 * The problem with which an approved plan is held again because only Personio failed; null for other
 * failures.
 */
export const approvalWaits = (
  run: SyncRun,
  { code, message, help, details }: ActionableError,
): ActionableError | null =>
  run.approvedAt && OF_PERSONIO.includes(code)
    ? new ActionableError(code, message, `${help} The plan is still held: approve it again afterwards.`, {
        details,
      })
    : null;

const snapshotIncomplete = ({ peopleRead, announced, doubt }: SnapshotFacts): ActionableError =>
  new ActionableError(
    "PERSONIO_SNAPSHOT_INCOMPLETE",
    `Personio returned ${peopleRead} people, and ${doubt ?? (announced === null ? "repeated some" : `announced ${announced}`)}. The ` +
      "people read are up to date; missing people did not become leavers.",
    doubt
      ? "Check the newest records in Personio. Until Personio lists every record with its id, missing people " +
          "do not become leavers."
      : "Nothing to do: this happens when HR adds people during the read, and the next run corrects it.",
    { details: { peopleRead, ...(announced !== null && { announced }) } },
  );

/** What an applied run left open; null if nothing. `failedLookUps` has one failure per record. */
export function leftOpen(
  { rules, facts, unread, unreadRecords }: Pick<Snapshot, "rules" | "facts" | "unread" | "unreadRecords">,
  failedLookUps: readonly ActionableError[],
): ActionableError | null {
  const { failed, untried, reason } = unread;
  if (reason) return peopleUnread(failed.length + untried.length, reason);
  if (!facts.complete && !facts.partial) return snapshotIncomplete(facts);
  return recordsUnanswered(unreadRecords, failedLookUps) ?? listsUnread(rules.unreadLists);
}

function recordsUnanswered(
  records: readonly UnreadEmployee[],
  lookUps: readonly ActionableError[],
): ActionableError | null {
  const [reason] = [...records.map((record) => record.reason), ...lookUps];
  if (!reason) return null;
  const found = [
    ...(records.length > 0 ? [`Personio's records of ${people(records.length)} could not be read.`] : []),
    ...(lookUps.length > 0
      ? [`${people(lookUps.length)} missing from the list could not be looked up by id, so they stay.`]
      : []),
  ];
  return new ActionableError(
    "PERSONIO_RECORD_UNREADABLE",
    `${found.join(" ")} ${reason.message} Everyone else is up to date.`,
    `The next run reads them again. If the problem persists: ${reason.help}`,
    { details: { records: records.length, lookUps: lookUps.length } },
  );
}

function listsUnread(lists: Snapshot["rules"]["unreadLists"]): ActionableError | null {
  const [first] = lists;
  if (!first) return null;
  return new ActionableError(
    "PERSONIO_LIST_UNREADABLE",
    `One of Personio's lists apart from people could not be read. ${first.reason.message} People keep what the ` +
      "directory has of it; everything else is up to date.",
    `The next run reads it again. If the problem persists: ${first.reason.help}`,
    { details: { attributes: lists.flatMap((list) => list.attributes) } },
  );
}

const people = (count: number): string => (count === 1 ? "1 person" : `${count} people`);

const peopleUnread = (count: number, { message }: ActionableError): ActionableError =>
  new ActionableError(
    "PERSONIO_SNAPSHOT_INCOMPLETE",
    `${count} of the people named by Personio's webhooks could not be read: ${message} The people read are up to date.`,
    "Nothing to do: the next run reads them again. If the problem persists, check their records in Personio.",
    { details: { people: count } },
  );

export const plannedOnly = (): ActionableError =>
  new ActionableError(
    "SYNC_PLANNED_ONLY",
    "This was a dry run: it made a plan and changed nothing.",
    "Review its plan. Approve it, reject it, or leave it: the next applied FULL run supersedes it.",
  );

export const interruptedTooOften = (): ActionableError =>
  new ActionableError(
    "SYNC_INTERRUPTED",
    "Every attempt of the run was interrupted, so the service gave up; the directory was not changed.",
    "Sync again when the service is stable. If it fails again, the operator of this service should check its memory.",
  );

/** Another worker continues the run, so no run ever shows this problem; only the log and the metrics do. */
export const staleAttempt = (): ActionableError =>
  new ActionableError(
    "STALE_LEASE",
    "Another worker has taken over this run; this attempt changed nothing.",
    "Nothing to do: check the outcome of the run.",
  );

export const isReplaced = ({ code }: ActionableError): boolean => code === "STALE_LEASE";

/**
 * An admin replaced the credential while a run worked with the former one, or switched the version with which
 * it failed. The result of such a run proves nothing about the new credential, so the run rolls back and
 * starts again. Not a failure, so no caller ever sees it.
 */
export class CredentialReplaced extends Error {
  override readonly name: string = "CredentialReplaced";
}

/**
 * An admin hid a field that the run reads, or hidden values were deleted after the run had read the
 * directory. The run starts again in the same way.
 */
export class FieldsReplaced extends CredentialReplaced {
  override readonly name = "FieldsReplaced";
}
