import { useState } from "react";
import type { ConsoleServiceTokensQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { Badge } from "../parts/chips.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Loading } from "../parts/states.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { NewTokenDialog } from "./new-token-dialog.tsx";
import { RevokeToken } from "./revoke-token.tsx";
import styles from "./settings.module.css";
import { SettingsTable } from "./settings-table.tsx";
import { ShownOnceDialog } from "./shown-once-dialog.tsx";

const TOKENS = graphql(`
  query ConsoleServiceTokens {
    serviceTokens {
      id
      name
      scopes
      hint
      createdAt
      expiresAt
      lastUsedAt
    }
  }
`);

const REVOKE = graphql(`
  mutation ConsoleRevokeServiceToken($id: ID!) {
    revokeServiceToken(id: $id)
  }
`);

type Token = ConsoleServiceTokensQuery["serviceTokens"][number];

/** The tokens of programs: create, shown once, and revoke. */
export function TokenSettings() {
  const { tokens: texts } = useScreenTexts().access;
  const answer = useAnswer(TOKENS, {});
  const { data, isLoading, again } = answer;
  const [isCreating, setCreating] = useState(false);
  const [created, setCreated] = useState<string>();
  const tokens = data?.serviceTokens ?? [];
  const create = (
    <Button tone="main" onClick={() => setCreating(true)}>
      {texts.create}
    </Button>
  );
  return (
    <Page title={texts.title} lead={texts.lead} actions={tokens.length > 0 && create}>
      <AnswerProblems answer={answer} />
      {isLoading && <Loading />}
      {data && tokens.length === 0 && (
        <Empty title={texts.none} actions={create}>
          {texts.noneHelp}
        </Empty>
      )}
      {tokens.length > 0 && (
        <SettingsTable heads={[texts.name, texts.scopes, texts.lastUsed, texts.ends]} action={texts.revoke}>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} again={again} />
          ))}
        </SettingsTable>
      )}
      {isCreating && (
        <NewTokenDialog
          onClose={() => setCreating(false)}
          onCreated={(token) => {
            setCreating(false);
            setCreated(token);
            again();
          }}
        />
      )}
      {created && <ShownOnceDialog texts={texts} token={created} onClose={() => setCreated(undefined)} />}
    </Page>
  );
}

function TokenRow({ token, again }: { readonly token: Token; readonly again: () => void }) {
  const { tokens: texts } = useScreenTexts().access;
  const format = useFormat();
  const { id, name, scopes, hint, createdAt, expiresAt, lastUsedAt } = token;
  const hasEnded = expiresAt !== null && expiresAt !== undefined && new Date(expiresAt) <= new Date();
  return (
    <tr>
      <td>
        <div>
          <span className={styles.name} dir="auto">
            {name}
          </span>
          <p className="muted small">
            <code>{hint}</code> · {texts.created} {format.instant(createdAt)}
          </p>
        </div>
      </td>
      <td data-name={texts.scopes}>
        <span className={styles.value}>
          {scopes.map((scope) => (
            <Badge key={scope}>{scope}</Badge>
          ))}
        </span>
      </td>
      <td data-name={texts.lastUsed} className={styles.ours}>
        {lastUsedAt ? format.instant(lastUsedAt) : texts.unused}
      </td>
      <td data-name={texts.ends} className={styles.ours}>
        <span className={styles.value}>
          {expiresAt ? format.instant(expiresAt) : texts.endsNever}
          {hasEnded && <Badge tone="warn">{texts.ended}</Badge>}
        </span>
      </td>
      <td className={styles.end}>
        <RevokeToken
          revocation={REVOKE}
          label={texts.revokeOne(name)}
          title={texts.revokeTitle(name)}
          lead={texts.revokeLead}
          {...{ id, texts, again }}
        />
      </td>
    </tr>
  );
}
