import { Field, ObjectType } from "type-graphql";

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

/** The three columns that hold a problem, as one value. */
export const problemFrom = (row: {
  problemCode: string | null;
  problemMessage: string | null;
  problemHelp: string | null;
}): PersonioProblem | null =>
  row.problemCode === null
    ? null
    : { code: row.problemCode, message: row.problemMessage ?? "", help: row.problemHelp ?? "" };
