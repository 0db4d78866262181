import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, Int, ObjectType } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { READ_SCOPE } from "../../access/viewer.ts";
import { LocalDate } from "../../people/local-date.ts";
import { LifecycleEventChange, LifecycleEventKind } from "../event-kind.ts";

@RequiresScope(READ_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description:
    "A change of a person, or one of their dates that has arrived. The company has one order of events. Each " +
    "event is delivered at least once: it can repeat after a reconnect, with the same `id`.",
})
export class LifecycleEvent {
  /** Counts from 1 per tenant, without gaps, in the order of commits. */
  seq!: number;

  /** Random, and part of the cursor; null for events of versions without stamps. */
  stamp!: number | null;

  /** The epoch of the log that the event belongs to. */
  epoch!: number;

  @Field(() => ID, {
    description:
      "The same for every delivery of the event: ignore ids that you have handled. It is derived from the reported " +
      "fact, so a fact that is emitted again after a restore from backup has the same id.",
  })
  id!: string;

  @Field(() => LifecycleEventKind, { description: "What happened." })
  kind!: LifecycleEventKind;

  @Field(() => ID, { description: "The person that the event is about. `Person.id`." })
  personId!: string;

  @Field(() => LocalDate, {
    description:
      "The day that the event is about. For dates, the date itself, even if the event fires days before or " +
      "after it (`offsetDays`) or late. For changes, the day on which the sync found them, where the " +
      "person works.",
  })
  occursOn!: string;

  @Field(() => Int, {
    description:
      "The offset from `occursOn` at which the event fires, in days; negative is before. 0 for changes.",
  })
  offsetDays!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      "WORK_ANNIVERSARY: the number of years. Null for other kinds, and for a cancelled anniversary.",
  })
  years!: number | null;

  /** Every name; the resolver serves those that the viewer may see. */
  changedFields!: readonly string[] | null;

  @Field(() => Boolean, {
    description:
      "Whether the event was emitted after its day. Reasons: the date was entered late, it moved back to a " +
      "day that had fired, or the service was down.",
  })
  late!: boolean;

  @Field(() => LifecycleEventChange, {
    nullable: true,
    description: "Null for the event itself; otherwise what happened to a date that was emitted earlier.",
  })
  change!: LifecycleEventChange | null;

  @Field(() => ID, {
    nullable: true,
    description: "The `id` of the event that this one corrects; null if `change` is null.",
  })
  supersedes!: string | null;

  @Field(() => GraphQLDateTime, { description: "When the service recorded the event." })
  emittedAt!: Date;

  /** Where the person worked then, so that every replay filters alike. */
  departmentId!: string | null;
  officeId!: string | null;
}
