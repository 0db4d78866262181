import { GraphQLJSON } from "graphql-scalars";
import { Field, ObjectType } from "type-graphql";
import { Column } from "typeorm";
import { RequiresScope } from "../access/field-rules.ts";
import { ADMIN_SCOPE } from "../access/viewer.ts";
import type { ErrorDetails } from "../errors.ts";

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

  @Field(() => GraphQLJSON, {
    nullable: true,
    description:
      "The numbers and names in the message, by name: for a client that shows the sentence in another language. " +
      "Which ones there are depends on `code`, and new ones may follow. Null if the message has none. Like the " +
      "message, it never contains a secret or personal data.",
  })
  parameters?: ErrorDetails | null;
}

/** A row that stores a problem in four columns. */
export abstract class ProblemRow {
  @Column("text", { name: "problem_code", nullable: true })
  problemCode!: string | null;

  @Column("text", { name: "problem_message", nullable: true })
  problemMessage!: string | null;

  @Column("text", { name: "problem_help", nullable: true })
  problemHelp!: string | null;

  @Column("jsonb", { name: "problem_parameters", nullable: true })
  problemParameters!: StoredParameters | null;
}

/**
 * The parameters with their message. The previous version writes problems without parameters: those of an
 * earlier problem must not fill the sentence of a later one.
 */
export type StoredParameters = { readonly message: string; readonly values: ErrorDetails };

/** The value of the column for a problem. */
export const parametersToStore = (problem: PersonioProblem | null | undefined): string | null => {
  if (!problem?.parameters) return null;
  const stored: StoredParameters = { message: problem.message, values: problem.parameters };
  return JSON.stringify(stored);
};

/** The four columns as one value. */
export const problemFrom = (row: ProblemRow): PersonioProblem | null => {
  const { problemCode: code, problemMessage, problemHelp, problemParameters: stored } = row;
  if (code === null) return null;
  const message = problemMessage ?? "";
  return {
    code,
    message,
    help: problemHelp ?? "",
    parameters: stored?.message === message ? stored.values : null,
  };
};
