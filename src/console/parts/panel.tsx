import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import styles from "./panel.module.css";

type PanelProps = {
  readonly label: string;
  /** Replaces the label on the screen; screen readers still get the label. */
  readonly icon?: ReactNode;
  /** The edge of the button with which the panel aligns. */
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
    // Its content may arrive after it opens.
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

/** The space between the surface and the edge of the window. */
const EDGE_PX = 8;

/** A button near the edge of a narrow window would open its surface beyond it. */
function keepInWindow(surface: HTMLElement | null): void {
  if (!surface) return;
  surface.style.translate = "";
  const { left, right } = surface.getBoundingClientRect();
  const beyond = Math.max(0, right + EDGE_PX - document.documentElement.clientWidth);
  surface.style.translate = `${Math.max(-beyond, EDGE_PX - left)}px`;
}

/** Like a menu, it closes on Escape, on a click or focus outside, and on a link. Escape returns the focus. */
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
