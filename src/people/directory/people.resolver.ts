import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, Int, Query, Resolver } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { READ_SCOPE } from "../../access/viewer.ts";
import { badUserInput } from "../../errors.ts";
import { type Connection, pageOf } from "../../request/connection.ts";
import { Kept } from "../../request/kept-rules.ts";
import { PageArgs } from "../../request/page-args.ts";
import { checkFirst } from "../../request/page-size.ts";
import { checkSkip, SKIP_MAX, SKIPPED_PER_POINT } from "../../request/skip.ts";
import { EmailAddress } from "../email-address.ts";
import type { PeopleContext } from "../person.loader.ts";
import { resolvePersonReference } from "../person.reference.ts";
import type { PersonRow } from "../person.repository.ts";
import { Person } from "../person.ts";
import { isReadWithPage, selectedRelations } from "./joined-people.ts";
import { checkLookups, criteriaFor, PeopleFilter } from "./people-filter.ts";
import { BY_NAME, checkOrder, PeopleOrder } from "./people-order.ts";
import { countPeople, findPeoplePage, isByNameAlone } from "./people-page.repository.ts";
import { type ListedPerson, positionOf } from "./people-page-sql.ts";
import { PersonConnection } from "./person-connection.ts";

@ArgsType()
class PeopleArgs extends PageArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: 0,
    description:
      `How many people to leave out before the page, for a jump: 0 to ${SKIP_MAX}. Adds 1 to the cost for ` +
      `every ${SKIPPED_PER_POINT} of them. Not together with \`after\`, which costs the same anywhere in the list.`,
  })
  skip?: number | null;
}

@Resolver()
export class PeopleResolver {
  @RequiresScope(READ_SCOPE)
  @Kept()
  @Query(() => Person, {
    nullable: true,
    description:
      "One person, by exactly one of the two arguments; null when there is no such person. Leavers are " +
      "found too.",
  })
  person(
    @Arg("id", () => ID, { nullable: true, description: "`Person.id`." })
    id: string | null | undefined,
    @Arg("workEmail", () => EmailAddress, {
      nullable: true,
      description: "Finds the person who has this work email now, else the last person who had it.",
    })
    workEmail: string | null | undefined,
    @Ctx() context: PeopleContext,
  ): Promise<PersonRow | null> | null {
    if ((id == null) === (workEmail == null)) {
      throw badUserInput(
        "`person` takes either `id` or `workEmail`.",
        "Give exactly one of the two arguments, and leave the other one out.",
      );
    }
    return resolvePersonReference({ id, workEmail }, context);
  }

  @RequiresScope(READ_SCOPE)
  @Kept()
  @Query(() => PersonConnection, {
    description:
      "The people of the company, in pages. Leavers are listed only if `filter.statuses` contains " +
      "INACTIVE, or if the filter looks people up by `ids`, `workEmails` or `personioIds`.",
  })
  async people(
    @Arg("filter", () => PeopleFilter, {
      nullable: true,
      description: "Which people to list. Left out: all except leavers.",
    })
    filter: PeopleFilter | null | undefined,
    @Arg("orderBy", () => PeopleOrder, {
      nullable: true,
      defaultValue: BY_NAME,
      description: "How to sort. A cursor is valid only for the order that it came from.",
    })
    orderBy: PeopleOrder | null | undefined,
    @Args(() => PeopleArgs) { first, after, skip }: PeopleArgs,
    @Ctx()
    { read, raised, cursors, now, viewer, looksAhead, selected, expectOneRead }: PeopleContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ListedPerson>> {
    const size = checkFirst(first);
    const skipped = checkSkip(skip, after);
    const criteria = await criteriaFor(filter, { viewer, raised });
    checkLookups(criteria);
    const order = orderBy ?? BY_NAME;
    checkOrder(order, criteria.search);
    const list = `people/${order.field}/${order.direction}`;
    const bounds = {
      after: after == null ? null : cursors.decode(list, after),
      limit: size + 1,
      skip: skipped,
    };
    const relations = looksAhead ? selectedRelations(info) : [];
    if (isByNameAlone(criteria, order) && isReadWithPage(selected, info)) expectOneRead();
    const rows = await read((manager) =>
      findPeoplePage(manager, { filter: criteria, order, now, selected, relations }, bounds),
    );
    return pageOf(rows, {
      first: size,
      after,
      skipped,
      cursorOf: (person) => cursors.encode(list, positionOf(person, order.field)),
      countAll: () => read((manager) => countPeople(manager, criteria, now)),
    });
  }
}
