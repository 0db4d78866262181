import type { PersonStatus } from "../../access/person-status.ts";
import type { SkipReason } from "../../runs/skipped-employee.ts";
import { nameOf, type TranslatedPerson } from "../read/translate.ts";

/** One line that a run wants in the skip ledger. `field` is empty when the whole person is missing. */
export type PlannedSkip = {
  readonly personioId: string;
  readonly reason: SkipReason;
  readonly field: string;
  readonly name: string | null;
  /** The address that Personio has for them: what support is asked with. */
  readonly workEmail: string | null;
  readonly message: string;
  readonly help: string;
};

type Subject = Pick<PlannedSkip, "personioId" | "name" | "workEmail">;

export const subjectOf = ({ personioId, fields }: TranslatedPerson): Subject => ({
  personioId,
  name: nameOf(fields),
  workEmail: fields.workEmail ?? null,
});

export const missingWorkEmail = (subject: Subject): PlannedSkip => ({
  ...subject,
  reason: "MISSING_WORK_EMAIL",
  field: "",
  message: "The record has no work email, so the person is not in the directory.",
  help: "Fill in Email on the person's profile in Personio. The next sync takes them in.",
});

/** What was not sent is not empty: HR has nothing to fill in, the credential lacks a right. */
export const requiredNotSent = (
  subject: Subject,
  notSent: readonly { readonly field: string; readonly personioName: string }[],
): PlannedSkip => {
  const attributes = notSent.map(({ personioName }) => personioName).join(", ");
  return {
    ...subject,
    reason: notSent.some(({ field }) => field === "workEmail") ? "MISSING_WORK_EMAIL" : "INVALID_RECORD",
    field: "",
    message: `Personio did not send ${attributes} with this record, so the person is not in the directory.`,
    help:
      `In Personio, edit the credential, tick ${attributes} under "Readable employee attributes" and save. If that is ticked, nothing is ` +
      "to be done: the next sync that is sent it takes the person in.",
  };
};

export const workEmailRemoved = (subject: Subject): PlannedSkip => ({
  ...subject,
  reason: "MISSING_WORK_EMAIL",
  field: "workEmail",
  message: "The work email was removed in Personio. The last one is kept, because it identifies the person.",
  help: "Fill in Email on the person's profile in Personio again.",
});

export const statusExcluded = (subject: Subject, status: PersonStatus): PlannedSkip => ({
  ...subject,
  reason: "STATUS_EXCLUDED",
  field: "",
  message: `The status is ${status}, which this directory does not take in.`,
  help:
    status === "INACTIVE"
      ? "Nothing to do: who left before they were ever seen here does not come in. If they work here, correct the status in Personio."
      : "To take people of this status in, add it to peopleSettings.syncedStatuses.",
});

export const duplicateWorkEmail = (
  subject: Subject,
  rivalId: string,
  field: "" | "workEmail",
): PlannedSkip => ({
  ...subject,
  reason: "DUPLICATE_WORK_EMAIL",
  field,
  message:
    `Personio records ${subject.personioId} and ${rivalId} have the same work email. ` +
    (field === ""
      ? "This one is not in the directory."
      : "This one keeps the address it had before, if any."),
  help: "Give each of the two profiles in Personio an address of its own, or set the one that is out of date to inactive.",
});

/** Stands until the evidence settles it, also where it is the same person: other systems know both ids by then. */
export const ambiguousRehire = (subject: Subject, leaverId: string): PlannedSkip => ({
  ...subject,
  reason: "AMBIGUOUS_REHIRE",
  field: "originalHireDate",
  message:
    `The person has a work email that another one had (Personio record ${leaverId}), and the two profiles do not settle whether they are ` +
    "the same person. The directory has this one as a new person, beside the other one.",
  help:
    "In Personio, fill in Birthday on both profiles, or make Employee ID and name agree or differ on both. The next sync then removes " +
    "this line. If it is the same person, the directory still keeps two people, because it never joins ids: it has the earlier one " +
    `under record ${leaverId}. If the old profile is gone from Personio, do nothing.`,
});

export const unreadableField = (subject: Subject, field: string, found: string): PlannedSkip => ({
  ...subject,
  reason: "INVALID_RECORD",
  field,
  message: `${field} could not be read: ${found}. Its last good value is kept.`,
  help: "Correct the value on the person's profile in Personio.",
});

export const unreadableRecord = (subject: Subject, field: string, found: string): PlannedSkip => ({
  ...subject,
  reason: "INVALID_RECORD",
  field: "",
  message: `The person is not in the directory: ${field} could not be read (${found}).`,
  help: `Correct ${field} on the person's profile in Personio.`,
});

/** Texts of the two reasons that are found by looking at all people at once, after the links are made. */
export const SUPERVISOR_NOT_SYNCED = {
  reason: "SUPERVISOR_NOT_SYNCED",
  field: "supervisor",
  message: "The supervisor in Personio is not in the directory, so the person has none here.",
  help:
    "See why the supervisor is missing (they have a line of their own if Personio lists them), or choose another supervisor in " +
    "Personio. It heals by itself as soon as the supervisor is synced.",
} as const;

export const SUPERVISOR_CYCLE = {
  reason: "SUPERVISOR_CYCLE",
  field: "supervisor",
  message: "The line of supervisors leads back to the person. Reporting chains are cut where it repeats.",
  help: "Correct the supervisor of one of the people in the circle in Personio.",
} as const;
