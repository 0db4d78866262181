import type { Parameters, Sentence } from "../parts/problem-sentence.ts";

const isLeaver = (of: Parameters): string =>
  of("isLeaver") === "1" ? " The directory lists the person as a leaver." : "";

/** What exactly the sync found. */
const causes = {
  NO_WORK_EMAIL: () => "The record has no work email, so the person is not in the directory.",
  WORK_EMAIL_REMOVED: () =>
    "HR removed the address in Personio, and the directory keeps the last one, because it identifies the person.",
  REQUIRED_NOT_SENT: (of) =>
    `Personio did not send ${of("attributes")} with this record, so the person is not in the directory.`,
  LEFT_BEFORE_FIRST_SYNC: () => "The person is inactive in Personio, and was never in the directory.",
  STATUS_NOT_SYNCED: (of) => `People with the status “${of("status")}” do not enter the directory.`,
  EXCLUDED_BY_SETTINGS: () => "The settings of the company exclude the person.",
  EXCLUDED_RECORD: (of) => `The settings of the company exclude this record.${isLeaver(of)}`,
  EXCLUDED_EMPLOYMENT_TYPE: (of) =>
    `The settings of the company exclude the employment type “${of("employmentType")}”.${isLeaver(of)}`,
  EXCLUDED_LEGAL_ENTITY: (of) =>
    `The settings of the company exclude the legal entity “${of("legalEntity")}”.${isLeaver(of)}`,
  EMPLOYMENT_TYPE_UNKNOWN: (of) =>
    `The settings of the company select people by employment type, which is unknown for this person.${isLeaver(of)}`,
  LEGAL_ENTITY_UNKNOWN: (of) =>
    `The settings of the company select people by legal entity, which is unknown for this person.${isLeaver(of)}`,
  WORK_EMAIL_SHARED: (of) =>
    `Record ${of("record")} has the same work email. ${
      of("field") === "–"
        ? "This person is not in the directory."
        : "This person keeps the previous address, if there is one."
    }`,
  VALUE_UNREADABLE: (of) =>
    `The sync could not read ${of("field")}. The directory keeps its last good value.`,
  RECORD_UNREADABLE: (of) => `The sync could not read ${of("field")}, so the person is not in the directory.`,
  PERHAPS_A_REHIRE: (of) =>
    `Record ${of("record")} had this work email before. The profiles do not show whether it is the same person, so the directory keeps two people.`,
  SUPERVISOR_NOT_SYNCED: () =>
    "The supervisor in Personio is not in the directory, so the person has no supervisor here.",
  SUPERVISOR_CYCLE: () => "The reporting line leads back to the person.",
} satisfies Record<string, Sentence>;

const correct: Sentence = (of) =>
  `Correct the value on the profile in Personio.${of("expected") === "–" ? "" : ` Expected: ${of("expected")}.`}`;

/** What to do, where it depends on the cause. */
const causeHelp: Partial<Record<keyof typeof causes, Sentence>> = {
  WORK_EMAIL_REMOVED: () => "Fill in Email on the profile again.",
  REQUIRED_NOT_SENT: (of) =>
    `Grant the credential in Personio: ${of("attributes")}. If it is granted already, do nothing: the next sync that receives the value adds the person.`,
  LEFT_BEFORE_FIRST_SYNC: () =>
    "Nothing to do. If the person still works here, correct the status in Personio.",
  STATUS_NOT_SYNCED: () => "To add people with this status, change the settings of the company.",
  EMPLOYMENT_TYPE_UNKNOWN: () =>
    "Grant Employment type in Personio, and do not hide the field. Or allow every employment type in the settings.",
  LEGAL_ENTITY_UNKNOWN: () =>
    "Grant Subcompany in Personio, and do not hide the field. Or allow every legal entity in the settings.",
  WORK_EMAIL_SHARED: () =>
    "Give each of the two profiles its own address in Personio, or set the old one to inactive.",
  VALUE_UNREADABLE: correct,
  RECORD_UNREADABLE: correct,
  PERHAPS_A_REHIRE: () =>
    "Fill in the birthday on both profiles in Personio, or the personnel number. The next sync then removes this entry, and the two stay apart. If the old profile is gone, do nothing.",
};

/** What a field must contain, where people enter something else. */
const expected: Readonly<Record<string, string>> = {
  workEmail: "an email address",
  status: "onboarding, active, leave or inactive",
  employmentType: "internal or external",
  hireDate: "a date",
  originalHireDate: "a date",
  probationEndDate: "a date",
  contractEndDate: "a date",
  terminationDate: "a date",
  dateOfBirth: "a date",
};

/** What the look-up of a person found; null if the person or rows of the ledger show it. */
const states = {
  IN_DIRECTORY: null,
  INCOMPLETE: "The person is in the directory, but not complete:",
  LEAVER:
    "This person has left, so lists leave them out. The list of people shows them with the status “Left”.",
  SKIPPED: null,
  NEVER_SYNCED: "No sync has succeeded yet, so the directory is empty.",
  NOT_IN_PERSONIO:
    "Personio's list had no such person at the last sync. Check the address or the number there. If the profile is new, sync now.",
  ACCOUNT_ONLY:
    "The identity provider has an account with this address, but Personio's list had no such person at the last sync. If the person works here, create the profile in Personio, or correct its address.",
  ACCOUNT_WITH_OTHER_EMAIL:
    "The identity provider has an account with this user name, and with another work email or none. Look the person up by that address, or correct the address of the account.",
};

/** Sentences of the skip ledger, by codes of the service. */
export const ledger = { causes, causeHelp, expected, states };
