/** Who is missing in the directory, and why. */
export const missing = {
  title: "Missing people",
  lead: "People in Personio who are not in the directory, or not complete in it.",
  all: "All entries",
  none: "No person is missing.",
  noneHelp: "Every record in Personio is in the directory, and complete.",
  byReason: "By reason",
  search: "Name, email or record number",
  noMatch: "No entry matches.",
  count: (count: number, text: string) => (count === 1 ? "1 entry" : `${text} entries`),
  noName: "Without a name",
  since: (time: string) => `Since ${time}`,
  why: "Why is a person missing?",
  whyLabel: "Work email, name, or the number of the record in Personio",
  whyHint: "The number is at the end of the address of the person's profile in Personio.",
  ask: "Find out",
  isInDirectory: "In the directory:",
  accountIsActive:
    "The account at the identity provider is active. If the person does not work here, close it there.",
  accountIsClosed: "The account at the identity provider is closed.",
  toSync: "To the sync",
  settings: "Settings of the company",
  unknownName:
    "Neither the directory nor this list has this name. Enter the work email to search the identity provider's accounts too.",
  reasons: {
    MISSING_WORK_EMAIL: {
      title: "No work email",
      help: "Fill in Email on the profile in Personio. The next sync adds the person.",
    },
    STATUS_EXCLUDED: {
      title: "Status not synced",
      help: "Nothing to do for people who have left. For another status, change the settings of the company.",
    },
    EXCLUDED: {
      title: "Excluded by settings",
      help: "Nothing to do if this is intended. Otherwise change the settings of the company.",
    },
    DUPLICATE_WORK_EMAIL: {
      title: "Shared work email",
      help: "Two current records share one address. Give each of them its own in Personio.",
    },
    INVALID_RECORD: {
      title: "Unreadable value",
      help: "Correct the named field in Personio. Until then the directory keeps its last good value.",
    },
    AMBIGUOUS_REHIRE: {
      title: "Perhaps a rehire",
      help: "Fill in the birthday or the personnel number on both records, so that the sync can join or separate them.",
    },
    SUPERVISOR_NOT_SYNCED: {
      title: "Supervisor missing",
      help: "Find out why the supervisor is missing, or choose another one in Personio.",
    },
    SUPERVISOR_CYCLE: {
      title: "Circle of supervisors",
      help: "Correct one supervisor in the circle in Personio.",
    },
  },
};

/** What is wrong in the reporting lines. */
export const lines = {
  title: "Reporting lines",
  lead: "Problems that keep requests from the right approver. Correct them in Personio; the next sync removes the entry.",
  none: "Every reporting line is in order.",
  all: "Problems",
  byKind: "By kind",
  kinds: {
    SUPERVISOR_CYCLE: "Circle",
    SELF_SUPERVISED: "Own supervisor",
    SUPERVISOR_LEFT: "Supervisor has left",
    SUPERVISOR_NOT_SYNCED: "Supervisor missing",
    NO_SUPERVISOR: "No supervisor",
  },
  /** What is wrong; `record` is Personio's number of the supervisor. */
  found: {
    SUPERVISOR_CYCLE: () => "The reporting line leads back to the person.",
    SELF_SUPERVISED: () => "The person is their own supervisor.",
    SUPERVISOR_LEFT: () => "The supervisor has left.",
    SUPERVISOR_NOT_SYNCED: (record: string) =>
      `The supervisor is record ${record} in Personio, which is not in the directory.`,
    NO_SUPERVISOR: () => "The person has no supervisor.",
  } satisfies Record<string, (record: string) => string>,
  advice: {
    SUPERVISOR_CYCLE:
      "Open the person and follow the reporting line. Then correct one supervisor of the circle in Personio.",
    SELF_SUPERVISED:
      "Choose another supervisor on the person's profile in Personio, or none if the person is at the top.",
    SUPERVISOR_LEFT:
      "Choose another supervisor on the person's profile in Personio. Until then, the next supervisor above approves.",
    SUPERVISOR_NOT_SYNCED:
      "Find out why that record is missing, or choose another supervisor on the person's profile in Personio.",
    NO_SUPERVISOR:
      "Choose one on the person's profile in Personio, unless the person is at the top. If no person has one, allow the credential to read Supervisor in Personio.",
  },
  why: (record: string) => `Why is record ${record} missing?`,
};
