import { Field, ID, InputType } from "type-graphql";
import { PersonStatus } from "../../access/person-status.ts";
import { LocalDate } from "../local-date.ts";
import { EmploymentType } from "../person.ts";

@InputType({
  description:
    "Which people to list: those to whom every given condition applies. A condition that is left out or " +
    "null does not count; an empty list applies to nobody.",
})
export class PeopleFilter {
  @Field(() => String, {
    nullable: true,
    description:
      "Words that names, position or email begin with, in any order and case, with or without accents: " +
      "`ann mul` finds Anna Müller. Blank text does not count.",
  })
  search?: string | null;

  @Field(() => [PersonStatus], {
    nullable: true,
    description: "One of these statuses. Left out: everybody but people who left (INACTIVE).",
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
