import { Field, ObjectType } from "type-graphql";
import { Person } from "../../people/person.ts";
import { SkippedEmployee } from "../../runs/skipped-employee.ts";

@ObjectType({ simpleResolvers: true, description: "Why somebody cannot be found, in one answer." })
export class MissingPerson {
  @Field(() => Boolean, { description: "Whether the person is in the directory after all." })
  found!: boolean;

  @Field(() => Person, { nullable: true, description: "The person, when found." })
  person!: object | null;

  @Field(() => [SkippedEmployee], { description: "What the skip ledger says of them." })
  rows!: SkippedEmployee[];

  @Field(() => String, { description: "The answer in a sentence." })
  message!: string;

  @Field(() => String, { description: "What to do about it." })
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
      message: "The person is in the directory as somebody who has left, so lists leave them out.",
      help: "Ask for people with filter.statuses: [INACTIVE]. If they still work here, correct the status in Personio.",
    };
  }
  if (person && line)
    return { message: `The person is in the directory, but not complete: ${line.message}`, help: line.help };
  if (person) return { message: "The person is in the directory.", help: "Nothing is to be done." };
  if (line) return { message: line.message, help: line.help };
  if (lastSucceededAt === null) {
    return {
      message: "Personio was never synced, so nobody is in the directory.",
      help: "Connect Personio and finish the setup; personioIntegration says where it stands.",
    };
  }
  return {
    message: `Personio did not list such a person when it was last read (${lastSucceededAt.toISOString()}).`,
    help:
      "Check the address or id in Personio. If the profile is new, sync now with syncPersonio. If it exists and stays missing, look " +
      "whether it is in the same Personio account.",
  };
}
