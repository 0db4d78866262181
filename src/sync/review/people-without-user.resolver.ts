import { Arg, Ctx, Directive, Int, Query, Resolver } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import type { PeopleContext } from "../../people/person.loader.ts";
import type { PersonRow } from "../../people/person.repository.ts";
import { Person } from "../../people/person.ts";
import { type Connection, createConnectionType, pageOf } from "../../request/connection.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { checkFirst, PAGE_SIZE_DEFAULT } from "../../request/page-size.ts";
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
      "Current people who are missing at the identity provider: no user has their work email, or they have " +
      "none. Sorted by name. As long as no identity provider sends users, all current people. The list does " +
      "not look at whether a user is active. Costly: the service compares all people with all users. [people:admin]",
  })
  async peopleWithoutUser(
    @Ctx() context: PeopleContext,
    @Arg("first", () => Int, {
      nullable: true,
      defaultValue: PAGE_SIZE_DEFAULT,
      description: "Page size, 1 to 100.",
    })
    first: number | null,
    @Arg("after", () => String, { nullable: true, description: "Cursor: returns the people after it." })
    after?: string | null,
  ): Promise<Connection<PersonRow>> {
    const size = checkFirst(first);
    const place = after ? context.cursors.decode(LIST, after) : null;
    const rows = await context.read((queries) =>
      listPeopleWithoutUser(queries, {
        limit: size + 1,
        after: place && {
          lastName: String(place[0]),
          firstName: String(place[1]),
          id: String(place[2]),
        },
      }),
    );
    return pageOf(rows, {
      first: size,
      after,
      cursorOf: ({ lastName, firstName, id }) => context.cursors.encode(LIST, [lastName, firstName, id]),
      countAll: () => context.read(countPeopleWithoutUser),
    });
  }
}
