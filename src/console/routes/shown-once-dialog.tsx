import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Facts } from "../parts/page.tsx";
import { CopiedValue } from "./copied-value.tsx";
import styles from "./settings.module.css";

type ShownOnceDialogProps = {
  readonly texts: {
    readonly newTitle: string;
    readonly newLead: string;
    readonly once: string;
    readonly done: string;
    readonly token: string;
  };
  readonly token: string;
  readonly onClose: () => void;
};

/** Shows a new token, once. */
export const ShownOnceDialog = ({ texts, token, onClose }: ShownOnceDialogProps) => (
  <Dialog
    title={texts.newTitle}
    lead={texts.newLead}
    isOpen
    staysOpen
    onClose={onClose}
    actions={
      <Button tone="main" onClick={onClose}>
        {texts.done}
      </Button>
    }
  >
    <Facts>
      <CopiedValue name={texts.token} value={token} />
    </Facts>
    <p className={styles.warning}>{texts.once}</p>
  </Dialog>
);
