import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { today } from "../parts/calendar.ts";
import { Badge } from "../parts/chips.tsx";
import { HiddenFields, protectsFirstDays, protectsLines } from "../parts/hidden-fields.tsx";
import { LoadingPage } from "../parts/loading-page.tsx";
import { Page, Section } from "../parts/page.tsx";
import { Empty, Forbidden } from "../parts/states.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { useViewer } from "../parts/viewer.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import styles from "./person.module.css";
import { PersonApprover } from "./person-approver.tsx";
import { PersonFacts } from "./person-facts.tsx";
import { PersonLedger } from "./person-ledger.tsx";
import { PERSON, type PersonRecord } from "./person-record.ts";
import { PersonSources } from "./person-sources.tsx";
import { PersonTimeline } from "./person-timeline.tsx";

/** Each person is a screen of its own: no data of the last one stays while the next one loads. */
export function Person() {
  const { person: texts } = useScreenTexts();
  const { id } = useParams({ from: "/people/$id" });
  if (useViewer().has("people:read")) return <PersonOf key={id} id={id} />;
  return (
    <Page title={texts.title}>
      <Forbidden scope="people:read" />
    </Page>
  );
}

/** A person, with what the viewer's rights show of them. */
function PersonOf({ id }: { readonly id: string }) {
  const { person: texts } = useScreenTexts();
  const viewer = useViewer();
  const [preHire, setPreHire] = useState(true);
  const [line, setLine] = useState(true);
  const answer = useAnswer(PERSON, {
    id,
    preHire,
    line,
    hr: viewer.has("people:hr"),
    sensitive: viewer.has("people:sensitive"),
    admin: viewer.has("people:admin"),
  });
  const { data, problems, isLoading } = answer;
  const hidesFirstDay = preHire && protectsFirstDays(problems);
  const hidesLine = line && protectsLines(problems);
  useEffect(() => {
    if (hidesFirstDay) setPreHire(false);
    if (hidesLine) setLine(false);
  }, [hidesFirstDay, hidesLine]);
  if (isLoading || hidesFirstDay || hidesLine) return <LoadingPage title={texts.title} />;
  const person = data?.person;
  if (!person)
    return (
      <Page title={problems.length > 0 ? texts.title : texts.unknown} width="text">
        {problems.length > 0 ? (
          <AnswerProblems answer={answer} part={person} />
        ) : (
          <Empty title={texts.unknownHelp} actions={<Link to="/">{texts.toPeople}</Link>} />
        )}
      </Page>
    );
  return (
    <Page title={person.displayName} beside={<Standing person={person} />} lead={<Lead person={person} />}>
      <AnswerProblems answer={answer} />
      <div className={styles.columns}>
        <div className={styles.column}>
          <PersonFacts person={person} />
          <PersonTimeline person={person} />
        </div>
        <div className={styles.column}>
          {person.reportingChain && <ReportingLine person={person} line={person.reportingChain} />}
          {person.directReports && <Reports id={person.id} reports={person.directReports} />}
          {!line && <HiddenFields names={["supervisor"]} />}
          <PersonApprover id={person.id} />
          {viewer.has("people:admin") && <PersonLedger personioId={person.personioId} />}
        </div>
      </div>
      {viewer.has("people:admin") && <PersonSources person={person} />}
    </Page>
  );
}

/** Whether the person works here, or from which day on. */
function Standing({ person }: { readonly person: PersonRecord }) {
  const { person: texts } = useScreenTexts();
  const format = useFormat();
  const { status, isPreHire, hireDate } = person;
  // A person may be onboarding although the first day has passed.
  if (isPreHire && status !== "LEAVE" && hireDate && hireDate > today())
    return <Badge tone="accent">{texts.startsOn(format.day(hireDate))}</Badge>;
  return <StatusBadge {...{ status, isPreHire }} />;
}

/** Position and contact, which most users look for. */
function Lead({ person }: { readonly person: PersonRecord }) {
  const { position, department, workEmail } = person;
  return (
    <div className={styles.lead}>
      <span dir="auto">{[position, department?.name].filter(Boolean).join(" · ")}</span>
      {workEmail && <a href={`mailto:${workEmail}`}>{workEmail}</a>}
    </div>
  );
}

type ReportingLineProps = {
  readonly person: Pick<PersonRecord, "id" | "displayName">;
  /** The supervisor first. */
  readonly line: NonNullable<PersonRecord["reportingChain"]>;
};

function ReportingLine({ person, line: upwards }: ReportingLineProps) {
  const { person: texts } = useScreenTexts();
  const line = upwards.toReversed();
  return (
    <Section
      title={texts.reportingLine}
      actions={
        <Link to="/org/$id" params={{ id: person.id }}>
          {texts.inOrganisation}
        </Link>
      }
    >
      <ol className={styles.line}>
        {line.map(({ id, displayName, position }) => (
          <li key={id}>
            <Colleague {...{ id, displayName, position }} />
          </li>
        ))}
        <li aria-current="true" className={styles.self}>
          <span dir="auto">{person.displayName}</span>
          <span className="muted small">{line.length === 0 && texts.atTheTop}</span>
        </li>
      </ol>
    </Section>
  );
}

type ColleagueProps = {
  readonly id: string;
  readonly displayName: string;
  readonly position?: string | null;
};

/** A person of the reporting line, or a report. */
const Colleague = ({ id, displayName, position }: ColleagueProps) => (
  <>
    <Link to="/people/$id" params={{ id }} dir="auto">
      {displayName}
    </Link>
    <span className="muted small" dir="auto">
      {position}
    </span>
  </>
);

type ReportsProps = {
  readonly id: string;
  readonly reports: NonNullable<PersonRecord["directReports"]>;
};

function Reports({ id: reportsTo, reports: { totalCount, nodes } }: ReportsProps) {
  const { person: texts } = useScreenTexts();
  const { parts } = useTexts();
  const format = useFormat();
  if (totalCount === 0) return null;
  return (
    <Section
      title={texts.reports}
      beside={<span className="muted figures">{format.number(totalCount)}</span>}
      actions={
        <Link to="/" search={{ reportsTo }}>
          {texts.reportsInList}
        </Link>
      }
    >
      <ul className={styles.people}>
        {nodes.map(({ id, displayName, position, status, isPreHire }) => (
          <li key={id}>
            <Colleague {...{ id, displayName, position }} />
            {(status !== "ACTIVE" || isPreHire) && <StatusBadge {...{ status, isPreHire }} />}
          </li>
        ))}
      </ul>
      {totalCount > nodes.length && <p className="muted">{parts.more(totalCount - nodes.length)}</p>}
    </Section>
  );
}
