import { Directive, Field, ID, ObjectType } from "type-graphql";
import { Check, Column, Entity, Exclusion, ForeignKey, Index, PrimaryColumn, Unique } from "typeorm";
import { RequiresScope } from "../access/field-rules.ts";
import { HR_SCOPE, READ_SCOPE, SENSITIVE_SCOPE } from "../access/viewer.ts";
import { Kept } from "../request/kept-rules.ts";
import { EmploymentType } from "../tenant/employment-type.ts";
import { PersonStatus } from "../tenant/person-status.ts";
import { EmailAddress } from "./email-address.ts";
import { LocalDate } from "./local-date.ts";

/**
 * A person who works or has worked here: the stored columns, and those that are served unchanged. A column
 * without `@Field` is private; fields that need another table are in the resolvers. Statements, records and
 * events follow from this class (`person-columns.ts`). Events name changed fields in its order.
 */
@Directive('@key(fields: "id")')
@Directive('@key(fields: "workEmail")')
@RequiresScope(READ_SCOPE)
@Kept()
@ObjectType({
  simpleResolvers: true,
  description: "A person who works here, will start, or has left. Leavers stay, with `status` INACTIVE.",
})
@Entity({ name: "people" })
@Unique("people_personio_id_key", ["tenantId", "personioId"])
@Exclusion(
  "people_work_email_excl",
  "using btree (tenant_id with =, work_email with =) where (status <> 'INACTIVE')",
  { deferrable: "INITIALLY DEFERRED" },
)
@Check("people_status_check", "status in ('ONBOARDING', 'ACTIVE', 'LEAVE', 'INACTIVE')")
@Check("people_employment_type_check", "employment_type in ('INTERNAL', 'EXTERNAL')")
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "people_tenant_fkey" })
@ForeignKey("departments", ["tenantId", "departmentId"], ["tenantId", "id"], {
  name: "people_department_fkey",
})
@ForeignKey("legal_entities", ["tenantId", "legalEntityId"], ["tenantId", "id"], {
  name: "people_legal_entity_fkey",
})
@ForeignKey("offices", ["tenantId", "officeId"], ["tenantId", "id"], { name: "people_office_fkey" })
@ForeignKey("people", ["tenantId", "supervisorId"], ["tenantId", "id"], {
  name: "people_supervisor_fkey",
  deferrable: "INITIALLY DEFERRED",
})
@Index("people_name_idx", ["tenantId", "lastName", "firstName", "id"])
@Index("people_work_email_idx", ["tenantId", "workEmail"])
@Index("people_department_idx", ["tenantId", "departmentId", "lastName", "firstName", "id"])
@Index("people_office_idx", ["tenantId", "officeId", "lastName", "firstName", "id"])
@Index("people_legal_entity_idx", ["tenantId", "legalEntityId", "lastName", "firstName", "id"])
@Index("people_supervisor_idx", ["tenantId", "supervisorId", "lastName", "firstName", "id"])
@Index("people_hire_date_idx", ["tenantId", "hireDate", "lastName", "firstName", "id"])
@Index("people_position_idx", ["tenantId", "sortedPosition", "lastName", "firstName", "id"])
@Index("people_status_idx", ["tenantId", "status", "lastName", "firstName", "id"], {
  where: "status <> 'ACTIVE'",
})
@Index("people_next_personio_id_key", ["tenantId", "nextPersonioId"], {
  unique: true,
  where: "next_personio_id is not null",
})
@Index("people_continues_on_idx", ["tenantId", "continuesOn"], { where: "next_personio_id is not null" })
export class Person {
  @PrimaryColumn("text", { name: "tenant_id", collation: "C", primaryKeyConstraintName: "people_pkey" })
  tenantId!: string;

  @PrimaryColumn("uuid", { primaryKeyConstraintName: "people_pkey" })
  @Field(() => ID, {
    description: "Our id of the person: opaque, never reused, kept through renames and rehires.",
  })
  id!: string;

  @Column({ type: "text", name: "personio_id", collation: "C" })
  @Field(() => ID, {
    description:
      "Personio's record id of the current employment. A rehire, a move between legal entities and a " +
      "recreated record bring a new one.",
  })
  personioId!: string;

  @Column({ type: "text", name: "work_email", collation: "C", nullable: true })
  @Field(() => EmailAddress, {
    nullable: true,
    description:
      "Work email: identifies the person across systems. No two people share one, leavers included. Null while another person has the " +
      "address. That happens to a leaver, until they return, and to one of two people whose addresses differ only in invisible characters.",
  })
  workEmail!: string | null;

  @Column("text", { name: "employee_id", nullable: true })
  @Field(() => String, { nullable: true, description: "Personnel number that HR gave the person." })
  employeeId!: string | null;

  @Column({ type: "text", name: "first_name", collation: "person_name" })
  @Field(() => String, { description: "First name." })
  firstName!: string;

  @Column({ type: "text", name: "last_name", collation: "person_name" })
  @Field(() => String, { description: "Last name." })
  lastName!: string;

  /** Kept apart from `displayName`, which must be derived again when HR clears this one. */
  @Column("text", { name: "preferred_name", nullable: true })
  preferredName!: string | null;

  @Column("text", { name: "display_name" })
  @Field(() => String, {
    description:
      "The name to show: by default the preferred name in Personio if there is one, else first and last name.",
  })
  displayName!: string;

