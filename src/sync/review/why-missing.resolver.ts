import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import { badUserInput } from "../../errors.ts";
import { findIntegration } from "../../integration/integration.repository.ts";
import { EmailAddress } from "../../people/email-address.ts";
import type { PeopleContext } from "../../people/person.loader.ts";
import { findRecordIds, findRecordOwner } from "../../people/person.repository.ts";
import { listLedgerOf } from "../../runs/skipped-employee.repository.ts";
import { explainMissing, MissingPerson } from "./why-missing.ts";

@Resolver(() => MissingPerson)
export class WhyMissingResolver {
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
