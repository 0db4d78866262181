import { Field, ObjectType } from "type-graphql";
import { Column } from "typeorm";
import { RequiresScope } from "../access/field-rules.ts";
import { ADMIN_SCOPE } from "../access/viewer.ts";

@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description: "A problem in the connection to Personio, and how to solve it.",
})
export class PersonioProblem {
  @Field(() => String, { description: "A stable code for programs, such as PERSONIO_CREDENTIALS_INVALID." })
  code!: string;

  @Field(() => String, {
    description: "What happened, in a sentence. It never contains a secret or personal data.",
  })
  message!: string;

  @Field(() => String, { description: "What to do, and where in Personio." })
  help!: string;
}

/** A row that stores a problem in three columns. */
export abstract class ProblemRow {
  @Column("text", { name: "problem_code", nullable: true })
  problemCode!: string | null;

  @Column("text", { name: "problem_message", nullable: true })
  problemMessage!: string | null;

  @Column("text", { name: "problem_help", nullable: true })
  problemHelp!: string | null;
}

/** The three columns as one value. */
export const problemFrom = (row: ProblemRow): PersonioProblem | null =>
  row.problemCode === null
    ? null
    : { code: row.problemCode, message: row.problemMessage ?? "", help: row.problemHelp ?? "" };
