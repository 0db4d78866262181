import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root, Subscription } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { READ_SCOPE } from "../../access/viewer.ts";
import { badUserInput } from "../../errors.ts";
import type { RaisedFields } from "../../fields/raised-fields.ts";
import { checkLookup, LOOKUPS_MAX } from "../../people/directory/people-filter.ts";
import { SortDirection } from "../../people/directory/people-order.ts";
import type { PeopleContext } from "../../people/person.loader.ts";
import type { PersonRow } from "../../people/person.repository.ts";
import { Person } from "../../people/person.ts";
import { type Connection, createConnectionType } from "../../request/connection.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { readOpaqueIds } from "../../request/opaque-id.ts";
import { type EventFilter, EventFilterArgs, toEventFilter } from "../events/event-filter.ts";
import type { LifecycleLoaders } from "../events/lifecycle-event.loader.ts";
import { LifecycleEvent } from "../events/lifecycle-event.ts";
import { isOffsetRegistered } from "../events/read-log.repository.ts";
import { checkEvent, restrictFilter, visibilityOf, visibleFields } from "../events/visible-events.ts";
import { EVENTS_A_PAGE, listEventPage } from "./event-page.ts";
import type { LifecycleFeed } from "./lifecycle-feed.ts";
import { toCursor } from "./positions.ts";

export type LifecycleContext = PeopleContext & {
  readonly lifecycleFeed: LifecycleFeed;
  readonly loaders: LifecycleLoaders;
};

const LifecycleEventConnection = createConnectionType({
  name: "LifecycleEvent",
  node: () => LifecycleEvent,
  entry: "event",
  entries: "events",
  scope: READ_SCOPE,
});

type FollowArgs = EventFilterArgs & { readonly after?: string | null };

@Resolver(() => LifecycleEvent)
export class LifecycleEventResolver {
  @RequiresScope(READ_SCOPE)
  @Subscription(() => LifecycleEvent, {
    description:
      "Lifecycle events as they happen, in one order, each at least once. Keep the `cursor` of the last " +
      "event that you handled. When the subscription ends, subscribe again with it as `after`: the events " +
      "that you missed come first, then new ones, without a gap. Events are kept for at least 30 days. An " +
      "older cursor fails with CURSOR_EXPIRED; `extensions.oldestCursor` is the oldest usable one. A " +
      "client that reads too slowly gets LAGGED, with the cursor to continue from in `extensions.cursor`. " +
      "Kinds and changes that you may not see are left out.",
    subscribe: ({ args, context }: { args: FollowArgs; context: LifecycleContext }) => follow(args, context),
  })
  async lifecycleEvent(
    @Root() event: LifecycleEvent,
    @Ctx() { viewer, raised }: LifecycleContext,
    @Args(() => EventFilterArgs) _filter: EventFilterArgs,
    @Arg("after", () => String, {
      nullable: true,
      description:
        "The cursor of the last event that you handled, from here or from `lifecycleEvents`. Left out or " +
        "null: only events from now on.",
    })
    _after?: string | null,
  ): Promise<LifecycleEvent> {
    checkEvent(event, visibilityOf(viewer, await raised()));
    return event;
  }

