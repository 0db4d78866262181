import { Field, ObjectType } from "type-graphql";
import { Person } from "../../people/person.ts";
import { SkippedEmployee } from "../../runs/skipped-employee.ts";

@ObjectType({
  simpleResolvers: true,
  description: "Why a person is missing from the directory or incomplete in it.",
})
export class MissingPerson {
  @Field(() => Boolean, { description: "Whether the person is in the directory." })
  found!: boolean;

  @Field(() => Person, { nullable: true, description: "The person; null if not in the directory." })
  person!: object | null;

  @Field(() => [SkippedEmployee], { description: "Rows of the skip ledger for this person." })
  rows!: SkippedEmployee[];

  @Field(() => String, { description: "The reason, in a sentence." })
  message!: string;

  @Field(() => String, { description: "What to do." })
  help!: string;
}

export type Found = {
  readonly person: { readonly status: string } | null;
  readonly rows: readonly SkippedEmployee[];
  /** When the directory last followed Personio; null: never. */
  readonly lastSucceededAt: Date | null;
};

/** Pure: the sentence and the advice that go with what was found. */
export function explainMissing({ person, rows, lastSucceededAt }: Found): { message: string; help: string } {
  const [line] = rows;
  if (person?.status === "INACTIVE") {
    return {
      message: "The person is in the directory as a leaver, so lists leave them out.",
      help:
        "Query people with filter.statuses: [INACTIVE]. If the person still works here, correct the status " +
        "in Personio.",
    };
  }
  if (person && line)
    return { message: `The person is in the directory, but not complete: ${line.message}`, help: line.help };
  if (person) return { message: "The person is in the directory.", help: "Nothing to do." };
  if (line) return { message: line.message, help: line.help };
  if (lastSucceededAt === null) {
    return {
      message: "No sync has succeeded yet, so the directory is empty.",
      help: "Connect Personio and finish the setup; personioIntegration shows its state.",
    };
  }
  return {
    message: `Personio's list had no such person at the last successful sync (${lastSucceededAt.toISOString()}).`,
    help:
      "Check the address or id in Personio. If the profile is new, sync now with syncPersonio. If the " +
      "person is still missing after that, check that the profile is in the same Personio account.",
  };
}
