import { Args, Ctx, Directive, Query, Resolver } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import type { PeopleContext } from "../../people/person.loader.ts";
import type { PersonRow } from "../../people/person.repository.ts";
import { Person } from "../../people/person.ts";
import { type Connection, createConnectionType } from "../../request/connection.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { PageArgs } from "../../request/page-args.ts";
import { readPage } from "../../request/read-page.ts";
import { IDP_ONLY_COST } from "./idp-user.ts";
import { countPeopleWithoutUser, listPeopleWithoutUser } from "./people-without-user.repository.ts";

const LIST = "peopleWithoutUser";

const PersonWithoutUserConnection = createConnectionType({
  name: "PersonWithoutUser",
  node: () => Person,
  entry: "person",
  entries: "people",
  scope: ADMIN_SCOPE,
  countCost: IDP_ONLY_COST,
});

@Resolver()
export class PeopleWithoutUserResolver {
  @Directive(`@cost(weight: ${IDP_ONLY_COST})`)
  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => PersonWithoutUserConnection, {
    description:
      "Current people who are missing at the identity provider: no user has their work email, or they " +
      "have none. Sorted by name. As long as no identity provider sends users, it lists all current " +
      "people. It does not matter whether a user is active. Costly: the service compares all people " +
      "with all users. [people:admin]",
  })
  peopleWithoutUser(
    @Ctx() context: PeopleContext,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Connection<PersonRow>> {
    return readPage(context, {
      list: LIST,
      args,
      readRows: ({ limit, after }) =>
        context.read((queries) =>
          listPeopleWithoutUser(queries, {
            limit,
            after: after && {
              lastName: String(after[0]),
              firstName: String(after[1]),
              id: String(after[2]),
            },
          }),
        ),
      positionOf: ({ lastName, firstName, id }) => [lastName, firstName, id],
      countAll: () => context.read(countPeopleWithoutUser),
    });
  }
}
