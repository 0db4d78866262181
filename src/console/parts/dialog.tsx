import { Dialog as Base } from "@base-ui/react/dialog";
import { type MouseEvent, type ReactNode, useState } from "react";
import { useTexts } from "../texts/texts.tsx";
import styles from "./dialog.module.css";

type DialogProps = {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Whether a click outside closes the dialog. Not if a secret or typed text would be lost. */
  readonly staysOpen?: boolean;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
  /** The buttons, the main one last. */
  readonly actions?: ReactNode;
};

/** The longest time that systems allow between the two clicks of a double click. */
const DOUBLE_CLICK_MS = 500;

/** A question over the page. Focus stays inside, and returns to what opened it. */
export function Dialog({ title, isOpen, onClose, staysOpen = false, lead, children, actions }: DialogProps) {
  const { parts } = useTexts();
  const isJustOpened = useJustOpened();
  const onOpenChange = (open: boolean, { reason }: Base.Root.ChangeEventDetails): void => {
    if (!open && !(reason === "outside-press" && isJustOpened())) onClose();
  };
  return (
    <Base.Root open={isOpen} onOpenChange={onOpenChange} disablePointerDismissal={staysOpen}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup
          className={styles.popup}
          onClickCapture={(event: MouseEvent) => {
            if (event.detail > 1 && isJustOpened()) stop(event);
          }}
        >
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

/** Ignores the second click of a double click: the first one has just opened this dialog. */
function useJustOpened(): () => boolean {
  const [openedAt] = useState(() => performance.now());
  return () => performance.now() - openedAt < DOUBLE_CLICK_MS;
}

function stop(event: MouseEvent): void {
  event.preventDefault();
  event.stopPropagation();
}
