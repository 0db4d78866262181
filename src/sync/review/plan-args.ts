import { ArgsType, Directive, Field } from "type-graphql";
import { PageArgs } from "../../request/page-args.ts";
import { SyncPlanChange } from "./sync-plan.ts";

/**
 * Which changes of a plan to list. With a field or a search, the page and its total each read the whole plan.
 * For 3,000 people that takes 190 or 120 ms of CPU, and a point of cost is 5 µs.
 */
@ArgsType()
export class PlanArgs extends PageArgs {
  @Field(() => SyncPlanChange, { nullable: true, description: "Only changes of this kind." })
  change?: SyncPlanChange | null;

  @Directive("@cost(weight: 38000)")
  @Field(() => String, {
    nullable: true,
    description:
      "Only people in the directory whose value of this field would change: a `field` of `planSummary`. " +
      "FORBIDDEN for a field that you may not see. Costly: it reads the whole plan.",
  })
  field?: string | null;

  @Directive("@cost(weight: 24000)")
  @Field(() => String, {
    nullable: true,
    description:
      "Words that the names, the work email or Personio's id contains, in any order and case. Blank text has no " +
      "effect. Costly: it reads the whole plan.",
  })
  search?: string | null;
}
