import { Arg, Args, Ctx, FieldResolver, Int, Query, Resolver, Root, Subscription } from "type-graphql";
import { badUserInput } from "../../errors.ts";
import { type Connection, createConnectionType } from "../../paging/connection.ts";
import type { PeopleContext } from "../../people/person.loader.ts";
import type { PersonRow } from "../../people/person.repository.ts";
import { Person } from "../../people/person.ts";
import { type EventFilter, EventFilterArgs, toEventFilter } from "../events/event-filter.ts";
import { LifecycleEvent } from "../events/lifecycle-event.ts";
import { isOffsetRegistered } from "../events/read-log.repository.ts";
import type { LifecycleFeed } from "./lifecycle-feed.ts";
import { EVENTS_A_PAGE, listEventPage } from "./list-event-page.ts";
import { toCursor } from "./positions.ts";

export type LifecycleContext = PeopleContext & { readonly lifecycleFeed: LifecycleFeed };

const LifecycleEventConnection = createConnectionType({
  name: "LifecycleEvent",
  node: () => LifecycleEvent,
  entry: "event",
  entries: "events",
});

type FollowArgs = EventFilterArgs & { readonly after?: string | null };

@Resolver(() => LifecycleEvent)
export class LifecycleEventResolver {
  @Subscription(() => LifecycleEvent, {
    description:
      "Lifecycle events as they happen: in one order, each at least once. Keep the `cursor` of the last event that you have dealt " +
      "with, and after any end of the subscription subscribe again with it as `after`: what you missed comes first, then what is new, " +
      "without a hole in between. Events are kept for at least 30 days; for an older cursor the error is CURSOR_EXPIRED, with the " +
      "oldest one that can be used in `extensions.oldestCursor`. Who does not take events as fast as they come gets LAGGED, with the " +
      "cursor to go on from in `extensions.cursor`.",
    subscribe: ({ args, context }: { args: FollowArgs; context: LifecycleContext }) => follow(args, context),
  })
  lifecycleEvent(
    @Root() event: LifecycleEvent,
    @Args(() => EventFilterArgs) _filter: EventFilterArgs,
    @Arg("after", () => String, {
      nullable: true,
      description:
        "The cursor of the last event that you know, from here or from `lifecycleEvents`. Left out or null: only what happens from " +
        "now on.",
    })
    _after?: string | null,
  ): LifecycleEvent {
    return event;
  }

  @Query(() => LifecycleEventConnection, {
    description:
      "The same events by query, from the oldest that is kept, in pages. The `endCursor` of the last page is the end of the log, also " +
      "when the page is empty: subscribe with it, and nothing is lost in between. With `kinds: []` that is all you get.",
  })
  async lifecycleEvents(
    @Ctx() context: LifecycleContext,
    @Args(() => EventFilterArgs) filterArgs: EventFilterArgs,
    @Arg("first", () => Int, {
      nullable: true,
      defaultValue: EVENTS_A_PAGE,
      description: "How many, 1 to 100.",
    })
    first: number | null,
    @Arg("after", () => String, { nullable: true, description: "A cursor: the events after it." })
    after?: string | null,
  ): Promise<Connection<LifecycleEvent>> {
    const filter = await readFilter(filterArgs, context);
    return listEventPage(context, filter, { first, after });
  }

  @FieldResolver(() => String, {
    description: "Give it as `after` to go on from here, to the subscription or to `lifecycleEvents`.",
  })
  cursor(@Root() event: LifecycleEvent, @Ctx() { cursors }: LifecycleContext): string {
    return toCursor(cursors, event);
  }

  @FieldResolver(() => Person, {
    nullable: true,
    description:
      "The person as they are now, which may be later than the event. Null once their record was erased.",
  })
  person(
    @Root() { personId }: LifecycleEvent,
    @Ctx() { loaders }: LifecycleContext,
  ): Promise<PersonRow | null> {
    return loaders.personById.load(personId);
  }
}

async function follow(
  args: FollowArgs,
  context: LifecycleContext,
): Promise<AsyncIterableIterator<LifecycleEvent>> {
  const { lifecycleFeed, viewer, cursors } = context;
  const filter = await readFilter(args, context);
  return lifecycleFeed.follow({ tenantId: viewer.tenantId, cursors, after: args.after ?? null, filter });
}

async function readFilter(args: EventFilterArgs, { read }: LifecycleContext): Promise<EventFilter> {
  const filter = toEventFilter(args);
  if (filter.offsetDays === 0 || (await read((manager) => isOffsetRegistered(manager, filter))))
    return filter;
  throw badUserInput(
    `No kind that you ask for has events ${filter.offsetDays} days from its date.`,
    "Register the offset for a kind with `setLifecycleOffsets` first, or leave `offsetDays` out.",
  );
}
