import type { Problem as ProblemOf } from "../graph/problem.ts";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { type Field, isUnit, kindsOf, useFieldName, valuesOf } from "./field-facts.ts";
import styles from "./settings.module.css";

type HideFieldProps = {
  readonly field: Field;
  readonly isSending: boolean;
  readonly problem: ProblemOf | undefined;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
};

/** Shows what hiding a field deletes, before it is hidden. */
export function HideField({ field, ...sending }: HideFieldProps) {
  const { settings, person } = useScreenTexts();
  const { fields: texts } = settings;
  const format = useFormat();
  const name = useFieldName(field);
  const count = valuesOf(field);
  const kinds = kindsOf(field).map((kind) => person.kind(kind));
  return (
    <ConfirmDialog title={texts.hideTitle(name)} action={texts.confirmHide} {...sending}>
      <p>{texts.deletes}</p>
      <ul className={styles.bullets}>
        <li>{texts.values(count, format.number(count))}</li>
        {kinds.length > 0 && <li>{texts.dates(format.list(kinds))}</li>}
        {field.name === "supervisor" && <li>{texts.supervisor}</li>}
        {isUnit(field) && <li>{texts.units}</li>}
      </ul>
      <p className={styles.hint}>{texts.after}</p>
      <p className={styles.hint}>{texts.undo}</p>
    </ConfirmDialog>
  );
}
