import { GraphQLDateTime } from "graphql-scalars";
import { Field, Int, ObjectType } from "type-graphql";
import { createConnectionType } from "../../paging/connection.ts";
import { LocalDate } from "../../people/local-date.ts";
import { type DatedKind, LifecycleEventKind } from "../event-kind.ts";

@ObjectType({
  simpleResolvers: true,
  description:
    "A date that is going to be told as a lifecycle event, as far as it can be known today; or one that is not, and why.",
})
export class UpcomingLifecycleEvent {
  @Field(() => LifecycleEventKind, { description: "What will be told. Changes cannot be foreseen." })
  kind!: DatedKind;

  readonly personId!: string;

  @Field(() => LocalDate, {
    description: "The date itself, also where it is told some days before or after it.",
  })
  occursOn!: string;

  @Field(() => Int, {
    description:
      "How many days after the date it is told; negative for days before it, 0 for the day itself.",
  })
  offsetDays!: number;

  @Field(() => LocalDate, {
    description: "The day at whose start, in `timeZone`, it is told: `occursOn` and `offsetDays` together.",
  })
  firesOn!: string;

  @Field(() => GraphQLDateTime, {
    description: "That moment: the start of `firesOn` in `timeZone`. The event follows within minutes.",
  })
  firesAt!: Date;

  @Field(() => Int, {
    nullable: true,
    description: "WORK_ANNIVERSARY: how many years. Null for other kinds.",
  })
  years!: number | null;

  @Field(() => String, {
    description:
      "IANA name of the zone in which the day begins, such as \"Europe/Berlin\": that of the person's office, else the company's.",
  })
  timeZone!: string;

  @Field(() => String, {
    nullable: true,
    description: "Null when it will be told. Otherwise why it will not, as a sentence for people.",
  })
  suppressedBecause!: string | null;
}

export const UpcomingLifecycleEventConnection = createConnectionType({
  name: "UpcomingLifecycleEvent",
  node: () => UpcomingLifecycleEvent,
  entry: "upcoming lifecycle event",
  entries: "upcoming lifecycle events",
  // It forecasts every day for everybody: 60 ms over two years at 3,000 people.
  countCost: 15_000,
});
