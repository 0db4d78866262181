import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { OrgIssueKind } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AdminOnly } from "../parts/admin-only.tsx";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Badge } from "../parts/chips.tsx";
import { Page, Section } from "../parts/page.tsx";
import { type PageAt, Paged } from "../parts/paged.tsx";
import { IN_PLACE } from "../parts/search-params.ts";
import { Loading } from "../parts/states.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { NothingFound } from "./not-connected.tsx";
import styles from "./sync.module.css";
import { SyncTabs } from "./sync-tabs.tsx";
import { Toggles } from "./toggles.tsx";

const COUNTS = graphql(`
  query ConsoleLineCounts {
    personioIntegration {
      id
      status
      lastSucceededAt
    }
    orgIssueCounts {
      kind
      count
    }
  }
`);

const ISSUES = graphql(`
  query ConsoleLines($first: Int!, $after: String, $kinds: [OrgIssueKind!]) {
    orgIssues(first: $first, after: $after, kinds: $kinds) {
      pageInfo {
        endCursor
        hasNextPage
      }
      nodes {
        kind
        supervisorPersonioId
        person {
          id
          displayName
          position
        }
        department {
          id
          name
        }
      }
    }
  }
`);

const PAGE_SIZE = 50;

/** What is wrong in the reporting lines, so that approvals do not reach the right person. */
export function Lines() {
  const { sync } = useScreenTexts();
  return (
    <AdminOnly title={sync.lines.title}>
      <Issues />
    </AdminOnly>
  );
}

function Issues() {
  const { sync } = useScreenTexts();
  const format = useFormat();
  const { kind } = useSearch({ from: "/sync/lines" });
  const navigate = useNavigate();
  const answer = useAnswer(COUNTS, {});
  const { data, isLoading } = answer;
  const counts = data?.orgIssueCounts ?? [];
  return (
    <Page title={sync.lines.title} lead={sync.lines.lead}>
      <SyncTabs />
      {isLoading && <Loading />}
      <AnswerProblems answer={answer} />
      {data && counts.length === 0 && (
        <NothingFound integration={data.personioIntegration} title={sync.lines.none} />
      )}
      {counts.length > 0 && (
        <Section title={sync.lines.all}>
          <Toggles
            label={sync.lines.byKind}
            value={kind}
            options={counts.map((count) => ({
              value: count.kind,
              label: sync.lines.kinds[count.kind],
              count: format.number(count.count),
            }))}
            onChoose={(next) =>
              void navigate({ to: "/sync/lines", search: next ? { kind: next } : {}, ...IN_PLACE })
            }
          />
          <Paged listKey={kind ?? ""} page={(at) => <IssuePage kind={kind} at={at} />} />
        </Section>
      )}
    </Page>
  );
}

function IssuePage({ kind, at }: { readonly kind: OrgIssueKind | undefined; readonly at: PageAt }) {
  const { sync } = useScreenTexts();
  const answer = useAnswer(ISSUES, {
    first: PAGE_SIZE,
    after: at.after,
    kinds: kind ? [kind] : null,
  });
  const { data, isLoading } = answer;
  if (isLoading) return <Loading />;
  if (!data) return <AnswerProblems answer={answer} />;
  const { nodes, pageInfo } = data.orgIssues;
  return (
    <>
      <AnswerProblems answer={answer} />
      {nodes.length === 0 && at.after === null && (
        <p className="muted" role="status">
          {sync.missing.noMatch}
        </p>
      )}
      <ul className={styles.ledger}>
        {nodes.map(({ kind: found, supervisorPersonioId: record, person, department }) => (
          <li key={`${found} ${person?.id}`} className={styles.entry}>
            <div className={styles.planHead}>
              {person && (
                <Link to="/people/$id" params={{ id: person.id }} dir="auto">
                  {person.displayName}
                </Link>
              )}
              <span className="muted small" dir="auto">
                {[person?.position, department?.name].filter(Boolean).join(" · ")}
              </span>
              {!kind && (
                <Badge tone={found === "NO_SUPERVISOR" ? "plain" : "warn"}>{sync.lines.kinds[found]}</Badge>
              )}
            </div>
            <p>{sync.lines.found[found](record ?? "–")}</p>
            <p className="muted">
              {sync.lines.advice[found]}{" "}
              {record && (
                <Link to="/sync/missing" search={{ why: record }}>
                  {sync.lines.why(record)}
                </Link>
              )}
            </p>
          </li>
        ))}
      </ul>
      {at.more(pageInfo)}
    </>
  );
}
