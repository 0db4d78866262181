import { Directive, Field, ObjectType } from "type-graphql";

@Directive("@shareable")
@ObjectType({
  simpleResolvers: true,
  description:
    "Where a page is in its list. To read on, pass `endCursor` as `after` while `hasNextPage` is true.",
})
export class PageInfo {
  @Field(() => Boolean, { description: "Whether more entries follow this page." })
  hasNextPage!: boolean;

  @Field(() => Boolean, {
    description: "Whether the page was read with `after`, so that entries precede it.",
  })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: "Cursor of the page's first entry; null on an empty page.",
  })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Cursor of the page's last entry; null on an empty page.",
  })
  endCursor!: string | null;
}
