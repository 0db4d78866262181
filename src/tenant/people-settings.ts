import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { RequiresScope } from "../access/field-rules.ts";
import { ADMIN_SCOPE } from "../access/viewer.ts";
import { EmploymentType } from "./employment-type.ts";
import { PersonStatus } from "./person-status.ts";

export const LeapDayRule = { FEBRUARY_28: "FEBRUARY_28", MARCH_1: "MARCH_1" } as const;
export type LeapDayRule = (typeof LeapDayRule)[keyof typeof LeapDayRule];

registerEnumType(LeapDayRule, {
  name: "LeapDayRule",
  description: "The day on which a yearly date of 29 February falls in a year without that day.",
  valuesConfig: {
    FEBRUARY_28: { description: "The day before: 28 February." },
    MARCH_1: { description: "The day after: 1 March." },
  },
});

const TIME_ZONE =
  'IANA name of the time zone, such as "Europe/Berlin". Days of people without an office zone begin in it.';
const SYNCED_STATUSES =
  "People with one of these statuses enter the directory. People in the directory stay when their status " +
  "changes, also as leavers, so INACTIVE is not allowed here.";
const EMPLOYMENT_TYPES =
  "People with another employment type are excluded. Null: people with any type. People without a type in Personio " +
  "belong in the directory.";
const LEGAL_ENTITIES =
  "People of other legal entities are excluded: `LegalEntity.id` of those to sync. Null: people of any legal entity. People " +
  "without one in Personio belong in the directory. As long as it is not null, `legalEntities` lists excluded ones too, and the " +
  "service keeps those without people, so that their ids stay valid.";
const EXCLUDED_IDS =
  "Personio's ids of records that are excluded, such as test accounts. An id that Personio does not have excludes no person.";
const EXCLUDED =
  "The next sync run that reads an excluded person lists them in the skip ledger as EXCLUDED. If they are in the directory, " +
  "they become a leaver then, with PERSON_LEFT, unless the guard holds the run. Once they are included again, a run adds them, or " +
  "emits PERSON_RETURNED for the same person. Only a FULL run reads all people.";
const LEAVER_GUARD =
  "A sync run is held, and changes nothing, if it would make more people leavers than both " +
  "`leaverGuardPeople` and `leaverGuardPercent` of the directory allow.";
const LEAP_DAY_RULE = "When birthdays and work anniversaries of 29 February fall in other years.";

@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description: "The settings of this company's directory. Needs the scope `people:admin`.",
})
export class PeopleSettings {
  @Field(() => String, { description: TIME_ZONE })
  timeZone!: string;

  @Field(() => [PersonStatus], { description: SYNCED_STATUSES })
  syncedStatuses!: readonly PersonStatus[];

  @Field(() => Float, { description: `${LEAVER_GUARD} Percent of the people in the directory.` })
  leaverGuardPercent!: number;

  @Field(() => Int, { description: `${LEAVER_GUARD} Number of people.` })
  leaverGuardPeople!: number;

  @Field(() => LeapDayRule, { description: LEAP_DAY_RULE })
  leapDayRule!: LeapDayRule;

  @Field(() => [EmploymentType], { nullable: true, description: `${EMPLOYMENT_TYPES} ${EXCLUDED}` })
  syncedEmploymentTypes!: readonly EmploymentType[] | null;

  @Field(() => [ID], { nullable: true, description: `${LEGAL_ENTITIES} ${EXCLUDED}` })
  syncedLegalEntityIds!: readonly string[] | null;

  @Field(() => [ID], { description: `${EXCLUDED_IDS} ${EXCLUDED}` })
  excludedPersonioIds!: readonly string[];
}

/** The most ids of one setting. More people than this have an employment type or a legal entity in common. */
export const SETTING_IDS_MAX = 1_000;

@InputType({
  description:
    "Settings to change. A setting that is left out stays as it is. So does one that is null, with two exceptions: for " +
    "`syncedEmploymentTypes` and `syncedLegalEntityIds`, null means all, as in `PeopleSettings`.",
})
export class PeopleSettingsInput {
  @Field(() => String, { nullable: true, description: TIME_ZONE })
  timeZone?: string | null;

  @Field(() => [PersonStatus], { nullable: true, description: `${SYNCED_STATUSES} At least one.` })
  syncedStatuses?: PersonStatus[] | null;

  @Field(() => Float, { nullable: true, description: `${LEAVER_GUARD} From 0 to 100.` })
  leaverGuardPercent?: number | null;

  @Field(() => Int, { nullable: true, description: `${LEAVER_GUARD} 0 or more.` })
  leaverGuardPeople?: number | null;

  @Field(() => LeapDayRule, { nullable: true, description: LEAP_DAY_RULE })
  leapDayRule?: LeapDayRule | null;

  @Field(() => [EmploymentType], {
    nullable: true,
    description: `${EMPLOYMENT_TYPES} At least one. Leave it out to keep the current value.`,
  })
  syncedEmploymentTypes?: EmploymentType[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: `${LEGAL_ENTITIES} At least one, and at most ${SETTING_IDS_MAX}. Leave it out to keep the current value.`,
  })
  syncedLegalEntityIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: `${EXCLUDED_IDS} The whole list, at most ${SETTING_IDS_MAX}; an empty one excludes no record.`,
  })
  excludedPersonioIds?: string[] | null;
}

/** The settings of a company that never changed one; the column defaults of `tenants` are the same. */
export const DEFAULT_PEOPLE_SETTINGS: PeopleSettings = {
  timeZone: "UTC",
  syncedStatuses: ["ONBOARDING", "ACTIVE", "LEAVE"],
  leaverGuardPercent: 10,
  leaverGuardPeople: 5,
  leapDayRule: "FEBRUARY_28",
  syncedEmploymentTypes: null,
  syncedLegalEntityIds: null,
  excludedPersonioIds: [],
};
