import { Arg, Ctx, Field, ID, ObjectType, Query, Resolver } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import { badUserInput } from "../../errors.ts";
import { findIntegration } from "../../integration/integration.repository.ts";
import { EmailAddress } from "../../people/email-address.ts";
import type { PeopleContext } from "../../people/person.loader.ts";
import { findRecordIds, findRecordOwner } from "../../people/person.repository.ts";
import { Person } from "../../people/person.ts";
import { listLedgerOf } from "../runs/skipped-employee.repository.ts";
import { SkippedEmployee } from "../runs/skipped-employee.ts";

@RequiresScope(ADMIN_SCOPE)
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

@Resolver(() => MissingPerson)
export class WhyMissingResolver {
  @RequiresScope(ADMIN_SCOPE)
  @Query(() => MissingPerson, {
    description:
      "Explains why a person is missing from the directory or incomplete in it. Give either the work email " +
      "or Personio's id. [people:admin]",
  })
  async whyMissing(
    @Ctx() context: PeopleContext,
    @Arg("workEmail", () => EmailAddress, { nullable: true, description: "The work email to look up." })
    workEmail?: string | null,
    @Arg("personioId", () => ID, { nullable: true, description: "Personio's id of the record." })
    personioId?: string | null,
  ): Promise<MissingPerson> {
    if ((workEmail == null) === (personioId == null)) {
      throw badUserInput("Give exactly one of workEmail and personioId.", "Omit the other one.");
    }
    const person = workEmail
      ? await context.loaders.personByEmail.load(workEmail)
      : await this.#byPersonioId(personioId ?? "", context);
    const rows = await context.read(async (manager) => {
      const recordIds = person ? await findRecordIds(manager, person.id) : [];
      const personioIds = personioId == null ? recordIds : [...recordIds, personioId];
      return listLedgerOf(manager, { personioIds, workEmail: workEmail ?? null });
    });
    const integration = await context.read(findIntegration);
    const found = { person, rows, lastSucceededAt: integration?.lastSucceededAt ?? null };
    return { found: person !== null, person, rows, ...explainMissing(found) };
  }

  async #byPersonioId(personioId: string, context: PeopleContext) {
    const id = await context.read((manager) => findRecordOwner(manager, personioId));
    return id === null ? null : context.loaders.personById.load(id);
  }
}

type Found = {
  readonly person: { readonly status: string } | null;
  readonly rows: readonly SkippedEmployee[];
  /** When a sync last succeeded; null if none has. */
  readonly lastSucceededAt: Date | null;
};

/** The message and the help for what was found. Pure. */
function explainMissing({ person, rows, lastSucceededAt }: Found): { message: string; help: string } {
  const [row] = rows;
  const excluded = rows.find(({ reason }) => reason === "EXCLUDED");
  if (excluded) return { message: excluded.message, help: excluded.help };
  if (person?.status === "INACTIVE") {
    return {
      message: "The person is in the directory as a leaver, so lists leave them out.",
      help:
        "Query people with filter.statuses: [INACTIVE]. If the person still works here, correct the status " +
        "in Personio.",
    };
  }
  if (person && row)
    return { message: `The person is in the directory, but not complete: ${row.message}`, help: row.help };
  if (person) return { message: "The person is in the directory.", help: "Nothing to do." };
  if (row) return { message: row.message, help: row.help };
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
