import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, Int, ObjectType } from "type-graphql";
import { LocalDate } from "../../people/local-date.ts";
import { LifecycleEventChange, LifecycleEventKind } from "../event-kind.ts";

@ObjectType({
  simpleResolvers: true,
  description:
    "Something that happened to a person, or a date of theirs that has come. Events are told in one order for the whole company, " +
    "each at least once: the same one may come again after a reconnect, and has the same `id` then.",
})
export class LifecycleEvent {
  /** Counts from 1 for each tenant, without gaps, in the order of commits. */
  seq!: number;

  /** Random, and part of the cursor; null for events of versions without stamps. */
  stamp!: number | null;

  /** Which epoch of the log it belongs to. */
  epoch!: number;

  @Field(() => ID, {
    description:
      "Stays the same however often the event is delivered: ignore the ones you know. Derived from what the event reports, so the same " +
      "fact has the same id also when it is emitted again after the service was restored from a backup.",
  })
  id!: string;

  @Field(() => LifecycleEventKind, { description: "What happened." })
  kind!: LifecycleEventKind;

  @Field(() => ID, { description: "Whom it happened to. `Person.id`." })
  personId!: string;

  @Field(() => LocalDate, {
    description:
      "The day it is about: the date itself for kinds that a date fires, also where the event comes some days before or after it " +
      "(`offsetDays`) or late; for changes the day they were seen, where the person works.",
  })
  occursOn!: string;

  @Field(() => Int, {
    description: "How many days after `occursOn` it is told; negative for before. 0 for changes.",
  })
  offsetDays!: number;

  @Field(() => Int, {
    nullable: true,
    description: "WORK_ANNIVERSARY: how many years. Null for other kinds, and for one that is cancelled.",
  })
  years!: number | null;

  @Field(() => [String], {
    nullable: true,
    description: "PERSON_CHANGED: the fields of `Person` that have changed. Null for other kinds.",
  })
  changedFields!: readonly string[] | null;

  @Field(() => Boolean, {
    description:
      "Emitted on a later day than its own, because the date was entered late or came back to a day that had fired, or the service was down.",
  })
  late!: boolean;

  @Field(() => LifecycleEventChange, {
    nullable: true,
    description: "Null for the event itself; else what has become of a date that was told before.",
  })
  change!: LifecycleEventChange | null;

  @Field(() => ID, {
    nullable: true,
    description: "The `id` of the event that this one corrects, where `change` is not null.",
  })
  supersedes!: string | null;

  @Field(() => GraphQLDateTime, { description: "When it was written down." })
  emittedAt!: Date;

  /** Where the person was then, so that a filter means the same at every replay. */
  departmentId!: string | null;
  officeId!: string | null;
}
