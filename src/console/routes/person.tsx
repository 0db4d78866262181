import { Link, useParams } from "@tanstack/react-router";
import { useAnswer } from "../graph/use-answer.ts";
import { Badge } from "../parts/chips.tsx";
import { HiddenFields, hiddenIn } from "../parts/hidden-fields.tsx";
import { Page, Section } from "../parts/page.tsx";
import { Empty, Forbidden, Loading, Problem } from "../parts/states.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { useViewer } from "../parts/viewer.tsx";
import { useFormat } from "../texts/format.ts";
import { useTexts } from "../texts/texts.tsx";
import styles from "./person.module.css";
import { PersonApprover } from "./person-approver.tsx";
import { PersonFacts } from "./person-facts.tsx";
import { PersonLedger } from "./person-ledger.tsx";
import { PERSON, type PersonRecord } from "./person-record.ts";
import { PersonSources } from "./person-sources.tsx";
import { PersonTimeline } from "./person-timeline.tsx";

/** Each person is a screen of its own: nothing of the last one stays while the next is on its way. */
export function Person() {
  const { person: texts } = useTexts();
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
  const { person: texts } = useTexts();
  const viewer = useViewer();
  const { data, problem, problems, isLoading, again } = useAnswer(PERSON, {
    id,
    hr: viewer.has("people:hr"),
    sensitive: viewer.has("people:sensitive"),
    admin: viewer.has("people:admin"),
  });
  if (isLoading) return <Loading />;
  const person = data?.person;
  if (!person)
    return (
      <Page title={problem ? texts.title : texts.unknown} width="text">
        {problem ? (
          <Problem problem={problem} again={again} />
        ) : (
          <Empty title={texts.unknownHelp} actions={<Link to="/">{texts.toPeople}</Link>} />
        )}
      </Page>
    );
  return (
    <Page
      title={person.displayName}
      beside={<StatusBadge status={person.status} />}
      lead={<Lead person={person} />}
    >
      <HiddenFields names={hiddenIn(problems)} />
      <div className={styles.columns}>
        <div className={styles.column}>
          <PersonFacts person={person} />
          <PersonTimeline person={person} />
        </div>
        <div className={styles.column}>
          <ReportingLine person={person} />
          <Reports person={person} />
          <PersonApprover id={person.id} />
          {viewer.has("people:admin") && <PersonLedger personioId={person.personioId} />}
        </div>
      </div>
      {viewer.has("people:admin") && <PersonSources person={person} />}
    </Page>
  );
}

/** Position and contact: what most people come for. */
function Lead({ person }: { readonly person: PersonRecord }) {
  const { person: texts } = useTexts();
  const format = useFormat();
  const { position, department, workEmail, isPreHire, hireDate } = person;
  return (
    <div className={styles.lead}>
      <span dir="auto">{[position, department?.name].filter(Boolean).join(" · ")}</span>
      {workEmail && <a href={`mailto:${workEmail}`}>{workEmail}</a>}
      {isPreHire && hireDate && <Badge tone="accent">{texts.startsOn(format.day(hireDate))}</Badge>}
    </div>
  );
}

function ReportingLine({ person }: { readonly person: PersonRecord }) {
  const { person: texts } = useTexts();
  const line = person.reportingChain.toReversed();
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
            <Link to="/people/$id" params={{ id }} dir="auto">
              {displayName}
            </Link>
            <span className="muted small" dir="auto">
              {position}
            </span>
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

function Reports({ person }: { readonly person: PersonRecord }) {
  const { person: texts, parts } = useTexts();
  const format = useFormat();
  const { totalCount, nodes } = person.directReports;
  if (totalCount === 0) return null;
  return (
    <Section
      title={texts.reports}
      beside={<span className="muted figures">{format.number(totalCount)}</span>}
      actions={
        <Link to="/" search={{ reportsTo: person.id }}>
          {texts.reportsInList}
        </Link>
      }
    >
      <ul className={styles.people}>
        {nodes.map(({ id, displayName, position, status }) => (
          <li key={id}>
            <Link to="/people/$id" params={{ id }} dir="auto">
              {displayName}
            </Link>
            <span className="muted small" dir="auto">
              {position}
            </span>
            {status !== "ACTIVE" && <StatusBadge status={status} />}
          </li>
        ))}
      </ul>
      {totalCount > nodes.length && <p className="muted">{parts.more(totalCount - nodes.length)}</p>}
    </Section>
  );
}
