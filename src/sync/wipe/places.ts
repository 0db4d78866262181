import { STORED_COLUMNS } from "../../people/person-columns.ts";
import {
  type WipePlace,
  wipeDates,
  wipeDefinitions,
  wipeFormerEmployments,
  wipeLedger,
  wipePlannedSkips,
  wipePlans,
  wipeSources,
  wipeStaged,
  wipeTranslations,
} from "./wipe-places.repository.ts";

/** A table that holds something about single people. */
export type Place = {
  readonly table: string;
  /** The columns with values of people, or with what identifies a person. */
  readonly columns: readonly string[];
  /** Deletes values that the company does not want; absent if a hidden field leaves none there. */
  readonly wipe?: WipePlace;
};

/**
 * Where the service stores values of people, in the order in which they are wiped: the one list for
 * everything that deletes them. A test compares it with the columns of the database.
 */
export const PLACES: readonly Place[] = [
  // In batches, with events (`wipe-fields.ts`); their words follow.
  // The database computes the sorted position.
  { table: "people", columns: [...STORED_COLUMNS.map(({ column }) => column), "sorted_position"] },
  { table: "indexed_words", columns: ["word", "person_ids"] },
  {
    table: "person_sources",
    columns: ["person_id", "idp_user_id", "personio", "personio_department_id", "winners"],
    wipe: wipeSources,
  },
  // Addresses and record ids cannot be hidden.
  { table: "former_emails", columns: ["email", "person_id"] },
  {
    table: "former_employments",
    columns: ["personio_id", "person_id", "hire_date", "termination_date"],
    wipe: wipeFormerEmployments,
  },
  {
    table: "staged_employees",
    columns: ["personio_id", "work_email", "status", "source_hash", "record"],
    wipe: wipeStaged,
  },
  {
    table: "translated_records",
    columns: ["personio_id", "record_hash", "source_hash", "office_personio_id", "holiday_country"],
    wipe: wipeTranslations,
  },
  {
    table: "sync_plan_items",
    columns: [
      "personio_id",
      "person_id",
      "supervisor_personio_id",
      "status",
      "work_email",
      "next_personio_id",
      "before",
      "after",
      "losing",
    ],
    wipe: wipePlans,
  },
  {
    table: "planned_skips",
    columns: ["personio_id", "name", "work_email", "message", "cause"],
    wipe: wipePlannedSkips,
  },
  {
    table: "skipped_employees",
    columns: ["personio_id", "name", "work_email", "message", "cause"],
    wipe: wipeLedger,
  },
  { table: "ledger_sightings", columns: ["personio_id"] },
  { table: "absent_people", columns: ["person_id"] },
  { table: "fallback_approvers", columns: ["person_id"] },
  { table: "hook_events", columns: ["personio_id"] },
  {
    table: "lifecycle_events",
    columns: [
      "id",
      "person_id",
      "personio_id",
      "occurs_on",
      "years",
      "supersedes",
      "department_id",
      "office_id",
      "emitted_at",
      "fact",
    ],
    wipe: wipeDates,
  },
  { table: "lifecycle_facts", columns: ["person_id", "fact"] },
  { table: "custom_attribute_definitions", columns: ["key", "label"], wipe: wipeDefinitions },
  // A new mapping starts a new preview.
  { table: "integrations", columns: ["preview"] },
  // `resource` is what the identity provider sent, and is returned to it unchanged. `offered`, in batches of
  // its own (`remerge/settle-offers.ts`), is what the directory takes from it: nothing hidden.
  {
    table: "idp_users",
    columns: [
      "id",
      "user_name",
      "user_name_key",
      "external_id",
      "display_name_key",
      "email",
      "resource",
      "offered",
      "supervisor_id",
    ],
  },
  { table: "idp_user_emails", columns: ["user_id", "value_key"] },
  { table: "idp_group_members", columns: ["user_id"] },
  // Record ids that the company keeps out of the directory.
  { table: "tenants", columns: ["excluded_personio_ids"] },
  // Actors: who asked or decided, with an address.
  { table: "sync_runs", columns: ["requested_by", "wanted_by", "decided_by"] },
  { table: "service_tokens", columns: ["created_by"] },
  { table: "scim_tokens", columns: ["created_by"] },
  { table: "console_sessions", columns: ["id_hash", "subject", "email", "sealed_id_token"] },
];
