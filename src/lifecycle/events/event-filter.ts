import { ArgsType, Field, ID, Int } from "type-graphql";
import type { RaisedFields } from "../../fields/raised-fields.ts";
import { readOpaqueIds } from "../../request/opaque-id.ts";
import { isDatedKind, LifecycleEventKind } from "../event-kind.ts";
import type { LifecycleEvent } from "./lifecycle-event.ts";

/** Which events a client requests: those that match every given argument. */
@ArgsType()
export class EventFilterArgs {
  @Field(() => [LifecycleEventKind], {
    nullable: true,
    description:
      "Only these kinds. Left out or null: every kind that you may see; an empty list: none. " +
      "PROBATION_END, CONTRACT_END_DATE, TERMINATION_DATE and BIRTHDAY need the scope `people:hr`: " +
      "without it, naming one of them is FORBIDDEN.",
  })
  kinds?: LifecycleEventKind[] | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 0,
    description:
      "Only events this many days after their date; negative is before. 0 is the date itself, and all " +
      "changes. Other numbers are BAD_USER_INPUT unless the company has registered them as an offset of a " +
      "kind. WORK_ANNIVERSARY before its date needs the scope `people:hr`: a missing announcement " +
      "would show that the employment ends before it.",
  })
  offsetDays?: number | null;

  @Field(() => [ID], {
    nullable: true,
    description: "Only people who were in one of these departments when it happened. `Department.id`.",
  })
  departmentIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: "Only people who were in one of these offices when it happened. `Office.id`.",
  })
  officeIds?: string[] | null;
}

/** The same filter, in a form for matching events and for SQL. Null does not restrict. */
export type EventFilter = {
  readonly kinds: readonly LifecycleEventKind[] | null;
  readonly offsetDays: number;
  readonly departmentIds: readonly string[] | null;
  readonly officeIds: readonly string[] | null;
  /** Fields that the viewer may not see: an event whose changed fields are all among them does not match. */
  readonly hiddenFields: readonly string[];
};

/** The filter of a subscriber: what it excludes may change while the subscription lasts. */
export type FilterFor = (raised: RaisedFields) => EventFilter;

export const toEventFilter = (args: EventFilterArgs): EventFilter => ({
  kinds: args.kinds ?? null,
  offsetDays: args.offsetDays ?? 0,
  departmentIds: args.departmentIds ? readOpaqueIds(args.departmentIds) : null,
  officeIds: args.officeIds ? readOpaqueIds(args.officeIds) : null,
  hiddenFields: [],
});

export const matchesFilter = (event: LifecycleEvent, filter: EventFilter): boolean =>
  event.offsetDays === filter.offsetDays &&
  (filter.kinds?.includes(event.kind) ?? true) &&
  isAmong(event.departmentId, filter.departmentIds) &&
  isAmong(event.officeId, filter.officeIds) &&
  !event.changedFields?.every((field) => filter.hiddenFields.includes(field));

const isAmong = (id: string | null, wanted: readonly string[] | null): boolean =>
  wanted === null || (id !== null && wanted.includes(id));

/** The requested kinds that can have an offset: changes cannot. */
export const datedKindsOf = ({ kinds }: EventFilter): readonly LifecycleEventKind[] | null =>
  kinds?.filter(isDatedKind) ?? null;
