import { Link } from "@tanstack/react-router";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Loading } from "../parts/states.tsx";
import { useScreenTexts } from "../texts/texts.tsx";
import "./ledger-entry.ts";
import { LedgerList } from "./ledger-list.tsx";
import styles from "./sync.module.css";

const BY_NAME = graphql(`
  query ConsoleWhyByName($name: String!) {
    people(first: 5, filter: { search: $name }) {
      nodes {
        id
        displayName
      }
    }
    skippedEmployees(first: 5, search: $name) {
      nodes {
        ...LedgerEntry
      }
    }
  }
`);

/** The people with a name, in the directory and in the skip ledger. A name may belong to several. */
export function WhyByName({ name }: { readonly name: string }) {
  const { sync } = useScreenTexts();
  const answer = useAnswer(BY_NAME, { name });
  const { data, isLoading } = answer;
  if (isLoading) return <Loading />;
  if (!data) return <AnswerProblems answer={answer} />;
  const [people, entries] = [data.people.nodes, data.skippedEmployees.nodes];
  return (
    <div className={styles.reason} role="status">
      <AnswerProblems answer={answer} />
      {people.length > 0 && (
        <p>
          {sync.missing.isInDirectory}
          {people.map(({ id, displayName }) => (
            <span key={id}>
              {" "}
              <Link to="/people/$id" params={{ id }} dir="auto">
                {displayName}
              </Link>
            </span>
          ))}
        </p>
      )}
      {people.length + entries.length === 0 && <p>{sync.missing.unknownName}</p>}
      {entries.length > 0 && <LedgerList entries={entries} showsReason />}
    </div>
  );
}
