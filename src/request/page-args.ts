import { ArgsType, Field, Int } from "type-graphql";
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from "./page-size.ts";

/** The argument `first`, also where a list has another size by default. */
export const FIRST_ARGUMENT = {
  nullable: true,
  description: `How many entries at most: 1 to ${PAGE_SIZE_MAX}.`,
};

/** The arguments of every list with pages of the usual size. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { ...FIRST_ARGUMENT, defaultValue: PAGE_SIZE_DEFAULT })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Only entries after this cursor: the `endCursor` of the previous page, or an edge's `cursor`.",
  })
  after?: string | null;
}
