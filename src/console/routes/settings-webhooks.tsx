import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ConsoleCreateWebhookMutation, ConsoleWebhookQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { useChange } from "../graph/use-change.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Fact, Facts, Page, Section } from "../parts/page.tsx";
import { Empty, Loading, Problem } from "../parts/states.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts, useServiceTexts } from "../texts/texts.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { CopiedValue } from "./copied-value.tsx";
import styles from "./settings.module.css";

const WEBHOOK = graphql(`
  query ConsoleWebhook {
    personioIntegration {
      id
      status
      webhook {
        url
        createdAt
        lastReceivedAt
      }
    }
  }
`);

const CREATE = graphql(`
  mutation ConsoleCreateWebhook {
    createPersonioWebhook {
      url
      headerName
      secret
      createdInPersonio
      events
    }
  }
`);

/** Personio's own webhook: whether changes arrive at once, and a new secret when the old one is lost. */
export function WebhookSettings() {
  const { settings } = useScreenTexts();
  const { webhooks: texts } = settings;
  const answer = useAnswer(WEBHOOK, {});
  const { data, isLoading, again } = answer;
  const integration = data?.personioIntegration;
  const isConnected = integration?.status === "CONNECTED" || integration?.status === "BROKEN";
  return (
    <Page title={settings.pages.webhooks} lead={<p>{texts.lead}</p>} width="text">
      <AnswerProblems answer={answer} />
      {isLoading && <Loading />}
      {data && !isConnected && (
        <Empty title={settings.notConnected} actions={<Link to="/connect">{settings.connect}</Link>}>
          {settings.notConnectedHelp}
        </Empty>
      )}
      {data && isConnected && <Webhook webhook={integration?.webhook ?? null} again={again} />}
    </Page>
  );
}

type State = NonNullable<ConsoleWebhookQuery["personioIntegration"]>["webhook"];
type Created = ConsoleCreateWebhookMutation["createPersonioWebhook"];

function Webhook({ webhook, again }: { readonly webhook: State | null; readonly again: () => void }) {
  const { webhooks: texts } = useScreenTexts().settings;
  const format = useFormat();
  const { send, isSending, problem } = useChange(CREATE);
  const [isAsking, setAsking] = useState(false);
  const [created, setCreated] = useState<Created>();
  const create = async (): Promise<void> => {
    const { data } = await send({});
    setAsking(false);
    if (!data) return;
    setCreated(data.createPersonioWebhook);
    again();
  };
  return (
    <Section title={texts.title}>
      {webhook ? (
        <Facts>
          <Fact name={texts.address}>
            <code>{webhook.url}</code>
          </Fact>
          <Fact name={texts.created}>{format.instant(webhook.createdAt)}</Fact>
          <Fact name={texts.received}>
            {webhook.lastReceivedAt ? format.instant(webhook.lastReceivedAt) : texts.never}
          </Fact>
        </Facts>
      ) : (
        <p className={styles.hint}>
          {texts.none} {texts.noneHelp}
        </p>
      )}
      <div className={styles.row}>
        {webhook ? (
          <Button onClick={() => setAsking(true)}>{texts.renew}</Button>
        ) : (
          <Button tone="main" isBusy={isSending} onClick={() => void create()}>
            {texts.create}
          </Button>
        )}
      </div>
      {problem && <Problem problem={problem} />}
      {isAsking && (
        <ConfirmDialog
          title={texts.renewTitle}
          lead={texts.renewLead}
          action={texts.confirm}
          isSending={isSending}
          onClose={() => setAsking(false)}
          onConfirm={() => void create()}
        />
      )}
      {created && <CreatedDialog created={created} onClose={() => setCreated(undefined)} />}
    </Section>
  );
}

/** The secret is shown only here, once. */
function CreatedDialog({ created, onClose }: { readonly created: Created; readonly onClose: () => void }) {
  const { webhooks: texts } = useScreenTexts().settings;
  const { attributes } = useServiceTexts();
  const { url, headerName, secret, createdInPersonio, events } = created;
  return (
    <Dialog
      title={texts.secretTitle}
      lead={createdInPersonio ? texts.inPersonio : texts.byHand}
      isOpen
      staysOpen
      onClose={onClose}
      actions={
        <Button tone="main" onClick={onClose}>
          {texts.done}
        </Button>
      }
    >
      {!createdInPersonio && (
        <ol className={styles.bullets}>
          {attributes.webhookSteps(headerName).map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      <Facts>
        <CopiedValue name={texts.address} value={url} />
        <CopiedValue name={texts.header} value={headerName} />
        <CopiedValue name={texts.secret} value={secret} />
        {!createdInPersonio && (
          <Fact name={texts.events}>
            <code>{events.join(", ")}</code>
          </Fact>
        )}
      </Facts>
      <p className={styles.warning}>{texts.once}</p>
    </Dialog>
  );
}
