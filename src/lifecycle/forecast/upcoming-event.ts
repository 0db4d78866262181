import { GraphQLDateTime } from "graphql-scalars";
import { Field, Int, ObjectType } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { HR_SCOPE, READ_SCOPE } from "../../access/viewer.ts";
import { LocalDate } from "../../people/local-date.ts";
import { createConnectionType } from "../../request/connection.ts";
import { type DatedKind, LifecycleEventKind } from "../event-kind.ts";

@RequiresScope(READ_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description:
    "A date that will fire as a lifecycle event, as known today; or one that will not, with the reason.",
})
export class UpcomingLifecycleEvent {
  @Field(() => LifecycleEventKind, { description: "The kind of event. Changes cannot be forecast." })
  kind!: DatedKind;

  readonly personId!: string;

  @Field(() => LocalDate, {
    description: "The date itself, even if the event fires some days before or after it.",
  })
  occursOn!: string;

  @Field(() => Int, {
    description: "How many days after the date the event fires: negative is before, 0 the day itself.",
  })
  offsetDays!: number;

  @Field(() => LocalDate, {
    description:
      "The day on which the event fires, at its start in `timeZone`: `occursOn` plus `offsetDays`.",
  })
  firesOn!: string;

  @Field(() => GraphQLDateTime, {
    description:
      "The moment when the event is due: the start of `firesOn` in `timeZone`. The event follows within " +
      "minutes.",
  })
  firesAt!: Date;

  @Field(() => Int, {
    nullable: true,
    description: "WORK_ANNIVERSARY: the number of years. Null for other kinds.",
  })
  years!: number | null;

  @Field(() => String, {
    description:
      "IANA name of the zone in which the day begins, such as \"Europe/Berlin\": that of the person's office, else the company's.",
  })
  timeZone!: string;

  // Most reasons show that an employment ends.
  @RequiresScope(HR_SCOPE)
  @Field(() => String, {
    nullable: true,
    description:
      "Null if the event will fire. Otherwise the reason why it will not, as a sentence for people. Needs " +
      "the scope `people:hr`.",
  })
  suppressedBecause!: string | null;
}

export const UpcomingLifecycleEventConnection = createConnectionType({
  name: "UpcomingLifecycleEvent",
  node: () => UpcomingLifecycleEvent,
  entry: "upcoming lifecycle event",
  entries: "upcoming lifecycle events",
  scope: READ_SCOPE,
  // A count forecasts every day of every person: 60 ms over two years at 3,000 people.
  countCost: 15_000,
});
