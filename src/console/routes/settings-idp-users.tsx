import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ConsoleIdpOnlyUsersQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { Button } from "../parts/button.tsx";
import { Badge } from "../parts/chips.tsx";
import { Section } from "../parts/page.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import { useFormat } from "../texts/format.ts";
import { useAdminTexts } from "../texts/texts.tsx";
import styles from "./settings.module.css";

const ONLY = graphql(`
  query ConsoleIdpOnlyUsers($first: Int!) {
    idpOnlyUsers(first: $first) {
      totalCount
      pageInfo {
        hasNextPage
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

/** What fits on a screen, and the most that one page may have. */
const FIRST = 20;
const MOST = 100;

type User = ConsoleIdpOnlyUsersQuery["idpOnlyUsers"]["nodes"][number];

/** Accounts that belong to no current person, the ones to close first. */
export function IdpOnlyUsers() {
  const { identity: texts } = useAdminTexts().access;
  const format = useFormat();
  const [first, setFirst] = useState(FIRST);
  const { data, problem, isLoading, again } = useAnswer(ONLY, { first });
  const users = data?.idpOnlyUsers;
  return (
    <Section
      title={texts.only}
      beside={users && <span className="muted figures">{format.number(users.totalCount)}</span>}
    >
      {problem && !data && <Problem problem={problem} again={again} />}
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
          <tbody>
            {users.nodes.map((user) => (
              <UserRow key={user.id} user={user} />
            ))}
          </tbody>
        </table>
      )}
      {users?.pageInfo.hasNextPage && first < MOST && (
        <div className={styles.row}>
          <Button onClick={() => setFirst(MOST)}>{texts.more}</Button>
        </div>
      )}
    </Section>
  );
}

function UserRow({ user: { userName, active, reason, person } }: { readonly user: User }) {
  const { identity: texts } = useAdminTexts().access;
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
