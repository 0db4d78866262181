import { useMemo } from "react";
import type { ConsolePersonComingQuery, ConsolePersonEventsQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { addDays, today } from "../parts/calendar.ts";
import { Badge } from "../parts/chips.tsx";
import { Section } from "../parts/page.tsx";
import { type PageAt, Paged } from "../parts/paged.tsx";
import { Loading } from "../parts/states.tsx";
import { useViewer } from "../parts/viewer.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./person.module.css";
import type { PersonRecord } from "./person-record.ts";
import { SilentReason } from "./silent-reason.tsx";

const EVENTS = graphql(`
  query ConsolePersonEvents($personIds: [ID!]!, $first: Int!, $after: String) {
    lifecycleEvents(personIds: $personIds, order: DESC, first: $first, after: $after) {
      pageInfo {
        endCursor
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
  query ConsolePersonComing(
    $personIds: [ID!]!
    $from: LocalDate!
    $to: LocalDate!
    $first: Int!
    $after: String
    $hr: Boolean!
  ) {
    upcomingLifecycleEvents(personIds: $personIds, from: $from, to: $to, first: $first, after: $after) {
      pageInfo {
        endCursor
        hasNextPage
      }
      edges {
        node {
          kind
          occursOn
          firesOn
          offsetDays
          years
          suppressedBecause @include(if: $hr)
          suppressionReason @include(if: $hr)
        }
      }
    }
  }
`);

/** The number of events that fit beside the other parts of the screen. */
const FIRST = 20;

/** One year, which always includes an anniversary and a birthday. */
const DAYS_AHEAD = 365;

/** Past events of the person, newest first, and upcoming dates. */
export function PersonTimeline({ person }: { readonly person: PersonRecord }) {
  const { person: texts } = useScreenTexts();
  const personIds = useMemo(() => [person.id], [person.id]);
  return (
    <>
      <Section title={texts.coming}>
        <Paged listKey="coming" page={(at) => <ComingPage {...{ personIds, at }} />} />
      </Section>
      <Section title={texts.events}>
        <Paged listKey="events" page={(at) => <EventsPage {...{ personIds, at }} />} />
      </Section>
    </>
  );
}

type TimelineProps = { readonly personIds: string[]; readonly at: PageAt };

function ComingPage({ personIds, at }: TimelineProps) {
  const { person: texts } = useScreenTexts();
  const viewer = useViewer();
  const days = useMemo(() => ({ from: today(), to: addDays(today(), DAYS_AHEAD) }), []);
  const answer = useAnswer(COMING, {
    personIds,
    ...days,
    first: FIRST,
    after: at.after,
    hr: viewer.has("people:hr"),
  });
  const { data, isLoading } = answer;
  if (isLoading) return <Loading />;
  if (!data) return <AnswerProblems answer={answer} />;
  const { edges, pageInfo } = data.upcomingLifecycleEvents;
  return (
    <>
      <AnswerProblems answer={answer} />
      {edges.length === 0 && <p className="muted">{texts.nothingComing}</p>}
      <ol className={styles.timeline}>
        {edges.map(({ node }) => (
          <ComingDate key={`${node.kind} ${node.occursOn} ${node.offsetDays}`} date={node} />
        ))}
      </ol>
      {at.more(pageInfo)}
    </>
  );
}

function EventsPage({ personIds, at }: TimelineProps) {
  const { person: texts } = useScreenTexts();
  const answer = useAnswer(EVENTS, { personIds, first: FIRST, after: at.after });
  const { data, isLoading } = answer;
  if (isLoading) return <Loading />;
  if (!data) return <AnswerProblems answer={answer} />;
  const { edges, pageInfo } = data.lifecycleEvents;
  return (
    <>
      <AnswerProblems answer={answer} />
      {edges.length === 0 && <p className="muted">{texts.noEvents}</p>}
      <ol className={styles.timeline}>
        {edges.map(({ node }) => (
          <PastEvent key={node.id} event={node} />
        ))}
      </ol>
      {at.more(pageInfo)}
    </>
  );
}

type Coming = ConsolePersonComingQuery["upcomingLifecycleEvents"]["edges"][number]["node"];

function ComingDate({ date }: { readonly date: Coming }) {
  const { person: texts } = useScreenTexts();
  const format = useFormat();
  const { kind, occursOn, firesOn, offsetDays, years, suppressedBecause, suppressionReason } = date;
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
            <Badge tone="warn">{texts.silent}</Badge>{" "}
            <SilentReason reason={suppressionReason} sentence={suppressedBecause} />
          </span>
        )}
      </div>
    </li>
  );
}

type Past = ConsolePersonEventsQuery["lifecycleEvents"]["edges"][number]["node"];

function PastEvent({ event }: { readonly event: Past }) {
  const { person: texts } = useScreenTexts();
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
