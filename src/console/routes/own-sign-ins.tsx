import type { ConsoleOwnSessionsQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { useChange } from "../graph/use-change.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { Badge } from "../parts/chips.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Loading, Problem } from "../parts/states.tsx";
import { useToast } from "../parts/toast.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./settings.module.css";
import { SettingsTable } from "./settings-table.tsx";

const OWN = graphql(`
  query ConsoleOwnSessions {
    ownSessions {
      id
      createdAt
      expiresAt
      idleUntil
      isCurrent
    }
  }
`);

const END = graphql(`
  mutation ConsoleEndOwnSessions($ids: [ID!]) {
    endOwnSessions(ids: $ids)
  }
`);

type Session = ConsoleOwnSessionsQuery["ownSessions"][number];

/** Where the user is signed in, and the way out of each browser. */
export function OwnSignIns() {
  const { own: texts } = useScreenTexts().access;
  const format = useFormat();
  const say = useToast();
  const answer = useAnswer(OWN, {});
  const { data, isLoading, again } = answer;
  const { send, isSending, problem: refusal } = useChange(END);
  const sessions = data?.ownSessions ?? [];
  const end = async (ids: readonly string[] | null): Promise<void> => {
    const answer = await send({ ids: ids && [...ids] });
    if (!answer.data) return;
    say(texts.ended(format.number(answer.data.endOwnSessions)));
    again();
  };
  return (
    <Page
      title={texts.title}
      lead={texts.lead}
      width="text"
      actions={
        sessions.some(({ isCurrent }) => !isCurrent) && (
          <Button isBusy={isSending} onClick={() => void end(null)}>
            {texts.endOthers}
          </Button>
        )
      }
    >
      <AnswerProblems answer={answer} />
      {refusal && <Problem problem={refusal} />}
      {isLoading && <Loading />}
      {data && sessions.length === 0 && <Empty title={texts.none}>{texts.noneHelp}</Empty>}
      {sessions.length > 0 && (
        <SettingsTable heads={[texts.since, texts.until, texts.unused]} action={texts.end}>
          {sessions.map((session) => (
            <OwnRow
              key={session.id}
              session={session}
              isBusy={isSending}
              onEnd={() => void end([session.id])}
            />
          ))}
        </SettingsTable>
      )}
    </Page>
  );
}

type OwnRowProps = { readonly session: Session; readonly isBusy: boolean; readonly onEnd: () => void };

function OwnRow({ session, isBusy, onEnd }: OwnRowProps) {
  const { own: texts } = useScreenTexts().access;
  const format = useFormat();
  const { createdAt, expiresAt, idleUntil, isCurrent } = session;
  return (
    <tr>
      <td className={styles.name} data-name={texts.since}>
        <span className={styles.value}>
          {format.recently(createdAt)}
          {isCurrent && <Badge tone="accent">{texts.here}</Badge>}
        </span>
      </td>
      <td data-name={texts.until}>{format.recently(expiresAt)}</td>
      <td data-name={texts.unused}>{format.recently(idleUntil)}</td>
      <td className={styles.end}>
        {/* The menu of the account signs out here, also at the identity provider. */}
        {!isCurrent && (
          <Button isBusy={isBusy} onClick={onEnd} aria-label={texts.endOne(format.recently(createdAt))}>
            {texts.end}
          </Button>
        )}
      </td>
    </tr>
  );
}
