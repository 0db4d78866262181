import type { ReactNode } from "react";
import type { Problem as ProblemOf } from "../graph/problem.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Problem } from "../parts/states.tsx";
import { useTexts } from "../texts/texts.tsx";

type ConfirmDialogProps = {
  readonly title: string;
  readonly lead?: ReactNode;
  /** The label of the button, which names what will happen. */
  readonly action: string;
  readonly isSending: boolean;
  readonly problem?: ProblemOf | undefined;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children?: ReactNode;
};

/** Asks before an action that cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, lead, action, isSending, problem, onConfirm, onClose, children } = props;
  const { parts } = useTexts();
  return (
    <Dialog
      title={title}
      lead={lead}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            {parts.cancel}
          </Button>
          <Button tone="danger" isBusy={isSending} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      {children}
      {problem && <Problem problem={problem} />}
    </Dialog>
  );
}
