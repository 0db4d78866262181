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
  const surface = useRef<HTMLDivElement>(null);
  useCloseOutside(details);
  useEffect(() => {
    // What it shows may come after it opens.
    const observer = new ResizeObserver(() => keepInWindow(surface.current));
    if (surface.current) observer.observe(surface.current);
    return () => observer.disconnect();
  }, []);
  return (
    <details
      ref={details}
      className={styles.panel}
      onToggle={({ currentTarget }) => {
        if (!currentTarget.open) return;
        keepInWindow(surface.current);
        onOpen?.();
      }}
    >
      <summary
        className={icon ? styles.icon : styles.button}
        {...(icon !== undefined && { "aria-label": label, title: label })}
      >
        {icon === undefined ? label : <span aria-hidden="true">{icon}</span>}
      </summary>
      <div ref={surface} className={`${styles.surface} ${styles[align]}`}>
        {children}
      </div>
    </details>
  );
}

/** Between the surface and the edge of the window. */
const EDGE_PX = 8;

/** A button near the edge of a narrow window would open its surface beyond it. */
function keepInWindow(surface: HTMLElement | null): void {
  if (!surface) return;
  surface.style.translate = "";
  const { left, right } = surface.getBoundingClientRect();
  const beyond = Math.max(0, right + EDGE_PX - document.documentElement.clientWidth);
  surface.style.translate = `${Math.max(-beyond, EDGE_PX - left)}px`;
}

/** As a menu: Escape, a click or a focus beside it closes it, and Escape returns the focus. A link too. */
function useCloseOutside(details: RefObject<HTMLDetailsElement | null>): void {
  useEffect(() => {
    const close = (event: Event): void => {
      const element = details.current;
      if (!element?.open) return;
      const isEscape = event instanceof KeyboardEvent && event.key === "Escape";
      const isInside = element.contains(event.target as Node);
      const isOutside = (event.type === "pointerdown" || event.type === "focusin") && !isInside;
      const isLink = event.type === "click" && isInside && (event.target as Element).closest("a") !== null;
      if (!isEscape && !isOutside && !isLink) return;
      element.open = false;
      if (isEscape) element.querySelector("summary")?.focus();
    };
    const events = ["keydown", "pointerdown", "focusin", "click"] as const;
    for (const event of events) document.addEventListener(event, close);
    return () => {
      for (const event of events) document.removeEventListener(event, close);
    };
  }, [details]);
}
