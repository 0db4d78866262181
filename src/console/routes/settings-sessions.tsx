import { useState } from "react";
import type { ConsoleSessionsQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { useChange } from "../graph/use-change.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { Badge } from "../parts/chips.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Loading } from "../parts/states.tsx";
import { useToast } from "../parts/toast.tsx";
import { useViewer } from "../parts/viewer.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import styles from "./settings.module.css";
import { SettingsTable } from "./settings-table.tsx";

const SESSIONS = graphql(`
  query ConsoleSessions {
    consoleSessions {
      subject
      email
      scopes
      createdAt
      expiresAt
    }
  }
`);

const END = graphql(`
  mutation ConsoleEndSessions($subject: String!) {
    endSessions(subject: $subject)
  }
`);

type Session = ConsoleSessionsQuery["consoleSessions"][number];

/** Who is signed in, and the way to sign them out. */
export function SessionSettings() {
  const { sessions: texts } = useScreenTexts().access;
  const answer = useAnswer(SESSIONS, {});
  const { data, isLoading, again } = answer;
  const [asked, setAsked] = useState<Session>();
  const sessions = data?.consoleSessions ?? [];
  return (
    <Page title={texts.title} lead={texts.lead}>
      <AnswerProblems answer={answer} />
      {isLoading && <Loading />}
      {data && sessions.length === 0 && <Empty title={texts.none}>{texts.noneHelp}</Empty>}
      {sessions.length > 0 && (
        <SettingsTable heads={[texts.user, texts.rights, texts.since, texts.until]} action={texts.end}>
          {sessions.map((session) => (
            <SessionRow
              key={`${session.subject} ${session.createdAt}`}
              session={session}
              onAsk={() => setAsked(session)}
            />
          ))}
        </SettingsTable>
      )}
      {asked && <EndDialog session={asked} again={again} onClose={() => setAsked(undefined)} />}
    </Page>
  );
}

const nameOf = ({ email, subject }: Session): string => email ?? subject;

function SessionRow({ session, onAsk }: { readonly session: Session; readonly onAsk: () => void }) {
  const { sessions: texts } = useScreenTexts().access;
  const format = useFormat();
  const viewer = useViewer();
  const { subject, scopes, createdAt, expiresAt } = session;
  return (
    <tr>
      <td>
        <span className={styles.value}>
          <span className={styles.name} dir="auto">
            {nameOf(session)}
          </span>
          {subject === viewer.subject && <Badge tone="accent">{texts.you}</Badge>}
        </span>
      </td>
      <td data-name={texts.rights}>
        <span className={styles.value}>
          {scopes.map((scope) => (
            <Badge key={scope}>{scope}</Badge>
          ))}
        </span>
      </td>
      <td data-name={texts.since}>{format.recently(createdAt)}</td>
      <td data-name={texts.until}>{format.recently(expiresAt)}</td>
      <td className={styles.end}>
        <Button onClick={onAsk} aria-label={texts.endOne(nameOf(session))}>
          {texts.end}
        </Button>
      </td>
    </tr>
  );
}

type EndDialogProps = {
  readonly session: Session;
  readonly again: () => void;
  readonly onClose: () => void;
};

function EndDialog({ session, again, onClose }: EndDialogProps) {
  const { sessions: texts } = useScreenTexts().access;
  const format = useFormat();
  const viewer = useViewer();
  const say = useToast();
  const { send, isSending, problem } = useChange(END);
  const { subject } = session;
  const end = async (): Promise<void> => {
    const { data } = await send({ subject });
    if (!data) return;
    say(texts.ended(format.number(data.endSessions)));
    onClose();
    again();
  };
  return (
    <ConfirmDialog
      title={texts.endTitle(nameOf(session))}
      lead={subject === viewer.subject ? `${texts.endLead} ${texts.endYou}` : texts.endLead}
      action={texts.end}
      {...{ isSending, problem, onClose }}
      onConfirm={() => void end()}
    />
  );
}
