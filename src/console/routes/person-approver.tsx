import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ConsoleApproverQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Badge } from "../parts/chips.tsx";
import { Check, Select } from "../parts/field.tsx";
import { Section } from "../parts/page.tsx";
import { PersonPicker } from "../parts/person-picker.tsx";
import { Loading } from "../parts/states.tsx";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./person.module.css";

const APPROVER = graphql(`
  query ConsoleApprover($id: ID!, $level: Int!, $requesterId: ID, $includeOnLeave: Boolean!) {
    person(id: $id) {
      id
      approver(level: $level, requesterId: $requesterId, includeOnLeave: $includeOnLeave) {
        outcome
        level
        approver {
          id
          displayName
          position
        }
        trace {
          level
          skippedBecause
          candidate {
            id
            displayName
          }
        }
      }
    }
  }
`);

const LEVELS = ["1", "2", "3", "4", "5"] as const;

/**
 * The approver of the person, with the reason. Users can also choose a level and a requester, and include
 * people on leave.
 */
export function PersonApprover({ id }: { readonly id: string }) {
  const { person: texts } = useScreenTexts();
  const [level, setLevel] = useState<(typeof LEVELS)[number]>("1");
  const [requester, setRequester] = useState<{ id: string; displayName: string }>();
  const [includeOnLeave, setIncludeOnLeave] = useState(false);
  const answer = useAnswer(APPROVER, {
    id,
    level: Number(level),
    requesterId: requester?.id ?? null,
    includeOnLeave,
  });
  const { data, isLoading } = answer;
  const resolution = data?.person?.approver;
  return (
    <Section title={texts.approver}>
      <AnswerProblems answer={answer} part={resolution} />
      {isLoading && <Loading />}
      {resolution && <Resolution resolution={resolution} />}
      <details className={styles.question}>
        <summary>{texts.askOtherwise}</summary>
        <div className={styles.form}>
          <Select
            label={texts.level}
            value={level}
            options={LEVELS.map((value) => ({ value, label: texts.levelName(Number(value)) }))}
            onChoose={setLevel}
          />
          <PersonPicker
            label={texts.requester}
            hint={texts.requesterHint}
            chosen={requester}
            onChoose={setRequester}
          />
          <Check label={texts.includeOnLeave} isChecked={includeOnLeave} onCheck={setIncludeOnLeave} />
        </div>
      </details>
    </Section>
  );
}

type Approval = NonNullable<ConsoleApproverQuery["person"]>["approver"];

function Resolution({ resolution: { outcome, approver, trace } }: { readonly resolution: Approval }) {
  const { person: texts } = useScreenTexts();
  return (
    <div role="status" className={styles.approval}>
      {approver ? (
        <p>
          <Link to="/people/$id" params={{ id: approver.id }} className={styles.approverName} dir="auto">
            {approver.displayName}
          </Link>{" "}
          <span className="muted" dir="auto">
            {approver.position}
          </span>
        </p>
      ) : (
        <p className={styles.approverName}>{texts.noApprover}</p>
      )}
      <p className="muted small">{texts.outcomes[outcome] ?? outcome}</p>
      {trace.length > 0 && (
        <ol className={styles.trace} aria-label={texts.trace}>
          {trace.map(({ level, candidate, skippedBecause }) => (
            <li key={`${level} ${candidate.id}`}>
              <Link to="/people/$id" params={{ id: candidate.id }} dir="auto">
                {candidate.displayName}
              </Link>
              <span className="muted small">{level === 0 ? texts.fallback : texts.levelName(level)}</span>
              {skippedBecause ? (
                <Badge tone="warn">{texts.skipped[skippedBecause] ?? skippedBecause}</Badge>
              ) : (
                <Badge tone="good">{texts.approves}</Badge>
              )}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
