import { Arg, Ctx, Directive, FieldResolver, Int, Query, Resolver, Root } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import type { PeopleContext } from "../../people/person.loader.ts";
import type { PersonRow } from "../../people/person.repository.ts";
import { Person } from "../../people/person.ts";
import { type Connection, pageOf } from "../../request/connection.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { checkFirst, PAGE_SIZE_DEFAULT } from "../../request/page-size.ts";
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
  async idpOnlyUsers(
    @Ctx() context: PeopleContext,
    @Arg("first", () => Int, {
      nullable: true,
      defaultValue: PAGE_SIZE_DEFAULT,
      description: "Page size, 1 to 100.",
    })
    first: number | null,
    @Arg("after", () => String, { nullable: true, description: "Cursor: returns the users after it." })
    after?: string | null,
  ): Promise<Connection<IdpOnlyUser>> {
    const size = checkFirst(first);
    const place = after ? context.cursors.decode(LIST, after) : null;
    const rows = await context.read((manager) =>
      listIdpOnlyUsers(manager, {
        limit: size + 1,
        after: place && {
          active: place[0] === 1,
          rank: Number(place[1]),
          userNameKey: String(place[2]),
        },
      }),
    );
    return pageOf(rows, {
      first: size,
      after,
      cursorOf: ({ active, rank, userNameKey }) =>
        context.cursors.encode(LIST, [Number(active), rank, userNameKey]),
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
