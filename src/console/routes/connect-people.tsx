import { useNavigate } from "@tanstack/react-router";
import { graphql } from "../graph/operation.ts";
import { useChange } from "../graph/use-change.ts";
import { Button } from "../parts/button.tsx";
import { Section } from "../parts/page.tsx";
import { Problem } from "../parts/states.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./connect.module.css";
import type { Integration } from "./connection.ts";
import { LedgerList } from "./ledger-list.tsx";
import { PersonioProblem } from "./personio-problem.tsx";

const FINISH = graphql(`
  mutation ConsoleFinishSetup {
    finishPersonioSetup {
      id
      status
    }
  }
`);

type Preview = NonNullable<Integration["preview"]>;

/**
 * Step 4: the first people as the directory would show them, the skipped records with reasons, and the button
 * that finishes the setup.
 */
export function ConnectPeople({ integration }: { readonly integration: Integration }) {
  const { connect } = useScreenTexts();
  const format = useFormat();
  const { send, isSending, problem } = useChange(FINISH);
  const navigate = useNavigate();
  const { preview } = integration;
  const finish = async (): Promise<void> => {
    const { data } = await send({});
    if (data) await navigate({ to: "/connect", search: {} });
  };
  return (
    <>
      {integration.problem ? (
        <PersonioProblem problem={integration.problem} />
      ) : preview?.ready ? (
        <Found preview={preview} />
      ) : (
        <p role="status" className={styles.reading}>
          {connect.readingPeople}
        </p>
      )}
      {problem && <Problem problem={problem} />}
      <div className={styles.foot}>
        <Button
          tone="main"
          isBusy={isSending}
          disabledReason={
            integration.problem
              ? connect.blockedByProblem
              : preview?.ready
                ? undefined
                : connect.waitForPeople
          }
          onClick={() => void finish()}
        >
          {connect.finish}
        </Button>
        <span className="muted">
          {connect.finishHelp(integration.syncEveryHours, format.number(integration.syncEveryHours))}
        </span>
      </div>
    </>
  );
}

function Found({ preview: { people, peopleCount, skipped, skippedCount } }: { readonly preview: Preview }) {
  const { connect } = useScreenTexts();
  const format = useFormat();
  const [, , position, department, supervisor, status] = connect.columns;
  return (
    <>
      <Section title={connect.peopleIn(peopleCount, format.number(peopleCount))}>
        {people.length < peopleCount && (
          <p className="muted">{connect.firstOfThem(format.number(people.length))}</p>
        )}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by keyboard. */}
        <section className={styles.table} aria-label={connect.people} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {connect.columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {people.map((person) => (
                <tr key={person.personioId}>
                  <td dir="auto">{person.displayName}</td>
                  <td>{person.workEmail}</td>
                  <td data-name={position} dir="auto">
                    {person.position}
                  </td>
                  <td data-name={department} dir="auto">
                    {person.department}
                  </td>
                  <td data-name={supervisor} dir="auto">
                    {person.supervisor}
                  </td>
                  <td data-name={status}>
                    <StatusBadge status={person.status} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </Section>
      <Section title={connect.skipped(skippedCount, format.number(skippedCount))}>
        <p className="muted">{skipped.length === 0 ? connect.noneSkipped : connect.skippedHelp}</p>
        {skipped.length > 0 && <LedgerList entries={skipped} showsReason hidesSince />}
      </Section>
    </>
  );
}
