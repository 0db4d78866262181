import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import styles from "./panel.module.css";

type PanelProps = {
  readonly label: string;
  /** In place of the label, which screen readers then still get. */
  readonly icon?: ReactNode;
  /** At which side of the button the panel begins. */
  readonly align?: "start" | "end";
  readonly onOpen?: () => void;
  readonly children: ReactNode;
};

/** A button that opens a small surface below it: the browser's own `details`. */
export function Panel({ label, icon, align = "start", onOpen, children }: PanelProps) {
  const details = useRef<HTMLDetailsElement>(null);
  useCloseOutside(details);
  return (
    <details
      ref={details}
      className={styles.panel}
      onToggle={(event) => event.currentTarget.open && onOpen?.()}
    >
      <summary
        className={icon ? styles.icon : styles.button}
        {...(icon !== undefined && { "aria-label": label, title: label })}
      >
        {icon === undefined ? label : <span aria-hidden="true">{icon}</span>}
      </summary>
      <div className={`${styles.surface} ${styles[align]}`}>{children}</div>
    </details>
  );
}

/** As a menu: Escape, a click or a focus beside it closes it, and Escape returns the focus. */
function useCloseOutside(details: RefObject<HTMLDetailsElement | null>): void {
  useEffect(() => {
    const close = (event: Event): void => {
      const element = details.current;
      if (!element?.open) return;
      const isEscape = event instanceof KeyboardEvent && event.key === "Escape";
      const isOutside = event.type !== "keydown" && !element.contains(event.target as Node);
      if (!isEscape && !isOutside) return;
      element.open = false;
      if (isEscape) element.querySelector("summary")?.focus();
    };
    const events = ["keydown", "pointerdown", "focusin"] as const;
    for (const event of events) document.addEventListener(event, close);
    return () => {
      for (const event of events) document.removeEventListener(event, close);
    };
  }, [details]);
}
