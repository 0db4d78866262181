import { Arg, Ctx, Field, ID, ObjectType, Query, Resolver } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import { badUserInput } from "../../errors.ts";
import { findIntegration } from "../../integration/integration.repository.ts";
import { EmailAddress } from "../../people/email-address.ts";
import type { PeopleContext } from "../../people/person.loader.ts";
import { findRecordIds, findRecordOwner } from "../../people/person.repository.ts";
import { Person } from "../../people/person.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { listLedgerOf } from "../runs/skipped-employee.repository.ts";
import { asSeenBy } from "../runs/skipped-employee.resolver.ts";
import { SkippedEmployee } from "../runs/skipped-employee.ts";
import { explainMissing } from "./explain-missing.ts";
import { findAccount } from "./idp-only-users.repository.ts";
import { MissingState } from "./missing-state.ts";

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

  @Field(() => MissingState, { description: "What was found, as a stable code." })
  state!: MissingState;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "Whether the account at the identity provider in `message` is active; null if `message` is about no account.",
  })
  accountIsActive!: boolean | null;

  @Field(() => String, { description: "The reason, in a sentence." })
  message!: string;

  @Field(() => String, { description: "What to do." })
  help!: string;
}

@Resolver(() => MissingPerson)
export class WhyMissingResolver {
  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => MissingPerson, {
    description:
      "Explains why a person is missing from the directory or incomplete in it. Give either the work email " +
      "or Personio's id. It also looks for an account at the identity provider. [people:admin]",
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
    const { found: listed, account } = await context.read(async (manager) => {
      const recordIds = person ? await findRecordIds(manager, person.id) : [];
      const personioIds = personioId == null ? recordIds : [...recordIds, personioId];
      const address = workEmail ?? person?.workEmail ?? null;
      return {
        found: await listLedgerOf(manager, { personioIds, workEmail: workEmail ?? null }),
        account: address === null ? null : await findAccount(manager, address),
      };
    });
    const rows = await Promise.all(listed.map((entry) => asSeenBy(entry, context)));
    const integration = await context.read(findIntegration);
    const found = { person, rows, account, lastSucceededAt: integration?.lastSucceededAt ?? null };
    return { found: person !== null, person, rows, ...explainMissing(found) };
  }

  async #byPersonioId(personioId: string, context: PeopleContext) {
    const id = await context.read((manager) => findRecordOwner(manager, personioId));
    return id === null ? null : context.loaders.personById.load(id);
  }
}
