import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { ConsoleIdpOnlyUsersQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { Badge } from "../parts/chips.tsx";
import { Section } from "../parts/page.tsx";
import { Loading } from "../parts/states.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./settings.module.css";

const ONLY = graphql(`
  query ConsoleIdpOnlyUsers($first: Int!, $after: String) {
    idpOnlyUsers(first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        userName
        active
        reason
        person {
          id
          displayName
        }
      }
    }
  }
`);

/** What fits on a screen, and what each further page adds. */
const FIRST = 20;
const NEXT = 100;

type Users = ConsoleIdpOnlyUsersQuery["idpOnlyUsers"];
type User = Users["nodes"][number];

/** Accounts that belong to no current person, the ones to close first. */
export function IdpOnlyUsers() {
  const { identity: texts } = useScreenTexts().access;
  const format = useFormat();
  const answer = useAnswer(ONLY, { first: FIRST, after: null });
  const { data, isLoading } = answer;
  const users = data?.idpOnlyUsers;
  return (
    <Section
      title={texts.only}
      beside={users && <span className="muted figures">{format.number(users.totalCount)}</span>}
    >
      <AnswerProblems answer={answer} />
      {isLoading && <Loading />}
      {users && <p className="muted small">{users.totalCount === 0 ? texts.noOnly : texts.onlyHelp}</p>}
      {users && users.totalCount > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{texts.user}</th>
              <th scope="col">{texts.reason}</th>
              <th scope="col">{texts.person}</th>
            </tr>
          </thead>
          <UserPage users={users} />
        </table>
      )}
    </Section>
  );
}

/** A page of the accounts, and the next one on request. */
function UserPage({ users: { nodes, pageInfo } }: { readonly users: Users }) {
  const { identity: texts } = useScreenTexts().access;
  const [hasMore, setMore] = useState(false);
  const { hasNextPage, endCursor } = pageInfo;
  return (
    <>
      <tbody>
        {nodes.map((user) => (
          <UserRow key={user.id} user={user} />
        ))}
      </tbody>
      {hasNextPage && endCursor && hasMore && <NextPage after={endCursor} />}
      {hasNextPage && !hasMore && (
        <WholeRow>
          <Button onClick={() => setMore(true)}>{texts.more}</Button>
        </WholeRow>
      )}
    </>
  );
}

function NextPage({ after }: { readonly after: string }) {
  const answer = useAnswer(ONLY, { first: NEXT, after });
  const { data, problem, isLoading } = answer;
  return (
    <>
      {isLoading && (
        <WholeRow>
          <Loading />
        </WholeRow>
      )}
      {problem && (
        <WholeRow>
          <AnswerProblems answer={answer} />
        </WholeRow>
      )}
      {data && <UserPage users={data.idpOnlyUsers} />}
    </>
  );
}

const WholeRow = ({ children }: { readonly children: ReactNode }) => (
  <tbody>
    <tr>
      <td colSpan={3}>{children}</td>
    </tr>
  </tbody>
);

function UserRow({ user: { userName, active, reason, person } }: { readonly user: User }) {
  const { identity: texts } = useScreenTexts().access;
  return (
    <tr>
      <td className={styles.name} dir="auto">
        {userName}
      </td>
      <td data-name={texts.reason}>
        <span className={styles.value}>
          <Badge tone={active && reason === "LEFT" ? "bad" : "plain"}>
            {texts.reasons[reason] ?? reason}
          </Badge>
          {!active && <span className="muted small">{texts.closed}</span>}
        </span>
      </td>
      <td data-name={texts.person}>
        {person && (
          <Link to="/people/$id" params={{ id: person.id }} dir="auto">
            {person.displayName}
          </Link>
        )}
      </td>
    </tr>
  );
}
