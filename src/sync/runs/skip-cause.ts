import { registerEnumType } from "type-graphql";
import type { ErrorDetails } from "../../errors.ts";

/** What exactly a run found. One reason has several causes, each with a sentence of its own. */
export const SkipCause = {
  NO_WORK_EMAIL: "NO_WORK_EMAIL",
  WORK_EMAIL_REMOVED: "WORK_EMAIL_REMOVED",
  REQUIRED_NOT_SENT: "REQUIRED_NOT_SENT",
  LEFT_BEFORE_FIRST_SYNC: "LEFT_BEFORE_FIRST_SYNC",
  STATUS_NOT_SYNCED: "STATUS_NOT_SYNCED",
  EXCLUDED_BY_SETTINGS: "EXCLUDED_BY_SETTINGS",
  EXCLUDED_RECORD: "EXCLUDED_RECORD",
  EXCLUDED_EMPLOYMENT_TYPE: "EXCLUDED_EMPLOYMENT_TYPE",
  EXCLUDED_LEGAL_ENTITY: "EXCLUDED_LEGAL_ENTITY",
  EMPLOYMENT_TYPE_UNKNOWN: "EMPLOYMENT_TYPE_UNKNOWN",
  LEGAL_ENTITY_UNKNOWN: "LEGAL_ENTITY_UNKNOWN",
  WORK_EMAIL_SHARED: "WORK_EMAIL_SHARED",
  VALUE_UNREADABLE: "VALUE_UNREADABLE",
  RECORD_UNREADABLE: "RECORD_UNREADABLE",
  PERHAPS_A_REHIRE: "PERHAPS_A_REHIRE",
  SUPERVISOR_NOT_SYNCED: "SUPERVISOR_NOT_SYNCED",
  SUPERVISOR_CYCLE: "SUPERVISOR_CYCLE",
} as const;
export type SkipCause = keyof typeof SkipCause;

registerEnumType(SkipCause, {
  name: "SkipCause",
  description:
    "What exactly the sync found, for a client that shows `message` and `help` in another language. The names and numbers " +
    "of the sentence are in `parameters`.",
  valuesConfig: {
    NO_WORK_EMAIL: { description: "The record has no work email." },
    WORK_EMAIL_REMOVED: { description: "HR removed the work email; the directory keeps the last one." },
    REQUIRED_NOT_SENT: { description: "Personio did not send required `attributes` of the record." },
    LEFT_BEFORE_FIRST_SYNC: { description: "Inactive in Personio, and never in the directory." },
    STATUS_NOT_SYNCED: { description: "The `status` is not synced." },
    EXCLUDED_BY_SETTINGS: {
      description: "The company's settings exclude the person; the viewer may not see by which value.",
    },
    EXCLUDED_RECORD: { description: "The settings exclude this record. `isLeaver` is 1 or 0." },
    EXCLUDED_EMPLOYMENT_TYPE: {
      description: "The settings exclude the `employmentType`. `isLeaver` is 1 or 0.",
    },
    EXCLUDED_LEGAL_ENTITY: { description: "The settings exclude the `legalEntity`. `isLeaver` is 1 or 0." },
    EMPLOYMENT_TYPE_UNKNOWN: {
      description: "The settings decide by employment type, which is unknown. `isLeaver` is 1 or 0.",
    },
    LEGAL_ENTITY_UNKNOWN: {
      description: "The settings decide by legal entity, which is unknown. `isLeaver` is 1 or 0.",
    },
    WORK_EMAIL_SHARED: { description: "The current record `record` has the same work email." },
    VALUE_UNREADABLE: { description: "The value of `field` was unreadable; the last good one stays." },
    RECORD_UNREADABLE: { description: "A required `field` was unreadable, so the person is missing." },
    PERHAPS_A_REHIRE: { description: "Perhaps the same person as the leaver with the record `record`." },
    SUPERVISOR_NOT_SYNCED: { description: "The supervisor is not in the directory." },
    SUPERVISOR_CYCLE: { description: "The reporting line leads back to the person." },
  },
});

/** A cause with the names and numbers in its sentence. */
export type ExplainedCause = { readonly kind: SkipCause; readonly parameters?: ErrorDetails };

/**
 * As stored, with its message. The previous version writes entries without a cause: the cause of an earlier
 * entry must not explain a later message.
 */
export type StoredCause = ExplainedCause & { readonly message: string };
