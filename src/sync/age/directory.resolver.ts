import { Ctx, Directive, FieldResolver, Int, Query, Resolver } from "type-graphql";
import { Authenticated } from "../../access/field-rules.ts";
import { READ_SCOPE } from "../../access/viewer.ts";
import { findLastSuccess } from "../../integration/integration.repository.ts";
import type { IntegrationContext } from "../../integration/integration.resolver.ts";
import { findOnlyEmployer } from "../../people/directory/employers.repository.ts";
import { countPeople } from "../../people/directory/people-page.repository.ts";
import { PEOPLE_COUNT_COST } from "../../people/directory/person-connection.ts";
import { hiddenPersonFields } from "../../people/person-scopes.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { Directory, isStale } from "./directory.ts";

@Resolver(() => Directory)
export class DirectoryResolver {
  @Authenticated()
  @NotKept("STATE")
  @Query(() => Directory, {
    description: "How current the directory is, and how many people it has. Needs no scope.",
  })
  async directory(@Ctx() { read, now, syncEveryHours }: IntegrationContext): Promise<Directory> {
    const asOf = await read(findLastSuccess);
    return { asOf, isStale: isStale(asOf, syncEveryHours, now) };
  }

  @Directive(`@cost(weight: ${PEOPLE_COUNT_COST})`)
  @NotKept("STATE")
  @FieldResolver(() => Int, {
    description: "How many people the directory has, leavers not included: as `people { totalCount }`.",
  })
  peopleCount(@Ctx() { read, now }: IntegrationContext): Promise<number> {
    return read((manager) => countPeople(manager, {}, now));
  }

  @NotKept("STATE")
  @FieldResolver(() => String, {
    nullable: true,
    description:
      "Name of the company: that of the one legal entity that employs all people. Null if there are several or " +
      "none, and for viewers who may not see legal entities.",
  })
  async companyName(@Ctx() { read, raised, viewer }: IntegrationContext): Promise<string | null> {
    const maySee =
      viewer.scopes.has(READ_SCOPE) && !hiddenPersonFields(viewer, await raised()).includes("legalEntity");
    return maySee ? read(findOnlyEmployer) : null;
  }
}
