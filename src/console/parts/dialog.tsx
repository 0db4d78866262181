import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { useTexts } from "../texts/texts.tsx";
import styles from "./dialog.module.css";

type DialogProps = {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** A click beside the dialog closes it, unless it would lose a secret or what was typed. */
  readonly staysOpen?: boolean;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
  /** The buttons, the main one last. */
  readonly actions?: ReactNode;
};

/** A question over the page. Focus stays inside, and returns to what opened it. */
export function Dialog({ title, isOpen, onClose, staysOpen = false, lead, children, actions }: DialogProps) {
  const { parts } = useTexts();
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => open || onClose()} disablePointerDismissal={staysOpen}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup className={styles.popup}>
          <Base.Title className={styles.title}>{title}</Base.Title>
          {lead && <Base.Description className={styles.lead}>{lead}</Base.Description>}
          {children}
          {actions && <div className={styles.actions}>{actions}</div>}
          {/* Last, so that the focus begins at the first field or action. */}
          <Base.Close className={styles.close} aria-label={parts.close}>
            <span aria-hidden="true">×</span>
          </Base.Close>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
