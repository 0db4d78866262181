import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { MissingState } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { TextField } from "../parts/field.tsx";
import { Section } from "../parts/page.tsx";
import { ServiceWords } from "../parts/service-words.tsx";
import { Loading } from "../parts/states.tsx";
import { useScreenTexts, useServiceTexts } from "../texts/texts.tsx";
import "./ledger-entry.ts";
import { LedgerList } from "./ledger-list.tsx";
import styles from "./sync.module.css";
import { WhyByName } from "./why-by-name.tsx";

const WHY = graphql(`
  query ConsoleWhyMissing($workEmail: EmailAddress, $personioId: ID) {
    whyMissing(workEmail: $workEmail, personioId: $personioId) {
      state
      accountIsActive
      message
      help
      person {
        id
        displayName
        status
      }
      rows {
        ...LedgerEntry
      }
    }
  }
`);

/** The addresses that the service accepts. A part of an address is searched as a name. */
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

/** Neither an address nor the number of a record. */
const isName = (text: string): boolean => !ADDRESS.test(text) && (text.includes("@") || !/\d/.test(text));

type WhyProps = { readonly asked: string | undefined; readonly onAsk: (text: string | undefined) => void };

/** "Why is … missing?": the answer for one person, by name, work email or Personio's record number. */
export function WhyMissing({ asked, onAsk }: WhyProps) {
  const { sync } = useScreenTexts();
  const [text, setText] = useState(asked ?? "");
  // The same question again: HR may have corrected the record meanwhile.
  const [times, setTimes] = useState(0);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTimes(times + 1);
    onAsk(text.trim() || undefined);
  };
  return (
    <Section title={sync.missing.why}>
      <form className={styles.ask} onSubmit={submit}>
        <TextField
          label={sync.missing.whyLabel}
          hint={sync.missing.whyHint}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <Button tone="main" submits>
          {sync.missing.ask}
        </Button>
      </form>
      {asked &&
        (isName(asked) ? (
          <WhyByName key={`${times} ${asked}`} name={asked} />
        ) : (
          <Reason key={`${times} ${asked}`} asked={asked} />
        ))}
    </Section>
  );
}

function Reason({ asked }: { readonly asked: string }) {
  const { ledger } = useServiceTexts();
  const { sync } = useScreenTexts();
  const isEmail = asked.includes("@");
  const answer = useAnswer(WHY, {
    workEmail: isEmail ? asked : null,
    personioId: isEmail ? null : asked,
  });
  const { data, isLoading } = answer;
  if (isLoading) return <Loading />;
  if (!data) return <AnswerProblems answer={answer} />;
  const { person, rows, message, help, state, accountIsActive } = data.whyMissing;
  const isUnknown = !person && rows.length === 0;
  const states: Readonly<Record<MissingState, string | null>> = ledger.states;
  const words = states[state];
  return (
    <div className={styles.reason} role="status">
      <AnswerProblems answer={answer} />
      {person && (
        <p>
          {sync.missing.isInDirectory}{" "}
          <Link to="/people/$id" params={{ id: person.id }} dir="auto">
            {person.displayName}
          </Link>
        </p>
      )}
      {words && <p>{words}</p>}
      {accountIsActive !== null && (
        <p>{accountIsActive ? sync.missing.accountIsActive : sync.missing.accountIsClosed}</p>
      )}
      {isUnknown && (
        <p>
          <Link to="/sync">{sync.missing.toSync}</Link>
        </p>
      )}
      {rows.length > 0 && <LedgerList entries={rows} showsReason />}
      <ServiceWords isOpen={isUnknown && !words}>
        <p>{message}</p>
        <p className="muted">{help}</p>
      </ServiceWords>
    </div>
  );
}