  @Column("text", { nullable: true })
  @Field(() => String, { nullable: true, description: "Job title." })
  position!: string | null;

  @Column("uuid", { name: "department_id", nullable: true })
  departmentId!: string | null;

  @Column("text", { name: "sub_company", nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "Name of the sub-company in Personio, if the company uses sub-companies.",
  })
  subCompany!: string | null;

  @Column("text", { name: "cost_center", nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      "Name of the cost center in Personio: the one with the largest share and, of equal shares, with the lowest id. Null if the " +
      "person has none, or if Personio does not let the service read it.",
  })
  costCenter!: string | null;

  @Column("text", { nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      "Name of the team in Personio, a unit inside the department. Null if the person has none, or if Personio does not let the " +
      "service read it.",
  })
  team!: string | null;

  @Column("uuid", { name: "legal_entity_id", nullable: true })
  legalEntityId!: string | null;

  @Column("uuid", { name: "office_id", nullable: true })
  officeId!: string | null;

  @Column("uuid", { name: "supervisor_id", nullable: true })
  supervisorId!: string | null;

  @Column({ type: "text", collation: "C" })
  @Field(() => PersonStatus, { description: "Whether the person works here, according to HR." })
  status!: PersonStatus;

  @Column({ type: "text", name: "employment_type", collation: "C", nullable: true })
  @Field(() => EmploymentType, {
    nullable: true,
    description: "Whether the company itself employs the person.",
  })
  employmentType!: EmploymentType | null;

  @Column("date", { name: "hire_date", nullable: true })
  @Field(() => LocalDate, {
    nullable: true,
    description:
      "First day of the current employment: a calendar day at the person's office. May be in the future.",
  })
  hireDate!: string | null;

  @Column("date", { name: "original_hire_date", nullable: true })
  @Field(() => LocalDate, {
    nullable: true,
    description: "First day of the person's first employment here; differs from `hireDate` after a rehire.",
  })
  originalHireDate!: string | null;

  /**
   * The record of the next employment in a move between legal entities, until its first day. Null without a
   * move.
   */
  @RequiresScope(HR_SCOPE)
  @Column({ type: "text", name: "next_personio_id", collation: "C", nullable: true })
  nextPersonioId!: string | null;

  /** The first day of the record of a move: the person is not hired on this day. */
  @RequiresScope(HR_SCOPE)
  @Column("date", { name: "continues_on", nullable: true })
  continuesOn!: string | null;

  /**
   * The last day that HR removed from the record after the person had left: a later hire date means a rehire.
   */
  @RequiresScope(HR_SCOPE)
  @Column("date", { name: "ended_on", nullable: true })
  endedOn!: string | null;

  @RequiresScope(HR_SCOPE)
  @Column("date", { name: "probation_end_date", nullable: true })
  @Field(() => LocalDate, {
    nullable: true,
    description: "Last day of the probation period. Needs the scope `people:hr`.",
  })
  probationEndDate!: string | null;

  @RequiresScope(HR_SCOPE)
  @Column("date", { name: "contract_end_date", nullable: true })
  @Field(() => LocalDate, {
    nullable: true,
    description:
      "Day on which a fixed-term contract ends. The employment does not end by itself on it. Needs the " +
      "scope `people:hr`.",
  })
  contractEndDate!: string | null;

  @RequiresScope(HR_SCOPE)
  @Column("date", { name: "termination_date", nullable: true })
  @Field(() => LocalDate, {
    nullable: true,
    description:
      "Last day of employment, itself included. HR sets it in advance when a person gives notice, so " +
      "compare it with today before you treat a person as gone. Needs the scope `people:hr`.",
  })
  terminationDate!: string | null;

  @RequiresScope(SENSITIVE_SCOPE)
  @Column("date", { name: "date_of_birth", nullable: true })
  @Field(() => LocalDate, {
    nullable: true,
    description:
      "Date of birth. Needs the scope `people:sensitive`; for congratulations, `birthday` is enough.",
  })
  dateOfBirth!: string | null;

  /**
   * Personio's id of the supervisor, also while that person is not in the directory: then a later sync sets
   * the link.
   */
  @Column({ type: "text", name: "supervisor_personio_id", collation: "C", nullable: true })
  supervisorPersonioId!: string | null;

  /** By attribute key; `CustomAttributeDefinition` defines the meaning of a value. */
  @Column("jsonb", { name: "custom_attributes", default: {} })
  customAttributes!: Record<string, unknown>;

  /** The words that a search finds this person by. `indexed_words` follows them. */
  @Column("text", { name: "search_words", array: true, default: [] })
  searchWords!: string[];

  /**
   * The hash of the HR system's record when the sync last wrote the person. An equal hash means an unchanged
   * record. Null if the next run must compare the person in full.
   */
  @Column({ type: "text", name: "source_hash", collation: "C", nullable: true })
  sourceHash!: string | null;

  /**
   * What lists sort by: the position or, if it is longer than 180 bytes, its first 45 characters. So it fits
   * into an index entry. The database computes it.
   */
  @Column({
    type: "text",
    name: "sorted_position",
    collation: "person_name",
    nullable: true,
    insert: false,
    update: false,
  })
  sortedPosition!: string | null;

  /** When the directory first stored the person. The database sets it, so no sync writes it. */
  @Column({
    type: "timestamptz",
    name: "stored_at",
    default: () => "now()",
    insert: false,
    update: false,
  })
  storedAt!: Date;
}
