import { Args, Ctx, Directive, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import type { PeopleContext } from "../../people/person.loader.ts";
import type { PersonRow } from "../../people/person.repository.ts";
import { Person } from "../../people/person.ts";
import type { Connection } from "../../request/connection.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { PageArgs } from "../../request/page-args.ts";
import { readPage } from "../../request/read-page.ts";
import {
  countIdpOnlyUsers,
  countIdpUsers,
  type IdpOnlyUser,
  listIdpOnlyUsers,
} from "./idp-only-users.repository.ts";
import { IDP_ONLY_COST, IdpUser, IdpUserConnection, IdpUserCounts } from "./idp-user.ts";

const LIST = "idpOnlyUsers";

@Resolver(() => IdpUser)
export class IdpOnlyUsersResolver {
  @Directive(`@cost(weight: ${IDP_ONLY_COST})`)
  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => IdpUserConnection, {
    description:
      "Users of the identity provider whose address belongs to no current person of the directory, and why. Active " +
      "accounts come first, those of leavers before all others, then those that HR does not know. Inactive " +
      "accounts follow in the same order. Within a reason, users are sorted by user name. Empty as long as no identity " +
      "provider sends users. Costly: the service compares all users with all people. [people:admin]",
  })
  idpOnlyUsers(
    @Ctx() context: PeopleContext,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Connection<IdpOnlyUser>> {
    return readPage(context, {
      list: LIST,
      args,
      readRows: ({ limit, after }) =>
        context.read((queries) =>
          listIdpOnlyUsers(queries, {
            limit,
            after: after && {
              active: after[0] === 1,
              rank: Number(after[1]),
              userNameKey: String(after[2]),
            },
          }),
        ),
      positionOf: ({ active, rank, userNameKey }) => [Number(active), rank, userNameKey],
      countAll: () => context.read(countIdpOnlyUsers),
    });
  }

  @Directive(`@cost(weight: ${IDP_ONLY_COST})`)
  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => IdpUserCounts, {
    description:
      "How many users the identity provider sent, and how many people of the directory have one. Users without a " +
      "person are in `idpOnlyUsers`. Costly: the service compares all users with all people. [people:admin]",
  })
  idpUserCounts(@Ctx() { read }: PeopleContext): Promise<IdpUserCounts> {
    return read(countIdpUsers);
  }

  @FieldResolver(() => Person, {
    nullable: true,
    description: "The leaver who has, or had, the address; null if the directory has no such person.",
  })
  person(@Root() { personId }: IdpOnlyUser, @Ctx() context: PeopleContext): Promise<PersonRow | null> | null {
    return personId === null ? null : context.loaders.personById.load(personId);
  }
}
