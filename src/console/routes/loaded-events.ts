/** A page of the log, as the graph answers it. */
type Page<Event> = {
  readonly nodes: readonly Event[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly startCursor?: string | null;
    readonly endCursor?: string | null;
  };
};

type Identified = { readonly id: string; readonly cursor: string; readonly personId: string };

/** What a screen keeps of the log. */
export type LoadedEvents<Event> = {
  readonly events: readonly Event[];
  /** Newer events, the newest first. The list shows them when the reader asks for them. */
  readonly fresh: readonly Event[];
  /** The number of newer events. A large sync emits more than `fresh` keeps; the list then starts again. */
  readonly freshCount: number;
  /** The end of the log when the list began. */
  readonly from: string | null;
  /** The newest position that the list has; a restarted stream continues from here. */
  readonly newest: string | null;
  readonly oldest: string | null;
  readonly hasOlder: boolean;
};

/** A sync of a large company emits a hundred thousand events; readers need only the newest. */
export const FRESH_MAX = 200;

export const begin = <Event>({ nodes, pageInfo }: Page<Event>): LoadedEvents<Event> => ({
  events: nodes,
  fresh: [],
  freshCount: 0,
  from: pageInfo.startCursor ?? null,
  newest: pageInfo.startCursor ?? null,
  oldest: pageInfo.endCursor ?? null,
  hasOlder: pageInfo.hasNextPage,
});

export const withOlder = <Event>(
  before: LoadedEvents<Event>,
  { nodes, pageInfo }: Page<Event>,
): LoadedEvents<Event> => ({
  ...before,
  events: [...before.events, ...nodes],
  oldest: pageInfo.endCursor ?? before.oldest,
  hasOlder: pageInfo.hasNextPage,
});

/**
 * Adds an event of the stream, which may arrive twice. The stream cannot filter by person, so events of other
 * people are dropped here.
 */
export function withNews<Event extends Identified>(
  before: LoadedEvents<Event>,
  event: Event,
  personIds: readonly string[] | null,
): LoadedEvents<Event> {
  const moved = { ...before, newest: event.cursor };
  if (personIds && !personIds.includes(event.personId)) return moved;
  if (before.freshCount >= FRESH_MAX) return { ...moved, freshCount: before.freshCount + 1 };
  const isKnown = [...before.fresh, ...before.events].some(({ id }) => id === event.id);
  if (isKnown) return moved;
  return { ...moved, fresh: [event, ...before.fresh], freshCount: before.freshCount + 1 };
}

export const withFreshShown = <Event>(before: LoadedEvents<Event>): LoadedEvents<Event> => ({
  ...before,
  events: [...before.fresh, ...before.events],
  fresh: [],
  freshCount: 0,
});

/** The later events that corrected each event, by its id, as far as they are loaded. */
export const correctionsOf = <Event extends { readonly supersedes?: string | null }>(
  events: readonly Event[],
): ReadonlyMap<string, Event> =>
  new Map(events.flatMap((event) => (event.supersedes ? [[event.supersedes, event] as const] : [])));
