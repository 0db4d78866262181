import { useTexts } from "../texts/texts.tsx";
import styles from "./sync.module.css";

type TogglesProps<Value extends string> = {
  readonly label: string;
  readonly value: Value | undefined;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly count?: string }[];
  readonly onChoose: (value: Value | undefined) => void;
};

/** Buttons of which at most one is pressed; the first one shows all. */
export function Toggles<Value extends string>({ label, value, options, onChoose }: TogglesProps<Value>) {
  const { parts } = useTexts();
  return (
    <fieldset className={styles.toggles}>
      <legend className="unseen">{label}</legend>
      <button
        type="button"
        className={styles.toggle}
        aria-pressed={value === undefined}
        onClick={() => onChoose(undefined)}
      >
        {parts.all}
      </button>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className={styles.toggle}
          aria-pressed={value === option.value}
          onClick={() => onChoose(value === option.value ? undefined : option.value)}
        >
          <span dir="auto">{option.label}</span>
          {option.count !== undefined && <span className={styles.count}>{option.count}</span>}
        </button>
      ))}
    </fieldset>
  );
}
