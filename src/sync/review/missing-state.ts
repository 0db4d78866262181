import { registerEnumType } from "type-graphql";

export const MissingState = {
  IN_DIRECTORY: "IN_DIRECTORY",
  INCOMPLETE: "INCOMPLETE",
  LEAVER: "LEAVER",
  SKIPPED: "SKIPPED",
  NEVER_SYNCED: "NEVER_SYNCED",
  NOT_IN_PERSONIO: "NOT_IN_PERSONIO",
  ACCOUNT_ONLY: "ACCOUNT_ONLY",
  ACCOUNT_WITH_OTHER_EMAIL: "ACCOUNT_WITH_OTHER_EMAIL",
} as const;
export type MissingState = keyof typeof MissingState;

registerEnumType(MissingState, {
  name: "MissingState",
  description: "What `whyMissing` found, for a client that shows the sentence in another language.",
  valuesConfig: {
    IN_DIRECTORY: { description: "The person is in the directory, and complete." },
    INCOMPLETE: { description: "In the directory, but not complete: see `rows`." },
    LEAVER: { description: "In the directory as a leaver, so lists leave the person out." },
    SKIPPED: { description: "The sync skips the record, or the settings exclude it: see `rows`." },
    NEVER_SYNCED: { description: "No sync has succeeded yet." },
    NOT_IN_PERSONIO: { description: "Personio's list had no such person at the last successful sync." },
    ACCOUNT_ONLY: {
      description: "Only the identity provider has an account with this work email, not Personio.",
    },
    ACCOUNT_WITH_OTHER_EMAIL: {
      description:
        "Only the identity provider has an account with this user name, and with another work email or none.",
    },
  },
});
