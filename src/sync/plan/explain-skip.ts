import type { PersonStatus } from "../../tenant/person-status.ts";
import { nameOf, type TranslatedPerson } from "../read/translate.ts";
import type { ExplainedCause, StoredCause } from "../runs/skip-cause.ts";
import type { SkipReason } from "../runs/skipped-employee.ts";

/** One entry that a run plans for the skip ledger. `field` is empty if the whole person is missing. */
export type PlannedSkip = {
  readonly personioId: string;
  readonly reason: SkipReason;
  readonly field: string;
  readonly name: string | null;
  /** The person's address in Personio, by which support looks up an entry. */
  readonly workEmail: string | null;
  readonly message: string;
  readonly help: string;
  /** The message as a code with what it names, for clients in other languages. */
  readonly cause: ExplainedCause;
  /** Whether the person has left in Personio, and was never in the directory. */
  readonly hasLeft: boolean;
};

/** The value of the column. */
export function causeToStore({ cause, message }: Pick<PlannedSkip, "cause" | "message">): string {
  const stored: StoredCause = { ...cause, message };
  return JSON.stringify(stored);
}

/** The person of an entry. */
export type Subject = Pick<PlannedSkip, "personioId" | "name" | "workEmail" | "hasLeft">;

export const subjectOf = ({ personioId, fields }: TranslatedPerson): Subject => ({
  personioId,
  name: nameOf(fields),
  workEmail: fields.workEmail ?? null,
  hasLeft: false,
});

export const missingWorkEmail = (subject: Subject): PlannedSkip => ({
  ...subject,
  reason: "MISSING_WORK_EMAIL",
  field: "",
  cause: { kind: "NO_WORK_EMAIL" },
  message: "The record has no work email, so the person is not in the directory.",
  help: "Fill in Email on the person's profile in Personio. The next sync adds the person.",
});

/** A value that was not sent is not empty: HR has nothing to fill in, the credential lacks a right. */
export const requiredNotSent = (
  subject: Subject,
  notSent: readonly { readonly field: string; readonly personioName: string }[],
): PlannedSkip => {
  const names = notSent.map(({ personioName }) => personioName);
  const attributes = names.join(", ");
  return {
    ...subject,
    reason: notSent.some(({ field }) => field === "workEmail") ? "MISSING_WORK_EMAIL" : "INVALID_RECORD",
    field: "",
    cause: { kind: "REQUIRED_NOT_SENT", parameters: { attributes: names } },
    message: `Personio did not send ${attributes} with this record, so the person is not in the directory.`,
    help:
      `In Personio, edit the credential, tick ${attributes} under "Readable employee attributes" and save. ` +
      "If it is already ticked, do nothing: the person is added by the next sync that receives the value.",
  };
};

export const workEmailRemoved = (subject: Subject): PlannedSkip => ({
  ...subject,
  reason: "MISSING_WORK_EMAIL",
  field: "workEmail",
  cause: { kind: "WORK_EMAIL_REMOVED" },
  message:
    "HR removed the work email in Personio. The directory keeps the last one, because it identifies the " +
    "person.",
  help: "Fill in Email on the person's profile in Personio again.",
});

export const statusExcluded = (subject: Subject, status: PersonStatus): PlannedSkip => ({
  ...subject,
  reason: "STATUS_EXCLUDED",
  hasLeft: status === "INACTIVE",
  field: "",
  cause:
    status === "INACTIVE"
      ? { kind: "LEFT_BEFORE_FIRST_SYNC" }
      : { kind: "STATUS_NOT_SYNCED", parameters: { status } },
  message: `The status is ${status}, which is not synced.`,
  help:
    status === "INACTIVE"
      ? "Nothing to do: people who left before the first sync are not added. If the person still works here, " +
        "correct the status in Personio."
      : "To add people with this status, add it to peopleSettings.syncedStatuses.",
});

export const duplicateWorkEmail = (
  subject: Subject,
  rivalId: string,
  field: "" | "workEmail",
): PlannedSkip => ({
  ...subject,
  reason: "DUPLICATE_WORK_EMAIL",
  field,
  cause: { kind: "WORK_EMAIL_SHARED", parameters: { record: rivalId } },
  message:
    `Personio records ${subject.personioId} and ${rivalId} have the same work email. ` +
    (field === "" ? "This one is not in the directory." : "This one keeps its previous address, if any."),
  help: "Give each of the two profiles in Personio its own address, or set the outdated profile to inactive.",
});

/**
 * The entry stays until the evidence decides. The ids stay apart even then: other systems know both of them.
 */
export const ambiguousRehire = (subject: Subject, leaverId: string): PlannedSkip => ({
  ...subject,
  reason: "AMBIGUOUS_REHIRE",
  field: "originalHireDate",
  cause: { kind: "PERHAPS_A_REHIRE", parameters: { record: leaverId } },
  message:
    `The person has a work email that another person had before (Personio record ${leaverId}). The two ` +
    "profiles do not settle whether they are the same person, so the directory keeps both as two people.",
  help:
    "In Personio, fill in Birthday on both profiles, or make Employee ID and name agree or differ on " +
    "both. The next sync then removes this row. If it is the same person, the directory still keeps two " +
    `people, because it never merges ids: the earlier one has record ${leaverId}. If the old profile no ` +
    "longer exists in Personio, do nothing.",
});

export const unreadableField = (subject: Subject, field: string, found: string): PlannedSkip => ({
  ...subject,
  reason: "INVALID_RECORD",
  field,
  cause: { kind: "VALUE_UNREADABLE", parameters: { field } },
  message: `The sync could not read ${field}: ${found}. The directory keeps its last good value.`,
  help: "Correct the value on the person's profile in Personio.",
});

export const unreadableRecord = (subject: Subject, field: string, found: string): PlannedSkip => ({
  ...subject,
  reason: "INVALID_RECORD",
  field: "",
  cause: { kind: "RECORD_UNREADABLE", parameters: { field } },
  message: `The person is not in the directory, because the sync could not read ${field} (${found}).`,
  help: `Correct ${field} on the person's profile in Personio.`,
});
