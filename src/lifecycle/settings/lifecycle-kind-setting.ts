import { Field, Int, ObjectType } from "type-graphql";
import { LifecycleEventKind } from "../event-kind.ts";

@ObjectType({
  simpleResolvers: true,
  description: "Whether and when a company's lifecycle events of one kind are told.",
})
export class LifecycleKindSetting {
  @Field(() => LifecycleEventKind, { description: "Which kind." })
  kind!: LifecycleEventKind;

  @Field(() => Boolean, { description: "Whether its events are told. See `setLifecycleKind`." })
  enabled!: boolean;

  @Field(() => Boolean, {
    description:
      "Whether Personio lets us read what it takes, as of the last sync. While it does not, dates that were read before still fire, and " +
      "new ones are not seen: `personioIntegration.attributes` says what to tick. True before the first sync.",
  })
  granted!: boolean;

  @Field(() => [Int], {
    description:
      "On which days around the date its events come, in order: −7 is a week before, 0 the date itself, which is always among them. " +
      "See `setLifecycleOffsets`.",
  })
  offsetDays!: readonly number[];
}
