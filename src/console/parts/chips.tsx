import type { ReactNode } from "react";
import { useTexts } from "../texts/texts.tsx";
import styles from "./chips.module.css";

export const Chips = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <ul className={styles.chips} aria-label={label}>
    {children}
  </ul>
);

type ChipProps = { readonly name: string; readonly value: string; readonly onRemove: () => void };

/** A filter that is set: name, value and the button that removes it. */
export function Chip({ name, value, onRemove }: ChipProps) {
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
        aria-label={parts.removeFilter(`${name} ${value}`)}
        onClick={onRemove}
      >
        <span aria-hidden="true">×</span>
      </button>
    </li>
  );
}

type Tone = "plain" | "good" | "warn" | "bad" | "accent";

/** A word with a colour, such as a status. The word says it all; the colour helps to scan. */
export const Badge = ({
  tone = "plain",
  children,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
}) => <span className={`${styles.badge} ${styles[tone]}`}>{children}</span>;
