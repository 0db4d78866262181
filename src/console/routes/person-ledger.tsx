import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Section } from "../parts/page.tsx";
import { ServiceWords } from "../parts/service-words.tsx";
import { useScreenTexts, useServiceTexts } from "../texts/texts.tsx";
import "./ledger-entry.ts";
import type { LedgerEntry } from "./ledger-entry.ts";
import { ledgerWordsOf } from "./ledger-words.ts";
import styles from "./person.module.css";

const LEDGER = graphql(`
  query ConsolePersonLedger($personioId: ID!) {
    whyMissing(personioId: $personioId) {
      rows {
        ...LedgerEntry
      }
    }
  }
`);

/** What the last syncs could not read of the person. Shows nothing if the sync could read everything. */
export function PersonLedger({ personioId }: { readonly personioId: string }) {
  const { person: texts } = useScreenTexts();
  const answer = useAnswer(LEDGER, { personioId });
  const { data, problem } = answer;
  const rows = data?.whyMissing.rows ?? [];
  if (!problem && rows.length === 0) return null;
  return (
    <Section title={texts.ledger}>
      <AnswerProblems answer={answer} />
      <ul className={styles.ledger}>
        {rows.map((entry) => (
          <PersonEntry key={`${entry.personioId} ${entry.reason} ${entry.field}`} entry={entry} />
        ))}
      </ul>
    </Section>
  );
}

function PersonEntry({ entry }: { readonly entry: LedgerEntry }) {
  const { ledger } = useServiceTexts();
  const { sync } = useScreenTexts();
  const { reason, field, message, help } = entry;
  const words = ledgerWordsOf(entry, sync, ledger);
  return (
    <li>
      <p>
        {sync.missing.reasons[reason].title}
        {field && ` · ${sync.fields[field] ?? field}`}
      </p>
      {words.found && <p>{words.found}</p>}
      <p className="muted">{words.help}</p>
      <ServiceWords>
        <p>{message}</p>
        <p className="muted">{help}</p>
      </ServiceWords>
    </li>
  );
}
