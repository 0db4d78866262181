import { useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { ReadProblem } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { Page } from "../parts/page.tsx";
import { withoutEmpty } from "../parts/search-params.ts";
import { Empty, Forbidden, Loading } from "../parts/states.tsx";
import { useViewer } from "../parts/viewer.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { EventFilters } from "./event-filters.tsx";
import { type AskedEvents, useEventLog } from "./event-log.ts";
import type { LogEvent } from "./event-operations.ts";
import { EventRow } from "./event-row.tsx";
import { EventViews } from "./event-views.tsx";
import styles from "./events.module.css";
import { kindsFor } from "./events-search.ts";
import { HiddenKinds } from "./hidden-kinds.tsx";
import { correctionsOf, type LoadedEvents } from "./loaded-events.ts";

/**
 * Within this distance from its top, the list shows new events at once. Further down, it moves only on
 * request.
 */
const TOP_PX = 80;

/** The events of people, the newest first, including those that arrive while the page is open. */
export function Events() {
  const { events } = useScreenTexts();
  if (useViewer().has("people:read")) return <EventLog />;
  return (
    <Page title={events.title}>
      <Forbidden scope="people:read" />
    </Page>
  );
}

function EventLog() {
  const { events } = useScreenTexts();
  const search = useSearch({ from: "/events" });
  const { asked, hidden } = kindsFor(search.kind, useViewer().has("people:hr"));
  return (
    <Page title={events.title} lead={<p>{events.lead}</p>}>
      <EventViews />
      <EventFilters search={search} />
      <HiddenKinds kinds={hidden} />
      {asked?.length !== 0 && <Log search={withoutEmpty({ ...search, kind: asked })} />}
    </Page>
  );
}

function Log({ search }: { readonly search: AskedEvents }) {
  const { events } = useScreenTexts();
  const { loaded, failure, problem, isReading, again, readOlder, showFresh } = useEventLog(search);
  const freshCount = loaded?.freshCount ?? 0;
  useEffect(() => {
    if (freshCount > 0 && window.scrollY < TOP_PX) showFresh();
  });
  return (
    <>
      <Fresh count={freshCount} onShow={showFresh} />
      {failure && <ReadProblem problem={failure} again={again} />}
      {loaded && <List loaded={loaded} isFiltered={Object.keys(search).length > 0} />}
      {problem && <ReadProblem problem={problem} again={again} />}
      {isReading && !loaded && <Loading />}
      {loaded?.hasOlder && (
        <div className={styles.foot}>
          <Button onClick={readOlder} isBusy={isReading}>
            {events.older}
          </Button>
        </div>
      )}
    </>
  );
}

/** Announces new events. The list does not move until the reader asks for them. */
function Fresh({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  const { events } = useScreenTexts();
  const format = useFormat();
  return (
    <div className={styles.fresh} role="status">
      {count > 0 && (
        <p>
          {events.fresh(count, format.number(count))}
          <Button
            tone="quiet"
            onClick={() => {
              onShow();
              window.scrollTo({ top: 0 });
            }}
          >
            {events.showFresh}
          </Button>
        </p>
      )}
    </div>
  );
}

function List({
  loaded,
  isFiltered,
}: {
  readonly loaded: LoadedEvents<LogEvent>;
  readonly isFiltered: boolean;
}) {
  const { events } = useScreenTexts();
  const format = useFormat();
  const corrections = correctionsOf([...loaded.fresh, ...loaded.events]);
  const shown = new Set(loaded.events.map(({ id }) => id));
  if (loaded.events.length === 0)
    return isFiltered ? (
      <Empty title={events.noMatch}>{events.noMatchHelp}</Empty>
    ) : (
      <Empty title={events.nothing}>{events.nothingHelp}</Empty>
    );
  return (
    <>
      {byDay(loaded.events).map(([day, ofDay]) => (
        <section key={day} className={styles.day} aria-label={format.dayWithWeekday(day)}>
          <h2 className={styles.dayTitle}>{format.dayWithWeekday(day)}</h2>
          <ul className={styles.list}>
            {ofDay.map((event) => (
              <EventRow
                key={event.id}
                event={event}
                corrected={corrections.get(event.id)}
                isShown={(id) => shown.has(id)}
              />
            ))}
          </ul>
        </section>
      ))}
      {!loaded.hasOlder && <p className="muted small">{events.end}</p>}
    </>
  );
}

/** By the day on the reader's clock; `sv` writes days as `2026-11-29`. */
const dayOf = (instant: string): string => new Date(instant).toLocaleDateString("sv");

const byDay = (events: readonly LogEvent[]): [string, LogEvent[]][] => [
  ...Map.groupBy(events, ({ emittedAt }) => dayOf(emittedAt)),
];
