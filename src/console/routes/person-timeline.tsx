import { useMemo, useState } from "react";
import type { ConsolePersonComingQuery, ConsolePersonEventsQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { Button } from "../parts/button.tsx";
import { Badge } from "../parts/chips.tsx";
import { Section } from "../parts/page.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import { useViewer } from "../parts/viewer.tsx";
import { useFormat } from "../texts/format.ts";
import { useTexts } from "../texts/texts.tsx";
import styles from "./person.module.css";
import type { PersonRecord } from "./person-record.ts";

const EVENTS = graphql(`
  query ConsolePersonEvents($personIds: [ID!]!, $first: Int!) {
    lifecycleEvents(personIds: $personIds, order: DESC, first: $first) {
      pageInfo {
        hasNextPage
      }
      edges {
        node {
          id
          kind
          occursOn
          years
          late
          change
          changedFields
          emittedAt
        }
      }
    }
  }
`);

const COMING = graphql(`
  query ConsolePersonComing($personIds: [ID!]!, $from: LocalDate!, $to: LocalDate!, $hr: Boolean!) {
    upcomingLifecycleEvents(personIds: $personIds, from: $from, to: $to, first: 20) {
      edges {
        node {
          kind
          occursOn
          firesOn
          offsetDays
          years
          suppressedBecause @include(if: $hr)
        }
      }
    }
  }
`);

/** What fits beside the rest of the person, and the most that one page may have. */
const FIRST = 20;
const MOST = 100;

/** Dates of the next year: an anniversary and a birthday are always among them. */
const DAYS_AHEAD = 365;
const DAY_MS = 24 * 60 * 60_000;

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** What has happened to the person, newest first, and what will. */
export function PersonTimeline({ person }: { readonly person: PersonRecord }) {
  const { person: texts, parts } = useTexts();
  const viewer = useViewer();
  const personIds = useMemo(() => [person.id], [person.id]);
  const days = useMemo(() => {
    const now = Date.now();
    return { from: dayOf(now), to: dayOf(now + DAYS_AHEAD * DAY_MS) };
  }, []);
  const coming = useAnswer(COMING, { personIds, ...days, hr: viewer.has("people:hr") });
  const [first, setFirst] = useState(FIRST);
  const events = useAnswer(EVENTS, { personIds, first });
  const dates = coming.data?.upcomingLifecycleEvents.edges.map(({ node }) => node) ?? [];
  const past = events.data?.lifecycleEvents.edges.map(({ node }) => node) ?? [];
  return (
    <>
      <Section title={texts.coming}>
        {coming.problem && <Problem problem={coming.problem} again={coming.again} />}
        {coming.isLoading && <Loading />}
        {coming.data && dates.length === 0 && <p className="muted">{texts.nothingComing}</p>}
        <ol className={styles.timeline}>
          {dates.map((date) => (
            <ComingDate key={`${date.kind} ${date.occursOn} ${date.offsetDays}`} date={date} />
          ))}
        </ol>
      </Section>
      <Section title={texts.events}>
        {events.problem && <Problem problem={events.problem} again={events.again} />}
        {events.isLoading && <Loading />}
        {events.data && past.length === 0 && <p className="muted">{texts.noEvents}</p>}
        <ol className={styles.timeline}>
          {past.map((event) => (
            <PastEvent key={event.id} event={event} />
          ))}
        </ol>
        {events.data?.lifecycleEvents.pageInfo.hasNextPage && first < MOST && (
          <div>
            <Button tone="quiet" onClick={() => setFirst(MOST)}>
              {parts.showMore}
            </Button>
          </div>
        )}
      </Section>
    </>
  );
}

type Coming = ConsolePersonComingQuery["upcomingLifecycleEvents"]["edges"][number]["node"];

function ComingDate({ date }: { readonly date: Coming }) {
  const { person: texts } = useTexts();
  const format = useFormat();
  const { kind, occursOn, firesOn, offsetDays, years, suppressedBecause } = date;
  return (
    <li>
      <span className={`${styles.when} figures`}>{format.day(firesOn)}</span>
      <div className={styles.what}>
        <span>
          {texts.kind(kind, years ?? undefined)}
          {offsetDays !== 0 && (
            <span className="muted"> {texts.offset(offsetDays, format.day(occursOn))}</span>
          )}
        </span>
        {suppressedBecause && (
          <span className="muted small">
            <Badge tone="warn">{texts.silent}</Badge> <span lang="en">{suppressedBecause}</span>
          </span>
        )}
      </div>
    </li>
  );
}

type Past = ConsolePersonEventsQuery["lifecycleEvents"]["edges"][number]["node"];

function PastEvent({ event }: { readonly event: Past }) {
  const { person: texts } = useTexts();
  const format = useFormat();
  const { kind, occursOn, years, late, change, changedFields } = event;
  const names = changedFields?.map((field) => texts.fields[field as keyof typeof texts.fields] ?? field);
  return (
    <li>
      <span className={`${styles.when} figures`}>{format.day(occursOn)}</span>
      <div className={styles.what}>
        <span>
          {texts.kind(kind, years ?? undefined)}{" "}
          {change && <Badge tone="warn">{texts.changes[change]}</Badge>} {late && <Badge>{texts.late}</Badge>}
        </span>
        {names && names.length > 0 && <span className="muted small">{format.list(names)}</span>}
      </div>
    </li>
  );
}
