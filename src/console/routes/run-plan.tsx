import { useNavigate, useSearch } from "@tanstack/react-router";
import type { SyncPlanChange } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Select } from "../parts/field.tsx";
import { Section } from "../parts/page.tsx";
import { type PageAt, Paged } from "../parts/paged.tsx";
import { IN_PLACE, type Optional, withoutEmpty } from "../parts/search-params.ts";
import { Loading } from "../parts/states.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { FieldCounts } from "./field-counts.tsx";
import { FilterSearch } from "./filter-search.tsx";
import { PlanRow } from "./plan-row.tsx";
import { fieldLabel, type Labels } from "./plan-values.ts";
import type { Summary } from "./shown-run.ts";
import styles from "./sync.module.css";
import { CHANGES } from "./sync-search.ts";
import { Toggles } from "./toggles.tsx";

const ROWS = graphql(`
  query ConsolePlanRows($id: ID!, $first: Int!, $after: String, $change: SyncPlanChange, $field: String, $search: String) {
    syncRun(id: $id) {
      id
      status
      plan(first: $first, after: $after, change: $change, field: $field, search: $search) {
        totalCount
        pageInfo {
          endCursor
          hasNextPage
        }
        nodes {
          personioId
          change
          before
          after
          person {
            id
            displayName
            position
          }
        }
      }
    }
  }
`);

const PAGE_SIZE = 50;

type PlanProps = {
  readonly runId: string;
  readonly summary: Summary;
  /** Another plan of the same run is another list. */
  readonly planKey: string;
  readonly attributes: readonly { readonly key: string; readonly label: string }[];
};

/** The people of a plan: by change, by field and by words, each with its changes. */
export function RunPlan({ runId, summary, planKey, attributes }: PlanProps) {
  const { sync } = useScreenTexts();
  const format = useFormat();
  const filter = useSearch({ from: "/sync/runs/$id" });
  const navigate = useNavigate();
  const set = (next: Optional<typeof filter>): void =>
    void navigate({ to: "/sync/runs/$id", params: { id: runId }, search: withoutEmpty(next), ...IN_PLACE });
  const labels: Labels = { fields: sync.fields, attributes };
  const counts: Record<SyncPlanChange, number> = {
    LEAVE: summary.leaves,
    CHANGE: summary.changes,
    ADD: summary.adds,
  };
  return (
    <Section title={sync.people}>
      <div className={styles.filters}>
        <Toggles
          label={sync.byChange}
          value={filter.change}
          options={CHANGES.map((value) => ({
            value,
            label: sync.changes[value],
            count: format.number(counts[value]),
          }))}
          onChoose={(change) => set({ ...filter, change })}
        />
        <Select
          label={sync.byField}
          hidesLabel
          value={filter.field ?? ""}
          options={[
            { value: "", label: sync.everyField },
            ...summary.fields.map(({ field, people, cleared }) => ({
              value: field,
              label: sync.fieldCount(
                fieldLabel(field, labels),
                format.number(people),
                format.number(cleared),
              ),
            })),
          ]}
          onChoose={(field) => set({ ...filter, field: field || undefined })}
        />
        <FilterSearch
          label={sync.searchPeople}
          value={filter.search}
          onSearch={(search) => set({ ...filter, search: search || undefined })}
        />
      </div>
      <FieldCounts
        fields={summary.fields}
        labels={labels}
        chosen={filter.field}
        onChoose={(field) => set({ ...filter, field })}
      />
      <Paged
        listKey={JSON.stringify([planKey, filter])}
        page={(at) => <PlanPage runId={runId} filter={filter} at={at} labels={labels} />}
      />
    </Section>
  );
}

type PlanPageProps = {
  readonly runId: string;
  readonly filter: { readonly change?: SyncPlanChange; readonly field?: string; readonly search?: string };
  readonly at: PageAt;
  readonly labels: Labels;
};

function PlanPage({ runId, filter, at, labels }: PlanPageProps) {
  const { sync } = useScreenTexts();
  const format = useFormat();
  const answer = useAnswer(ROWS, {
    id: runId,
    first: PAGE_SIZE,
    after: at.after,
    change: filter.change ?? null,
    field: filter.field ?? null,
    search: filter.search ?? null,
  });
  const { data, isLoading } = answer;
  if (isLoading) return <Loading />;
  const plan = data?.syncRun?.plan;
  if (!plan) return <AnswerProblems answer={answer} part={plan} />;
  return (
    <>
      <AnswerProblems answer={answer} part={plan} />
      {at.after === null && (
        <p className="muted" role="status">
          {plan.totalCount === 0
            ? sync.noChanges
            : sync.peopleCount(plan.totalCount, format.number(plan.totalCount))}
        </p>
      )}
      <ul className={styles.plan}>
        {plan.nodes.map((row) => (
          <PlanRow key={row.personioId} row={row} labels={labels} />
        ))}
      </ul>
      {at.more(plan.pageInfo)}
    </>
  );
}
