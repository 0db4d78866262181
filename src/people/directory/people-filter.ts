import { Directive, Field, ID, InputType } from "type-graphql";
import { PersonStatus } from "../../access/person-status.ts";
import { EmailAddress } from "../email-address.ts";
import { LocalDate } from "../local-date.ts";
import { EmploymentType } from "../person.ts";

/** The most values of one look-up list. Consumers look up what they stored, batch by batch; a page shows a hundred anyway. */
export const LOOKUPS_MAX = 1_000;

const LOOKUP =
  `At most ${LOOKUPS_MAX}. Unknown ones are not found, which is no error. People who left are found too, unless ` +
  "`statuses` is given.";

@InputType({
  description:
    "Which people to list: those to whom every given condition applies. A condition that is left out or " +
    "null does not count; an empty list applies to nobody.",
})
export class PeopleFilter {
  @Field(() => [ID], {
    nullable: true,
    description: `One of these people. \`Person.id\`. ${LOOKUP}`,
  })
  ids?: string[] | null;

  @Field(() => [EmailAddress], {
    nullable: true,
    description: `Found by one of these addresses, as \`Query.person\` finds them: former addresses count too. ${LOOKUP}`,
  })
  workEmails?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: `Known to Personio by one of these record ids, also by one of an earlier employment. ${LOOKUP}`,
  })
  personioIds?: string[] | null;

  // Up to 12.6 ms of CPU with six short words in a company of 3,000 people; 5 µs a point, and some room.
  @Directive("@cost(weight: 3000)")
  @Field(() => String, {
    nullable: true,
    description:
      "Words that names, position or email begin with, in any order and case, with or without accents: " +
      "`ann mul` finds Anna Müller. Blank text does not count. Costs much: some dozens of searches fit into one operation.",
  })
  search?: string | null;

  @Field(() => [PersonStatus], {
    nullable: true,
    description:
      "One of these statuses. Left out: all but people who left (INACTIVE); all where `ids`, `workEmails` or " +
      "`personioIds` is given.",
  })
  statuses?: PersonStatus[] | null;

  @Field(() => [ID], { nullable: true, description: "In one of these departments. `Department.id`." })
  departmentIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: "In one of these offices. `Office.id`." })
  officeIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: "Employed by one of these legal entities. `LegalEntity.id`.",
  })
  legalEntityIds?: string[] | null;

  @Field(() => ID, { nullable: true, description: "Reports directly to this person. `Person.id`." })
  supervisorId?: string | null;

  @Field(() => [EmploymentType], {
    nullable: true,
    description: "Of one of these employment types. People whose type is unknown match none.",
  })
  employmentTypes?: EmploymentType[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether the person has yet to start. See `Person.isPreHire`.",
  })
  isPreHire?: boolean | null;

  @Field(() => LocalDate, { nullable: true, description: "`Person.hireDate` on this day or later." })
  hiredFrom?: string | null;

  @Field(() => LocalDate, { nullable: true, description: "`Person.hireDate` on this day or earlier." })
  hiredTo?: string | null;
}
