import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { Section } from "../parts/page.tsx";
import { Problem } from "../parts/states.tsx";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./person.module.css";
import { ServiceWords } from "./service-words.tsx";

const LEDGER = graphql(`
  query ConsolePersonLedger($personioId: ID!) {
    whyMissing(personioId: $personioId) {
      rows {
        reason
        field
        message
        help
      }
    }
  }
`);

/** What the last syncs could not read of the person. Nothing is shown where everything was read. */
export function PersonLedger({ personioId }: { readonly personioId: string }) {
  const { person: texts, sync } = useScreenTexts();
  const { data, problem, again } = useAnswer(LEDGER, { personioId });
  const rows = data?.whyMissing.rows ?? [];
  if (!problem && rows.length === 0) return null;
  return (
    <Section title={texts.ledger}>
      {problem && <Problem problem={problem} again={again} />}
      <ul className={styles.ledger}>
        {rows.map(({ reason, field, message, help }) => (
          <li key={`${reason} ${field}`}>
            <p>
              {sync.missing.reasons[reason].title}
              {field && ` · ${sync.fields[field] ?? field}`}
            </p>
            <p className="muted">
              {reason === "MISSING_WORK_EMAIL"
                ? sync.missing.emailRemoved
                : sync.missing.reasons[reason].help}
            </p>
            <ServiceWords>
              <p>{message}</p>
              <p className="muted">{help}</p>
            </ServiceWords>
          </li>
        ))}
      </ul>
    </Section>
  );
}
