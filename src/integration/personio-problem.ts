import { Field, ObjectType } from "type-graphql";

@ObjectType({
  simpleResolvers: true,
  description: "What is wrong between us and Personio, and what a person can do about it.",
})
export class PersonioProblem {
  @Field(() => String, { description: "A fixed code to switch on, such as PERSONIO_CREDENTIALS_INVALID." })
  code!: string;

  @Field(() => String, {
    description: "What was found, in a sentence. Never holds a secret or personal data.",
  })
  message!: string;

  @Field(() => String, { description: "What to do, and where in Personio to do it." })
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
