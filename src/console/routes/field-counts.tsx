import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { fieldLabel, type Labels } from "./plan-values.ts";
import type { Summary } from "./shown-run.ts";
import styles from "./sync.module.css";

/** The rest is in the select above it. */
const SHOWN = 8;

type CountsProps = {
  readonly fields: Summary["fields"];
  readonly labels: Labels;
  readonly chosen: string | undefined;
  readonly onChoose: (field: string | undefined) => void;
};

/** The fields that a plan changes most, each with its people. A click shows only them. */
export function FieldCounts({ fields, labels, chosen, onChoose }: CountsProps) {
  const { sync } = useScreenTexts();
  const format = useFormat();
  const most = Math.max(1, ...fields.map(({ people }) => people));
  if (fields.length === 0) return null;
  return (
    <ul className={styles.fieldCounts} aria-label={sync.fieldsChanged}>
      {fields.slice(0, SHOWN).map(({ field, people, cleared }) => (
        <li key={field}>
          <button
            type="button"
            className={styles.fieldCount}
            aria-pressed={chosen === field}
            onClick={() => onChoose(chosen === field ? undefined : field)}
          >
            <span dir="auto">{fieldLabel(field, labels)}</span>
            <span className="muted small figures">
              {sync.fieldPeople(format.number(people), format.number(cleared))}
            </span>
            <span
              className={styles.share}
              style={{ width: `${(people / most) * 100}%` }}
              aria-hidden="true"
            />
          </button>
        </li>
      ))}
    </ul>
  );
}
