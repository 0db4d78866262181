import { Field, ID, Int, ObjectType } from "type-graphql";
import { PersonStatus } from "../access/person-status.ts";
import { EmailAddress } from "../people/email-address.ts";
import { LocalDate } from "../people/local-date.ts";
import { SkippedEmployee } from "../runs/skipped-employee.ts";

@ObjectType({
  simpleResolvers: true,
  description: "Somebody as the import would bring them into the directory.",
})
export class PreviewPerson {
  @Field(() => ID, { description: "Personio's id of the record." })
  personioId!: string;

  @Field(() => EmailAddress, { description: "The work email that will identify the person." })
  workEmail!: string;

  @Field(() => String, { description: "The name to show." })
  displayName!: string;

  @Field(() => String, { nullable: true, description: "Job title." })
  position!: string | null;

  @Field(() => String, { nullable: true, description: "Name of the department." })
  department!: string | null;

  @Field(() => String, { nullable: true, description: "Name of the office." })
  office!: string | null;

  @Field(() => String, { nullable: true, description: "Name of the supervisor, where Personio gives one." })
  supervisor!: string | null;

  @Field(() => PersonStatus, { description: "Whether the person works here, as HR says it." })
  status!: PersonStatus;

  @Field(() => LocalDate, { nullable: true, description: "First day of the employment." })
  hireDate!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    "What an import would bring: read by a job after connecting, kept until the setup is finished.",
})
export class SetupPreview {
  @Field(() => Boolean, {
    description: "Whether the job is done. Ask again until it is; the rest is empty before.",
  })
  ready!: boolean;

  @Field(() => [PreviewPerson], { description: "The first 20 people, as they will look." })
  people!: readonly PreviewPerson[];

  @Field(() => Int, { description: "How many people will be imported." })
  peopleCount!: number;

  @Field(() => [SkippedEmployee], { description: "The first 20 who will be skipped or incomplete, and why." })
  skipped!: readonly SkippedEmployee[];

  @Field(() => Int, { description: "How many records will not be imported." })
  skippedCount!: number;
}

/** While the job is still reading. */
export const NOT_READY: SetupPreview = {
  ready: false,
  people: [],
  peopleCount: 0,
  skipped: [],
  skippedCount: 0,
};

/** Enough to see that the mapping is right; the directory itself is for looking at everybody. */
export const PREVIEW_SIZE = 20;
