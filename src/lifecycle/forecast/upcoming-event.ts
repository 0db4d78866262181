import { GraphQLDateTime } from "graphql-scalars";
import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { HR_SCOPE, READ_SCOPE } from "../../access/viewer.ts";
import { LocalDate } from "../../people/local-date.ts";
import { createConnectionType } from "../../request/connection.ts";
import type { Suppression } from "../due/suppress.ts";
import { type DatedKind, LifecycleEventKind } from "../event-kind.ts";

/** `TOO_LATE`: only a forecast looks at days that are over. */
export type SuppressionReason = Suppression | "TOO_LATE";

const SuppressionReason = {
  SWITCHED_OFF: "SWITCHED_OFF",
  NEVER_STARTED: "NEVER_STARTED",
  LEFT_BEFORE: "LEFT_BEFORE",
  TERMINATED_BEFORE: "TERMINATED_BEFORE",
  LEFT: "LEFT",
  GOES_ON: "GOES_ON",
  BEFORE_BASELINE: "BEFORE_BASELINE",
  BEFORE_SWITCHED_ON: "BEFORE_SWITCHED_ON",
  BEFORE_REGISTERED: "BEFORE_REGISTERED",
  TOO_LATE: "TOO_LATE",
} as const satisfies { readonly [Reason in SuppressionReason]: Reason };

registerEnumType(SuppressionReason, {
  name: "SuppressionReason",
  description: "Why a date will not fire as a lifecycle event.",
  valuesConfig: {
    SWITCHED_OFF: { description: "The company has switched this kind of event off." },
    NEVER_STARTED: { description: "The person left before the first day, or the offer was withdrawn." },
    LEFT_BEFORE: { description: "The person has left by then." },
    TERMINATED_BEFORE: { description: "The employment ends on or before this day." },
    LEFT: { description: "The person has left: only the last day still fires." },
    GOES_ON: { description: "The person moves to another legal entity, or works here again by then." },
    BEFORE_BASELINE: { description: "The day was over before the company's first sync." },
    BEFORE_SWITCHED_ON: { description: "The day was over before this kind was switched on." },
    BEFORE_REGISTERED: { description: "The day was over before this offset was registered." },
    TOO_LATE: { description: "The day is over: a date fires at most three days late." },
  },
});

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

  @RequiresScope(HR_SCOPE)
  @Field(() => SuppressionReason, {
    nullable: true,
    description:
      "The reason of `suppressedBecause` as a stable code; null if the event will fire. Needs the scope `people:hr`.",
  })
  suppressionReason!: SuppressionReason | null;
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
