import { ActionableError, type ErrorCode } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { UnreadEmployee } from "../personio/employee.ts";
import type { SyncRun } from "../runs/sync-run.ts";
import type { Unread } from "./read/choose-pages.ts";
import type { SnapshotFacts } from "./read/read-snapshot.ts";

/** What a run is recorded to have failed of. Whatever was not foreseen is logged, and told without its words. */
export function asProblem(error: unknown, log: Logger): ActionableError {
  if (error instanceof ActionableError) {
    const what = isReplaced(error) ? "the run was taken over" : "the run failed";
    log.warn({ code: error.code, reason: error.message }, what);
    return error;
  }
  log.error({ err: error }, "the run failed for a reason that nobody has thought of");
  return new ActionableError(
    "SYNC_FAILED",
    "The run ended because of an error of ours; the directory was not changed.",
    "Sync again. If it fails again, give the run's id to whoever operates this service: the log says why under it.",
  );
}

/** No later run heals these by itself: somebody must change the credential, or its rights. */
export const needsHuman = ({ code }: ActionableError): boolean =>
  code === "PERSONIO_CREDENTIALS_INVALID" ||
  code === "PERSONIO_ACCESS_MISSING" ||
  code === "SECRET_UNREADABLE";

/** What Personio, or the way to it, has failed of, and not what we made of its answers. */
const OF_PERSONIO: readonly ErrorCode[] = [
  "PERSONIO_CREDENTIALS_INVALID",
  "PERSONIO_ACCESS_MISSING",
  "PERSONIO_UNAVAILABLE",
  "PERSONIO_RATE_LIMITED",
  "SECRET_UNREADABLE",
];

/** An admin has decided, and Personio alone stood in the way: the plan waits on. Null where the failure is another one. */
export const approvalWaits = (
  run: SyncRun,
  { code, message, help }: ActionableError,
): ActionableError | null =>
  run.approvedAt && OF_PERSONIO.includes(code)
    ? new ActionableError(code, message, `${help} The plan is kept: approve it again then.`)
    : null;

const snapshotIncomplete = ({ peopleRead, announced, doubt }: SnapshotFacts): ActionableError =>
  new ActionableError(
    "PERSONIO_SNAPSHOT_INCOMPLETE",
    `Personio gave ${peopleRead} people, and ${doubt ?? (announced === null ? "repeated some" : `announced ${announced}`)}. Who was ` +
      "read is up to date; nobody was taken out.",
    doubt
      ? "Look at the newest records in Personio. Until Personio lists each with its id, nobody is taken out by absence."
      : "Nothing to do: it happens when people are added while they are read, and the next run heals it.",
  );

/** Single records that a run could not read, and look-ups by id that came to nothing. */
export type Unanswered = {
  readonly records: readonly UnreadEmployee[];
  readonly lookUps: readonly ActionableError[];
};

/** What a run that was applied has left open; null when that is nothing. */
export function leftOpen(
  facts: SnapshotFacts,
  { failed, untried, reason }: Unread,
  unanswered: Unanswered,
): ActionableError | null {
  if (reason) return peopleUnread(failed.length + untried.length, reason);
  if (!facts.complete && !facts.partial) return snapshotIncomplete(facts);
  return recordsUnanswered(unanswered);
}

function recordsUnanswered({ records, lookUps }: Unanswered): ActionableError | null {
  const [reason] = [...records.map((record) => record.reason), ...lookUps];
  if (!reason) return null;
  const found = [
    ...(records.length > 0 ? [`The records of ${people(records.length)} could not be read.`] : []),
    ...(lookUps.length > 0
      ? [`${people(lookUps.length)} could not be looked up by record id, and nobody leaves by that.`]
      : []),
  ];
  return new ActionableError(
    "PERSONIO_RECORD_UNREADABLE",
    `${found.join(" ")} ${reason.message} Everybody else is up to date.`,
    `The next run asks for them again. If it stays: ${reason.help}`,
  );
}

const people = (count: number): string => (count === 1 ? "1 person" : `${count} people`);

const peopleUnread = (count: number, { message }: ActionableError): ActionableError =>
  new ActionableError(
    "PERSONIO_SNAPSHOT_INCOMPLETE",
    `Of those whom Personio's webhooks have named, ${count} could not be read: ${message} Who was read is up to date.`,
    "Nothing to do: they are read again with the next run. If it stays, look at their records in Personio.",
  );

export const plannedOnly = (): ActionableError =>
  new ActionableError(
    "SYNC_PLANNED_ONLY",
    "The run was only to be planned; nothing was changed.",
    "Look at its plan. Approve it, reject it, or leave it: the next FULL run that is applied supersedes it.",
  );

export const interruptedTooOften = (): ActionableError =>
  new ActionableError(
    "SYNC_INTERRUPTED",
    "The run was interrupted each time it was started, and has been given up; the directory was not changed.",
    "Sync again when the service runs steadily. If it fails again, whoever operates this service should look at its memory.",
  );

/** The run goes on elsewhere, so no run ever shows this: it stands in the log and in the metrics. */
export const staleAttempt = (): ActionableError =>
  new ActionableError(
    "STALE_LEASE",
    "Another worker has taken this run over; this one changed nothing.",
    "Nothing to do: look at how the run ends.",
  );

export const isReplaced = ({ code }: ActionableError): boolean => code === "STALE_LEASE";

/**
 * The pair was replaced while a run worked with the former one. What the run found says nothing about the new pair, so it is undone and
 * started again. Not a failure, so no caller ever sees it.
 */
export class CredentialReplaced extends Error {
  override readonly name = "CredentialReplaced";
}
