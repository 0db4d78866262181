import { type FormEvent, useState } from "react";
import { graphql } from "../graph/operation.ts";
import { useChange } from "../graph/use-change.ts";
import { Button } from "../parts/button.tsx";
import { Select } from "../parts/field.tsx";
import { Problem } from "../parts/states.tsx";
import { useToast } from "../parts/toast.tsx";
import { useScreenTexts } from "../texts/texts.tsx";
import { SavedButHeld } from "./saved-but-held.tsx";
import styles from "./settings.module.css";
import { useHeldPlan } from "./standing.tsx";

const MAP = graphql(`
  mutation ConsoleMapField($changes: [FieldMappingInput!]!) {
    setFieldMapping(changes: $changes) {
      id
      fieldMapping {
        personField
        personioAttribute
      }
    }
  }
`);

export type Attribute = { readonly key: string; readonly label: string; readonly granted: boolean };

type FieldAttributeProps = {
  readonly field: string;
  /** The key of the attribute that fills the field; null for none. */
  readonly mapped: string | null;
  readonly attributes: readonly Attribute[];
  readonly onClose: () => void;
};

/** Which attribute of Personio fills the field. A change replaces one row of the mapping. */
export function FieldAttribute({ field, mapped, attributes, onClose }: FieldAttributeProps) {
  const { settings } = useScreenTexts();
  const { fields: texts } = settings;
  const say = useToast();
  const { send, isSending, problem } = useChange(MAP);
  const held = useHeldPlan();
  const [isWaiting, setWaiting] = useState(false);
  const [chosen, setChosen] = useState(mapped ?? "");
  const options = attributes
    .filter(({ key, granted }) => granted || key === mapped)
    .map(({ key, label }) => ({ value: key, label: label === "" ? key : label }))
    .toSorted((one, other) => one.label.localeCompare(other.label));
  const isUnchanged = chosen === "" || chosen === mapped;
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isUnchanged || isSending) return;
    const { data } = await send({ changes: [{ personField: field, personioAttribute: chosen }] });
    if (!data) return;
    if (held) return setWaiting(true);
    say(texts.mapped);
    onClose();
  };
  return (
    <form className={styles.form} onSubmit={(event) => void save(event)}>
      <Select
        label={texts.attribute}
        hint={texts.attributeHint}
        value={chosen}
        options={mapped === null ? [{ value: "", label: texts.noAttribute }, ...options] : options}
        onChoose={setChosen}
      />
      {problem && <Problem problem={problem} />}
      {isWaiting && <SavedButHeld />}
      {!isUnchanged && (
        <div>
          <Button submits isBusy={isSending}>
            {texts.mapIt}
          </Button>
        </div>
      )}
    </form>
  );
}
