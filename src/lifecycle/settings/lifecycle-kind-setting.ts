import { Field, Int, ObjectType } from "type-graphql";
import { LifecycleEventKind } from "../event-kind.ts";

@ObjectType({
  simpleResolvers: true,
  description: "Whether and when lifecycle events of one kind fire in a company.",
})
export class LifecycleKindSetting {
  @Field(() => LifecycleEventKind, { description: "The kind of event." })
  kind!: LifecycleEventKind;

  @Field(() => Boolean, { description: "Whether its events fire. See `setLifecycleKind`." })
  enabled!: boolean;

  @Field(() => Boolean, {
    description:
      "Whether the credential may read the attributes that this kind needs, as of the last sync. If not, " +
      "dates that were read before still fire, but new ones are not seen; `personioIntegration.attributes` " +
      "lists what to tick. True before the first sync.",
  })
  granted!: boolean;

  @Field(() => [Int], {
    description:
      "The days around the date on which its events fire, in order: −7 is a week before, 0 the date " +
      "itself, which is always included. See `setLifecycleOffsets`.",
  })
  offsetDays!: readonly number[];
}
