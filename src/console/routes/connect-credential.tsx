import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { graphql } from "../graph/operation.ts";
import type { Problem as ProblemOf } from "../graph/problem.ts";
import { type Outcome, useChange } from "../graph/use-change.ts";
import { Button } from "../parts/button.tsx";
import { TextField } from "../parts/field.tsx";
import { Section } from "../parts/page.tsx";
import { ProblemWords } from "../parts/problem-words.tsx";
import { Problem } from "../parts/states.tsx";
import { useToast } from "../parts/toast.tsx";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./connect.module.css";
import type { Integration } from "./connection.ts";
import { PersonioProblem } from "./personio-problem.tsx";

const CONNECT = graphql(`
  mutation ConsoleConnect($clientId: String!, $clientSecret: String!) {
    connectPersonio(clientId: $clientId, clientSecret: $clientSecret) {
      id
      status
    }
  }
`);

const UPDATE = graphql(`
  mutation ConsoleUpdateCredential($clientId: String!, $clientSecret: String!) {
    updatePersonioCredentials(clientId: $clientId, clientSecret: $clientSecret) {
      id
      status
    }
  }
`);

/** Step 1: how to make a credential in Personio, and the two fields for it. */
export function ConnectCredential({
  isAgain,
  again,
}: {
  readonly isAgain: boolean;
  readonly again: () => void;
}) {
  const { connect } = useScreenTexts();
  const navigate = useNavigate();
  const change = useChange(CONNECT);
  return (
    <>
      <Section title={connect.inPersonio}>
        <ol className={styles.instructions}>
          {connect.instructions.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ol>
        <details className={styles.attributes}>
          <summary>{connect.attributesToTick}</summary>
          <p>
            <strong>{connect.needed}</strong> <span lang="en">{connect.neededAttributes}</span>
          </p>
          <p>
            <strong>{connect.useful}</strong> <span lang="en">{connect.usefulAttributes}</span>
          </p>
        </details>
      </Section>
      <Section title={connect.here}>
        {isAgain && <p className="muted">{connect.connectAgain}</p>}
        <CredentialForm
          change={change}
          action={connect.checkAndGoOn}
          onDone={() => {
            // Until now there was no integration, so no cached answer belongs to one.
            again();
            void navigate({ to: "/connect", search: { step: "rights" } });
          }}
        />
      </Section>
    </>
  );
}

/** The way out of BROKEN: another credential for the same account, without a review. */
export function UpdateCredential({ integration }: { readonly integration: Integration }) {
  const { connect } = useScreenTexts();
  const navigate = useNavigate();
  const say = useToast();
  const change = useChange(UPDATE);
  return (
    <Section title={connect.update}>
      <p>{integration.status === "BROKEN" ? connect.updateBroken : connect.updateHelp}</p>
      {integration.problem && <PersonioProblem problem={integration.problem} />}
      <CredentialForm
        change={change}
        action={connect.checkAndSave}
        clientId={integration.clientId}
        onDone={() => {
          say(connect.updated);
          void navigate({ to: "/sync" });
        }}
      />
      <p>
        <Link to="/connect">{connect.back}</Link>
      </p>
    </Section>
  );
}

type FormProps = {
  readonly change: {
    readonly isSending: boolean;
    readonly problem: ProblemOf | undefined;
    readonly send: (pair: { clientId: string; clientSecret: string }) => Promise<Outcome<unknown>>;
  };
  readonly action: string;
  readonly clientId?: string;
  readonly onDone: () => void;
};

/** Nothing typed is lost when Personio refuses it; the secret leaves the page with the answer. */
function CredentialForm({ change, action, clientId: known = "", onDone }: FormProps) {
  const { connect } = useScreenTexts();
  const [clientId, setClientId] = useState(known);
  const [clientSecret, setClientSecret] = useState("");
  const { problem, isSending } = change;
  const isRefused = problem?.code === "PERSONIO_CREDENTIALS_INVALID" || problem?.code === "BAD_USER_INPUT";
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isSending) return;
    const { data } = await change.send({ clientId, clientSecret });
    if (!data) return;
    setClientSecret("");
    onDone();
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} autoComplete="off">
      <TextField
        label={connect.clientId}
        isRequired
        name="personio-client-id"
        autoComplete="off"
        spellCheck={false}
        value={clientId}
        onChange={({ target }) => setClientId(target.value)}
      />
      <TextField
        label={connect.clientSecret}
        hint={connect.secretHint}
        isRequired
        type="password"
        name="personio-client-secret"
        autoComplete="new-password"
        value={clientSecret}
        error={problem && isRefused && <ProblemWords problem={problem} />}
        onChange={({ target }) => setClientSecret(target.value)}
      />
      {problem && !isRefused && <Problem problem={problem} />}
      <div>
        <Button tone="main" submits isBusy={isSending}>
          {action}
        </Button>
      </div>
    </form>
  );
}
