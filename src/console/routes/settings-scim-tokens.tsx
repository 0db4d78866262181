import { useState } from "react";
import type { ConsoleIdentityQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useChange } from "../graph/use-change.ts";
import { Button } from "../parts/button.tsx";
import { Section } from "../parts/page.tsx";
import { Problem } from "../parts/states.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { RevokeToken } from "./revoke-token.tsx";
import styles from "./settings.module.css";
import { ShownOnceDialog } from "./shown-once-dialog.tsx";

const CREATE = graphql(`
  mutation ConsoleCreateScimToken {
    createScimToken {
      token
      scimToken {
        id
      }
    }
  }
`);

const REVOKE = graphql(`
  mutation ConsoleRevokeScimToken($id: ID!) {
    revokeScimToken(id: $id)
  }
`);

/** The most tokens: the one in use, and its successor while the identity provider changes over. */
const TOKENS_MAX = 2;

type Token = ConsoleIdentityQuery["scimTokens"][number];
type ScimTokensProps = { readonly tokens: readonly Token[]; readonly again: () => void };

/** The tokens of the identity provider: create, shown once, and revoke. */
export function ScimTokens({ tokens, again }: ScimTokensProps) {
  const { identity: texts } = useScreenTexts().access;
  const { send, isSending, problem, dismiss } = useChange(CREATE);
  const [created, setCreated] = useState<string>();
  const create = async (): Promise<void> => {
    const { data } = await send({});
    if (!data) return;
    setCreated(data.createScimToken.token);
    again();
  };
  return (
    <Section title={texts.tokens}>
      {tokens.length === 0 && (
        <p className={styles.hint}>
          {texts.noTokens} {texts.noTokensHelp}
        </p>
      )}
      {tokens.length > 0 && (
        <ul className={styles.list}>
          {tokens.map((token) => (
            <TokenItem key={token.id} token={token} again={again} />
          ))}
        </ul>
      )}
      <div className={styles.row}>
        <Button
          tone={tokens.length === 0 ? "main" : "plain"}
          isBusy={isSending}
          disabledReason={tokens.length >= TOKENS_MAX ? texts.full : undefined}
          onClick={() => void create()}
        >
          {texts.create}
        </Button>
      </div>
      {problem && <Problem problem={problem} again={dismiss} />}
      {created && <ShownOnceDialog texts={texts} token={created} onClose={() => setCreated(undefined)} />}
    </Section>
  );
}

function TokenItem({ token, again }: { readonly token: Token; readonly again: () => void }) {
  const { identity: texts } = useScreenTexts().access;
  const format = useFormat();
  const { id, hint, createdAt, lastUsedAt } = token;
  return (
    <li className={styles.item}>
      <div className={styles.grow}>
        <code>{hint}</code>
        <p className="muted small">
          {texts.created} {format.instant(createdAt)} ·{" "}
          {lastUsedAt ? `${texts.lastUsed} ${format.instant(lastUsedAt)}` : texts.unused}
        </p>
      </div>
      <RevokeToken
        revocation={REVOKE}
        label={texts.revokeOne(hint)}
        title={texts.revokeTitle}
        lead={texts.revokeLead(hint)}
        {...{ id, texts, again }}
      />
    </li>
  );
}
