import { useState } from "react";
import type { TypedDocumentNode } from "urql";
import { useChange } from "../graph/use-change.ts";
import { Button } from "../parts/button.tsx";
import { useToast } from "../parts/toast.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";

type RevokeTokenProps = {
  readonly id: string;
  /** The mutation of this kind of token. */
  readonly revocation: TypedDocumentNode<unknown, { readonly id: string }>;
  readonly texts: { readonly revoke: string; readonly revoked: string };
  /** Names the token, for a screen reader. */
  readonly label: string;
  readonly title: string;
  readonly lead: string;
  readonly again: () => void;
};

/** The button that revokes a token, after a question. */
export function RevokeToken({ id, revocation, texts, label, title, lead, again }: RevokeTokenProps) {
  const say = useToast();
  const { send, isSending, problem } = useChange(revocation);
  const [isAsking, setAsking] = useState(false);
  const revoke = async (): Promise<void> => {
    const { data } = await send({ id });
    if (!data) return;
    say(texts.revoked);
    again();
  };
  return (
    <>
      <Button onClick={() => setAsking(true)} aria-label={label}>
        {texts.revoke}
      </Button>
      {isAsking && (
        <ConfirmDialog
          {...{ title, lead, isSending, problem }}
          action={texts.revoke}
          onConfirm={() => void revoke()}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
