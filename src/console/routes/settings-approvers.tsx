import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { ConsoleFallbackApproversQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { useChange } from "../graph/use-change.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { Select } from "../parts/field.tsx";
import { Page, Section } from "../parts/page.tsx";
import { PersonLink } from "../parts/person-link.tsx";
import { PersonPicker } from "../parts/person-picker.tsx";
import { IN_PLACE } from "../parts/search-params.ts";
import { Loading, Problem } from "../parts/states.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { useToast } from "../parts/toast.tsx";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import { PersonApprover } from "./person-approver.tsx";
import styles from "./settings.module.css";

const FALLBACKS = graphql(`
  query ConsoleFallbackApprovers($person: ID, $hasPerson: Boolean!) {
    peopleSettings {
      fallbackApprovers {
        department {
          id
          name
        }
        person {
          id
          displayName
          position
          status
        }
      }
    }
    departments {
      id
      name
    }
    person(id: $person) @include(if: $hasPerson) {
      id
      displayName
    }
  }
`);

const SET = graphql(`
  mutation ConsoleSetFallbackApprover($departmentId: ID, $personId: ID) {
    setFallbackApprover(departmentId: $departmentId, personId: $personId) {
      fallbackApprovers {
        department {
          id
        }
        person {
          id
        }
      }
    }
  }
`);

type Fallback = ConsoleFallbackApproversQuery["peopleSettings"]["fallbackApprovers"][number];

/** Who approves when no supervisor may, and a form that finds the approver of a person. */
export function ApproverSettings() {
  const { settings } = useScreenTexts();
  const { approvers: texts } = settings;
  const { person } = useSearch({ from: "/settings/approvers" });
  const variables = { person: person ?? null, hasPerson: person !== undefined };
  const answer = useAnswer(FALLBACKS, variables);
  const { data, isLoading } = answer;
  return (
    <Page title={settings.pages.approvers} lead={<p>{texts.lead}</p>} width="text">
      <AnswerProblems answer={answer} />
      {isLoading && <Loading />}
      {data && (
        <>
          <Section title={texts.fallbacks}>
            <Fallbacks fallbacks={data.peopleSettings.fallbackApprovers} departments={data.departments} />
          </Section>
          <Trial chosen={data.person ?? undefined} />
        </>
      )}
    </Page>
  );
}

/** Stands for the company, which has no department. */
const COMPANY = "";

type FallbacksProps = {
  readonly fallbacks: readonly Fallback[];
  readonly departments: readonly { readonly id: string; readonly name: string }[];
};

function Fallbacks({ fallbacks, departments }: FallbacksProps) {
  const { settings } = useScreenTexts();
  const { parts } = useTexts();
  const { approvers: texts } = settings;
  const say = useToast();
  const { send, isSending, problem } = useChange(SET);
  const [departmentId, setDepartmentId] = useState(COMPANY);
  const [person, setPerson] = useState<{ id: string; displayName: string }>();
  const nameOf = (id: string): string => departments.find((one) => one.id === id)?.name ?? texts.company;
  const replaced = fallbacks.find(({ department }) => (department?.id ?? COMPANY) === departmentId);
  const set = async (): Promise<void> => {
    if (!person) return;
    const { data } = await send({ departmentId: departmentId || null, personId: person.id });
    if (!data) return;
    say(texts.nowApproves(person.displayName, nameOf(departmentId)));
    setPerson(undefined);
  };
  const remove = async (id: string): Promise<void> => {
    const { data } = await send({ departmentId: id || null, personId: null });
    if (data) say(texts.removed);
  };
  return (
    <>
      {fallbacks.length === 0 && (
        <p className={styles.hint}>
          {texts.none} {texts.noneHelp}
        </p>
      )}
      <ul className={styles.list}>
        {fallbacks.map(({ department, person: approver }) => (
          <li key={department?.id ?? COMPANY} className={styles.item}>
            <span className={`${styles.grow} ${styles.name}`} dir="auto">
              {department?.name ?? texts.company}
            </span>
            <span className={styles.grow}>
              <PersonLink id={approver.id} name={approver.displayName} />{" "}
              {approver.status !== "ACTIVE" && <StatusBadge status={approver.status} />}
              <span className="muted small" dir="auto">
                {" "}
                {approver.position}
              </span>
            </span>
            <Button
              isBusy={isSending}
              aria-label={parts.remove(approver.displayName)}
              onClick={() => void remove(department?.id ?? COMPANY)}
            >
              {settings.removeIt}
            </Button>
          </li>
        ))}
      </ul>
      <div className={`${styles.row} ${styles.fields}`}>
        <Select
          label={texts.for}
          value={departmentId}
          options={[
            { value: COMPANY, label: texts.company },
            ...departments.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChoose={setDepartmentId}
        />
        <PersonPicker label={texts.person} chosen={person} onChoose={setPerson} />
      </div>
      <div className={styles.row}>
        <Button
          tone="main"
          isBusy={isSending}
          disabledReason={person ? undefined : texts.choose}
          onClick={() => void set()}
        >
          {texts.set}
        </Button>
        {person && replaced && <p className={styles.hint}>{texts.replaces(replaced.person.displayName)}</p>}
      </div>
      {problem && <Problem problem={problem} />}
    </>
  );
}

type Chosen = { readonly id: string; readonly displayName: string };

/** The answer of the approval rules for one person, as any client gets it. */
function Trial({ chosen }: { readonly chosen: Chosen | undefined }) {
  const { approvers: texts } = useScreenTexts().settings;
  const navigate = useNavigate({ from: "/settings/approvers" });
  return (
    <>
      <Section title={texts.try}>
        <PersonPicker
          label={texts.person}
          hint={texts.tryHint}
          chosen={chosen}
          onChoose={(person) => void navigate({ search: person ? { person: person.id } : {}, ...IN_PLACE })}
        />
      </Section>
      {chosen && <PersonApprover key={chosen.id} id={chosen.id} />}
    </>
  );
}
