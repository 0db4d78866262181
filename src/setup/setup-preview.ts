import { Field, ID, Int, ObjectType } from "type-graphql";
import { RequiresScope } from "../access/field-rules.ts";
import { ADMIN_SCOPE } from "../access/viewer.ts";
import { type PreviewTexts, previewFields } from "../integration/fields/people-fields.ts";
import { EmailAddress } from "../people/email-address.ts";
import { LocalDate } from "../people/local-date.ts";
import { SkippedEmployee } from "../sync/runs/skipped-employee.ts";
import { PersonStatus } from "../tenant/person-status.ts";

@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description: "A person as the import would add them to the directory.",
})
export class PreviewPerson {
  @Field(() => ID, { description: "Personio's id of the record." })
  personioId!: string;

  @Field(() => EmailAddress, { description: "The work email that will identify the person." })
  workEmail!: string;

  @Field(() => String, { description: "The name to show." })
  displayName!: string;

  @Field(() => String, { nullable: true, description: "Name of the department." })
  department!: string | null;

  @Field(() => String, { nullable: true, description: "Name of the office." })
  office!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Name of the supervisor; null if Personio gives none.",
  })
  supervisor!: string | null;

  @Field(() => PersonStatus, { description: "Employment status according to HR." })
  status!: PersonStatus;

  @Field(() => LocalDate, { nullable: true, description: "First day of the employment." })
  hireDate!: string | null;
}

// Decorators on the class would be one more list of fields.
for (const { field, preview } of previewFields)
  Field(() => String, { nullable: true, description: preview })(PreviewPerson.prototype, field);

@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description:
    "Preview of the import: a job reads it after connecting, and it is kept until the setup is finished.",
})
export class SetupPreview {
  @Field(() => Boolean, {
    description: "Whether the job is done. Poll until it is true; the other fields are empty until then.",
  })
  ready!: boolean;

  @Field(() => [PreviewPerson], { description: "The first 20 people as they would appear." })
  people!: readonly (PreviewPerson & PreviewTexts)[];

  @Field(() => Int, { description: "Number of people that the import would add." })
  peopleCount!: number;

  @Field(() => [SkippedEmployee], {
    description: "The first 20 records that would be skipped or incomplete, and why.",
  })
  skipped!: readonly SkippedEmployee[];

  @Field(() => Int, { description: "Number of records that would not be imported." })
  skippedCount!: number;
}

/** Served while the job is still reading. */
export const NOT_READY: SetupPreview = {
  ready: false,
  people: [],
  peopleCount: 0,
  skipped: [],
  skippedCount: 0,
};

/** Enough to see that the mapping is right; all people are in the directory later. */
export const PREVIEW_SIZE = 20;
