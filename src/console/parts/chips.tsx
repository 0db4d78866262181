import { type ReactNode, useEffect, useRef } from "react";
import { useTexts } from "../texts/texts.tsx";
import styles from "./chips.module.css";
import { classNames } from "./class-names.ts";

type ChipsProps = { readonly label: string; readonly children: ReactNode };

/** Filters that are set. When a filter is removed, the focus moves to the next one. */
export function Chips({ label, children }: ChipsProps) {
  const list = useRef<HTMLUListElement>(null);
  /** The place of the button that was pressed. */
  const pressed = useRef(-1);
  const buttons = (): HTMLElement[] => [...(list.current?.querySelectorAll("button") ?? [])];
  useEffect(() => {
    if (pressed.current < 0 || document.activeElement !== document.body) return;
    const left = buttons();
    left[Math.min(pressed.current, left.length - 1)]?.focus();
    pressed.current = -1;
  });
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: only notes which of its buttons was pressed.
    <ul
      ref={list}
      className={styles.chips}
      aria-label={label}
      onClick={({ target }) => {
        pressed.current = buttons().findIndex((button) => button.contains(target as Node));
      }}
      onBlur={() => {
        pressed.current = -1;
      }}
    >
      {children}
    </ul>
  );
}

type ChipProps = {
  readonly name: string;
  readonly value: string;
  readonly onRemove: () => void;
  /** The label of the button if the chip is not a filter. */
  readonly removeLabel?: string;
};

/** A filter that is set, or another choice: name, value and the button that removes it. */
export function Chip({ name, value, onRemove, removeLabel }: ChipProps) {
  const { parts } = useTexts();
  return (
    <li className={styles.chip}>
      <span className={styles.name}>{name}</span>
      <span className={`${styles.value} cut`} dir="auto" title={value}>
        {value}
      </span>
      <button
        type="button"
        className={styles.remove}
        aria-label={removeLabel ?? parts.removeFilter(`${name} ${value}`)}
        onClick={onRemove}
      >
        <span aria-hidden="true">×</span>
      </button>
    </li>
  );
}

type Tone = "plain" | "good" | "warn" | "bad" | "accent";

/** A word with a colour, such as a status. The word is enough; the colour helps to scan. */
export const Badge = ({
  tone = "plain",
  children,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
}) => <span className={classNames(styles.badge, styles[tone])}>{children}</span>;
