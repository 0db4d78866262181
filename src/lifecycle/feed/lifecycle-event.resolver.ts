import { Arg, Args, Ctx, FieldResolver, Int, Query, Resolver, Root, Subscription } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { READ_SCOPE } from "../../access/viewer.ts";
import { badUserInput } from "../../errors.ts";
import type { RaisedFields } from "../../fields/raised-fields.ts";
import type { PeopleContext } from "../../people/person.loader.ts";
import type { PersonRow } from "../../people/person.repository.ts";
import { Person } from "../../people/person.ts";
import { type Connection, createConnectionType, pageOf } from "../../request/connection.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { checkFirst } from "../../request/page-size.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { type EventFilter, EventFilterArgs, toEventFilter } from "../events/event-filter.ts";
import { findStream } from "../events/event-stream.repository.ts";
import { LifecycleEvent } from "../events/lifecycle-event.ts";
import { beginningOf, endOf, NO_LOG } from "../events/places.ts";
import {
  countMatchingEvents,
  findLastVisible,
  findPlace,
  isOffsetRegistered,
  listMatchingEvents,
} from "../events/read-log.repository.ts";
import {
  checkEvent,
  restrictFilter,
  seesEverything,
  visibilityOf,
  visibleFields,
} from "../events/visible-events.ts";
import type { LifecycleFeed } from "./lifecycle-feed.ts";
import { checkPosition, readCursor, toCursor } from "./positions.ts";

export type LifecycleContext = PeopleContext & { readonly lifecycleFeed: LifecycleFeed };

const LifecycleEventConnection = createConnectionType({
  name: "LifecycleEvent",
  node: () => LifecycleEvent,
  entry: "event",
  entries: "events",
  scope: READ_SCOPE,
});

/** The maximum: a client that reads the log reads all of it. */
const EVENTS_A_PAGE = 100;

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
        "The cursor of the last event that you know, from here or from `lifecycleEvents`. Left out or " +
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
      "The same events as a query: from the oldest one kept, in pages. The `endCursor` of the last page, " +
      "even of an empty one, is the end of the log: subscribe with it, and you miss no event. `kinds: []` " +
      "returns only that cursor. Kinds and changes that you may not see are left out, also from " +
      "`totalCount`.",
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
    @Arg("after", () => String, { nullable: true, description: "A cursor: only events after it." })
    after?: string | null,
  ): Promise<Connection<LifecycleEvent>> {
    const filter = await readFilter(filterArgs, context);
    return listEventPage(context, filter, { first, after });
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

/**
 * A page of the log. The last page ends where the log ends: its `endCursor` is after events that the filter
 * excludes, too. For a viewer who may not see every event, the log ends with the last visible one. An end
 * that moves would show that something happened.
 */
export async function listEventPage(
  { read, raised, cursors, viewer }: RequestContext,
  filter: EventFilter,
  { first, after }: { first: number | null; after: string | null | undefined },
): Promise<Connection<LifecycleEvent>> {
  const size = checkFirst(first, EVENTS_A_PAGE);
  const ends = (await read(findStream)) ?? NO_LOG;
  const from = after == null ? beginningOf(ends) : readCursor(cursors, after);
  const isKept = from.seq > ends.prunedSeq;
  const there = isKept ? await read((manager) => findPlace(manager, ends, from.seq)) : null;
  checkPosition(from, { ends, there }, cursors);
  const part = { ends, after: from.seq, upTo: ends.lastSeq, limit: size + 1 };
  const rows = await read((manager) => listMatchingEvents(manager, filter, part));
  const page = pageOf(rows, {
    first: size,
    after,
    cursorOf: (event) => toCursor(cursors, event),
    countAll: () => read((manager) => countMatchingEvents(manager, filter)),
  });
  if (page.pageInfo.hasNextPage) return page;
  const visibility = visibilityOf(viewer, await raised());
  const end = seesEverything(visibility)
    ? endOf(ends)
    : ((await read((manager) => findLastVisible(manager, visibility, { ends, after: from.seq }))) ??
      there ??
      beginningOf(ends));
  return { ...page, pageInfo: atTheEnd(page.pageInfo, () => toCursor(cursors, end)) };
}

type PageInfo = Connection<unknown>["pageInfo"];

const atTheEnd = ({ hasNextPage, hasPreviousPage, startCursor }: PageInfo, end: () => string): PageInfo => ({
  hasNextPage,
  hasPreviousPage,
  startCursor,
  get endCursor() {
    return end();
  },
});
