import { useNavigate, useSearch } from "@tanstack/react-router";
import type { SkipReason } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AdminOnly } from "../parts/admin-only.tsx";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Page, Section } from "../parts/page.tsx";
import { type PageAt, Paged } from "../parts/paged.tsx";
import { IN_PLACE, type Optional, withoutEmpty } from "../parts/search-params.ts";
import { Loading } from "../parts/states.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { FilterSearch } from "./filter-search.tsx";
import "./ledger-entry.ts";
import { LedgerList } from "./ledger-list.tsx";
import { NothingFound } from "./not-connected.tsx";
import styles from "./sync.module.css";
import { SyncTabs } from "./sync-tabs.tsx";
import { Toggles } from "./toggles.tsx";
import { WhyMissing } from "./why-missing.tsx";

const COUNTS = graphql(`
  query ConsoleLedgerCounts {
    personioIntegration {
      id
      status
      lastSucceededAt
    }
    skippedEmployeeCounts {
      reason
      count
    }
  }
`);

const LEDGER = graphql(`
  query ConsoleLedger($first: Int!, $after: String, $reasons: [SkipReason!], $search: String) {
    skippedEmployees(first: $first, after: $after, reasons: $reasons, search: $search) {
      totalCount
      pageInfo {
        endCursor
        hasNextPage
      }
      nodes {
        ...LedgerEntry
      }
    }
  }
`);

const PAGE_SIZE = 50;

/** Who is in Personio and not in the directory, or not complete in it, and what to do about each. */
export function Missing() {
  const { sync } = useScreenTexts();
  return (
    <AdminOnly title={sync.missing.title}>
      <Ledger />
    </AdminOnly>
  );
}

function Ledger() {
  const { sync } = useScreenTexts();
  const format = useFormat();
  const filter = useSearch({ from: "/sync/missing" });
  const navigate = useNavigate();
  const answer = useAnswer(COUNTS, {});
  const { data } = answer;
  const counts = data?.skippedEmployeeCounts ?? [];
  const set = (next: Optional<typeof filter>): void =>
    void navigate({ to: "/sync/missing", search: withoutEmpty(next), ...IN_PLACE });
  return (
    <Page title={sync.missing.title} lead={sync.missing.lead}>
      <SyncTabs />
      <WhyMissing asked={filter.why} onAsk={(why) => set({ ...filter, why })} />
      <Section title={sync.missing.all}>
        <AnswerProblems answer={answer} />
        {data && counts.length === 0 ? (
          <NothingFound
            integration={data.personioIntegration}
            title={sync.missing.none}
            help={sync.missing.noneHelp}
          />
        ) : (
          <>
            <div className={styles.filters}>
              <Toggles
                label={sync.missing.byReason}
                value={filter.reason}
                options={counts.map(({ reason, count }) => ({
                  value: reason,
                  label: sync.missing.reasons[reason].title,
                  count: format.number(count),
                }))}
                onChoose={(reason) => set({ ...filter, reason })}
              />
              <FilterSearch
                label={sync.missing.search}
                value={filter.search}
                onSearch={(search) => set({ ...filter, search: search || undefined })}
              />
            </div>
            <Paged
              listKey={JSON.stringify([filter.reason, filter.search])}
              page={(at) => <LedgerPage reason={filter.reason} search={filter.search} at={at} />}
            />
          </>
        )}
      </Section>
    </Page>
  );
}

type LedgerPageProps = {
  readonly reason: SkipReason | undefined;
  readonly search: string | undefined;
  readonly at: PageAt;
};

function LedgerPage({ reason, search, at }: LedgerPageProps) {
  const { sync } = useScreenTexts();
  const format = useFormat();
  const answer = useAnswer(LEDGER, {
    first: PAGE_SIZE,
    after: at.after,
    reasons: reason ? [reason] : null,
    search: search ?? null,
  });
  const { data, isLoading } = answer;
  if (isLoading) return <Loading />;
  if (!data) return <AnswerProblems answer={answer} />;
  const { nodes, totalCount, pageInfo } = data.skippedEmployees;
  return (
    <>
      <AnswerProblems answer={answer} />
      {at.after === null && (
        <p className="muted" role="status">
          {totalCount === 0
            ? sync.missing.noMatch
            : sync.missing.count(totalCount, format.number(totalCount))}
        </p>
      )}
      <LedgerList entries={nodes} showsReason={!reason} />
      {at.more(pageInfo)}
    </>
  );
}
