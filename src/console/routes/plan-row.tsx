import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ConsolePlanRowsQuery } from "#graph/graphql";
import { Badge } from "../parts/chips.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { type FieldChange, fieldChangesOf, fieldLabel, type Labels, valueText } from "./plan-values.ts";
import styles from "./sync.module.css";

type Plan = NonNullable<NonNullable<ConsolePlanRowsQuery["syncRun"]>["plan"]>;
type Row = Plan["nodes"][number];

const CHANGE_TONES = { LEAVE: "bad", CHANGE: "plain", ADD: "good" } as const;

/** A person of the plan, with the changes. */
export function PlanRow({ row, labels }: { readonly row: Row; readonly labels: Labels }) {
  const { sync } = useScreenTexts();
  const { person, change, personioId } = row;
  const changes = fieldChangesOf(row);
  const newName = [
    changes.find(({ field }) => field === "firstName"),
    changes.find(({ field }) => field === "lastName"),
  ]
    .map((field) => field?.after)
    .filter((name) => typeof name === "string")
    .join(" ");
  return (
    <li className={styles.planRow}>
      <div className={styles.planHead}>
        <Badge tone={CHANGE_TONES[change]}>{sync.changes[change]}</Badge>
        {person ? (
          <Link to="/people/$id" params={{ id: person.id }} dir="auto">
            {person.displayName}
          </Link>
        ) : (
          <strong dir="auto">{newName || personioId}</strong>
        )}
        <span className="muted small" dir="auto">
          {person?.position}
        </span>
        <span className="muted small figures">{sync.record(personioId)}</span>
      </div>
      <Differences isNew={change === "ADD"} count={changes.length}>
        {changes.map((difference) => (
          <Difference
            key={difference.field}
            difference={difference}
            isNew={change === "ADD"}
            labels={labels}
          />
        ))}
      </Differences>
    </li>
  );
}

type DifferencesProps = { readonly isNew: boolean; readonly count: number; readonly children: ReactNode };

/** A new person has some twenty values, which are one click away. */
function Differences({ isNew, count, children }: DifferencesProps) {
  const { sync } = useScreenTexts();
  const list = <dl className={styles.differences}>{children}</dl>;
  if (!isNew) return list;
  return (
    <details>
      <summary className={styles.summary}>{sync.allValues(count)}</summary>
      {list}
    </details>
  );
}

type DifferenceProps = { readonly difference: FieldChange; readonly isNew: boolean; readonly labels: Labels };

/** Before → after; a new person has only values. */
function Difference({ difference: { field, before, after }, isNew, labels }: DifferenceProps) {
  const { sync } = useScreenTexts();
  const { day } = useFormat();
  const text = (value: unknown) => valueText(value, sync.values, day);
  const side = (value: unknown, name: string) => (
    <span className={styles.value}>
      <span className="unseen">{name} </span>
      <span dir="auto" className={value == null || value === "" ? "muted" : undefined}>
        {text(value)}
      </span>
    </span>
  );
  return (
    <div>
      <dt>{fieldLabel(field, labels)}</dt>
      <dd>
        {!isNew && (
          <>
            {side(before, sync.before)}
            <span aria-hidden="true" className="muted">
              →
            </span>
          </>
        )}
        {side(after, sync.after)}
      </dd>
    </div>
  );
}
