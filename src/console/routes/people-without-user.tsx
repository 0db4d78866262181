import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Section } from "../parts/page.tsx";
import { type PageAt, Paged } from "../parts/paged.tsx";
import { PersonLink } from "../parts/person-link.tsx";
import { Loading } from "../parts/states.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./settings.module.css";

const WITHOUT = graphql(`
  query ConsolePeopleWithoutUser($first: Int!, $after: String) {
    peopleWithoutUser(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        displayName
        workEmail
        department {
          id
          name
        }
      }
    }
  }
`);

/** What fits on a screen, and what each further page adds. */
const FIRST = 20;
const NEXT = 100;

/** Current people without a user at the identity provider. */
export function PeopleWithoutUser({ count }: { readonly count: number }) {
  const { identity: texts } = useScreenTexts().access;
  const format = useFormat();
  return (
    <Section
      title={texts.counts.without}
      beside={<span className="muted figures">{format.number(count)}</span>}
    >
      <p className="muted small">{count === 0 ? texts.noWithout : texts.withoutHelp}</p>
      {count > 0 && <Paged listKey="" page={(at) => <PeoplePage at={at} />} />}
    </Section>
  );
}

function PeoplePage({ at }: { readonly at: PageAt }) {
  const first = at.after === null ? FIRST : NEXT;
  const answer = useAnswer(WITHOUT, { first, after: at.after });
  const { data, isLoading } = answer;
  if (isLoading) return <Loading />;
  if (!data) return <AnswerProblems answer={answer} />;
  const { nodes, pageInfo } = data.peopleWithoutUser;
  return (
    <>
      <AnswerProblems answer={answer} />
      <ul className={styles.people}>
        {nodes.map(({ id, displayName, workEmail, department }) => (
          <li key={id} className={styles.withoutUser}>
            <PersonLink id={id} name={displayName} />
            <span className="muted small" dir="auto">
              {[workEmail, department?.name].filter(Boolean).join(" · ")}
            </span>
          </li>
        ))}
      </ul>
      {at.more(pageInfo)}
    </>
  );
}