  @RequiresScope(READ_SCOPE)
  @NotKept("STATE")
  @Query(() => LifecycleEventConnection, {
    description:
      "The events of `Subscription.lifecycleEvent` as a query: from the oldest one kept, in pages. The `endCursor` of the last page, " +
      "even of an empty one, is the end of the log: subscribe with it, and you miss no event. `kinds: []` " +
      "returns only that cursor. With `order: DESC` the newest event comes first. The end of the log is " +
      "then the `startCursor` of the first page, even of an empty one: subscribe with that. Kinds and " +
      "changes that you may not see are left out, also from `totalCount`.",
  })
  async lifecycleEvents(
    @Ctx() context: LifecycleContext,
    @Args(() => EventFilterArgs) filterArgs: EventFilterArgs,
    @Arg("first", () => Int, {
      nullable: true,
      defaultValue: EVENTS_A_PAGE,
      description: "How many events at most: 1 to 100.",
    })
    first: number | null,
    @Arg("order", () => SortDirection, {
      nullable: true,
      defaultValue: "ASC",
      description:
        "ASC: as they happened. DESC: the newest first; pages then go back in time, down to the oldest event " +
        "kept, and never fail with CURSOR_EXPIRED. A cursor is a place in the log, so it is valid in both " +
        "directions and for the subscription. Events that happen meanwhile do not shift the pages.",
    })
    order: SortDirection | null,
    @Arg("after", () => String, {
      nullable: true,
      description: "A cursor: only the events that follow it in this order. With DESC, those are older.",
    })
    after?: string | null,
    @Arg("personIds", () => [ID], {
      nullable: true,
      description: `Only events of these people. \`Person.id\`. At most ${LOOKUPS_MAX}; unknown ids match no event.`,
    })
    personIds?: string[] | null,
  ): Promise<Connection<LifecycleEvent>> {
    checkLookup("personIds", personIds);
    const filter = await readFilter(filterArgs, context);
    const chosen = personIds ? readOpaqueIds(personIds) : null;
    return listEventPage(context, { ...filter, personIds: chosen }, { first, after, order });
  }

  @FieldResolver(() => String, {
    description: "Pass it as `after` to continue from here, to the subscription or to `lifecycleEvents`.",
  })
  cursor(@Root() event: LifecycleEvent, @Ctx() { cursors }: LifecycleContext): string {
    return toCursor(cursors, event);
  }

  @FieldResolver(() => [String], {
    nullable: true,
    description:
      "PERSON_CHANGED: the fields of `Person` that have changed. Null for other kinds. Leaves out names of " +
      "fields that you may not see; an event with no other name is left out.",
  })
  async changedFields(
    @Root() { changedFields }: LifecycleEvent,
    @Ctx() { viewer, raised }: LifecycleContext,
  ): Promise<readonly string[] | null> {
    return changedFields && visibleFields(changedFields, visibilityOf(viewer, await raised()));
  }

  @FieldResolver(() => Person, {
    nullable: true,
    description:
      "The person as they are now, which may be later than the event. The record stays after a person leaves. " +
      "Null if the directory has no record of the person.",
  })
  person(
    @Root() { personId }: LifecycleEvent,
    @Ctx() { loaders }: LifecycleContext,
  ): Promise<PersonRow | null> {
    return loaders.personById.load(personId);
  }

  // An event and its correction have one kind and one offset, so a viewer sees both or neither.
  @FieldResolver(() => LifecycleEvent, {
    nullable: true,
    description:
      "The event that this one corrects, such as the one that announced the former day. Null if `change` is " +
      "null, and if the log no longer keeps that event.",
  })
  supersededEvent(
    @Root() { supersedes }: LifecycleEvent,
    @Ctx() { loaders }: LifecycleContext,
  ): Promise<LifecycleEvent | null> | null {
    return supersedes === null ? null : loaders.lifecycleEventById.load(supersedes);
  }
}

async function follow(
  args: FollowArgs,
  context: LifecycleContext,
): Promise<AsyncIterableIterator<LifecycleEvent>> {
  const { lifecycleFeed, viewer, cursors } = context;
  const filter = toEventFilter(args);
  const filterFor = (raised: RaisedFields): EventFilter =>
    restrictFilter(filter, visibilityOf(viewer, raised));
  // Only the check of an offset needs a read: thousands of subscriptions may start at once.
  if (filter.offsetDays !== 0) await readFilter(args, context);
  const after = args.after ?? null;
  return lifecycleFeed.follow({ tenantId: viewer.tenantId, cursors, after, filter: filterFor });
}

async function readFilter(
  args: EventFilterArgs,
  { read, raised, viewer }: LifecycleContext,
): Promise<EventFilter> {
  const filter = restrictFilter(toEventFilter(args), visibilityOf(viewer, await raised()));
  if (filter.offsetDays === 0 || (await read((manager) => isOffsetRegistered(manager, filter))))
    return filter;
  throw badUserInput(
    `No requested kind has events ${filter.offsetDays} days from its date.`,
    "Register the offset for a kind with `setLifecycleOffsets` first, or leave `offsetDays` out.",
  );
}
