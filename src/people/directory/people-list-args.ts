import { ArgsType, Field } from "type-graphql";
import { PageArgs } from "../../request/page-args.ts";
import { PeopleFilter } from "./people-filter.ts";
import { PeopleOrder } from "./people-order.ts";

/** The arguments of the people of a department, office or legal entity. */
@ArgsType()
export class PeopleListArgs extends PageArgs {
  @Field(() => PeopleFilter, {
    nullable: true,
    description: "Which of its people to list. Left out: all except leavers.",
  })
  filter?: PeopleFilter | null;

  @Field(() => PeopleOrder, {
    nullable: true,
    description: "How to sort. Left out: by name. A cursor is valid only for the order that it came from.",
  })
  orderBy?: PeopleOrder | null;
}
