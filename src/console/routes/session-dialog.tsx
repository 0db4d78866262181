import { useState } from "react";
import { Button } from "../parts/button.tsx";
import { ButtonLink } from "../parts/button-link.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { useTexts } from "../texts/texts.tsx";

export type SessionDialogProps = {
  readonly address: string;
  /** Checks whether the user has signed in again. */
  readonly onLook: () => Promise<void>;
  readonly onClose: () => void;
};

/** Over the page whose session has ended. The page below stays as it is. */
export function SessionDialog({ address, onLook, onClose }: SessionDialogProps) {
  const { session } = useTexts();
  const [isLooking, setLooking] = useState(false);
  const look = async (): Promise<void> => {
    setLooking(true);
    await onLook();
    setLooking(false);
  };
  return (
    <Dialog
      title={session.ended}
      isOpen
      onClose={onClose}
      lead={session.endedHelp}
      actions={
        <>
          <Button isBusy={isLooking} onClick={() => void look()}>
            {session.goOn}
          </Button>
          <ButtonLink tone="main" href={address} target="_blank" rel="noreferrer">
            {session.againInNewTab}
          </ButtonLink>
        </>
      }
    />
  );
}
