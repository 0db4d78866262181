import { Check, Column, Entity, PrimaryColumn } from "typeorm";
import type { EmploymentType } from "./employment-type.ts";
import type { LeapDayRule } from "./people-settings.ts";
import type { PersonStatus } from "./person-status.ts";

/**
 * One company that uses the service; every other row belongs to one. The row contains its settings. It is
 * created when the tenant first stores something; until then the defaults of `people-settings.ts` apply.
 */
@Entity({ name: "tenants" })
@Check("tenants_leap_day_rule_check", "leap_day_rule in ('FEBRUARY_28', 'MARCH_1')")
export class Tenant {
  @PrimaryColumn("text", { collation: "C", primaryKeyConstraintName: "tenants_pkey" })
  id!: string;

  @Column("text", { name: "time_zone", default: "UTC" })
  timeZone!: string;

  @Column("text", { name: "synced_statuses", array: true, default: ["ONBOARDING", "ACTIVE", "LEAVE"] })
  syncedStatuses!: PersonStatus[];

  @Column("double precision", { name: "leaver_guard_percent", default: 10 })
  leaverGuardPercent!: number;

  @Column("integer", { name: "leaver_guard_people", default: 5 })
  leaverGuardPeople!: number;

  @Column("text", { name: "leap_day_rule", default: "FEBRUARY_28" })
  leapDayRule!: LeapDayRule;

  /** Null: people of all employment types. */
  @Column("text", { name: "synced_employment_types", array: true, nullable: true })
  syncedEmploymentTypes!: EmploymentType[] | null;

  /** Our ids; null: people of all legal entities. */
  @Column("uuid", { name: "synced_legal_entity_ids", array: true, nullable: true })
  syncedLegalEntityIds!: string[] | null;

  @Column("text", { name: "excluded_personio_ids", array: true, default: [] })
  excludedPersonioIds!: string[];
}
