import { type FormEvent, useState } from "react";
import { graphql } from "../graph/operation.ts";
import { useChange } from "../graph/use-change.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Select } from "../parts/field.tsx";
import { Problem } from "../parts/states.tsx";
import { useToast } from "../parts/toast.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { type Attribute, FieldAttribute } from "./field-attribute.tsx";
import {
  type Field,
  ordersOf,
  SENSITIVITIES,
  type Sensitivity,
  type Source,
  useFieldName,
} from "./field-facts.ts";
import { HideField } from "./hide-field.tsx";
import { SavedButHeld } from "./saved-but-held.tsx";
import styles from "./settings.module.css";
import { useHeldPlan } from "./standing.tsx";

const SET = graphql(`
  mutation ConsoleSetField(
    $name: String!
    $sources: [FieldSource!]
    $visible: Boolean
    $sensitivity: FieldSensitivity
  ) {
    setPeopleField(name: $name, sources: $sources, visible: $visible, sensitivity: $sensitivity) {
      name
      sources
      visible
      sensitivity
    }
  }
`);

type FieldDialogProps = {
  readonly field: Field;
  /** The attribute that fills the field; undefined if none can. */
  readonly mapped: string | null | undefined;
  readonly attributes: readonly Attribute[];
  readonly onClose: () => void;
};

/** The settings of one field. Hiding it needs a second confirmation, because it deletes values. */
export function FieldDialog({ field, mapped, attributes, onClose }: FieldDialogProps) {
  const { fields: texts } = useScreenTexts().settings;
  const say = useToast();
  const name = useFieldName(field);
  const { send, isSending, problem } = useChange(SET);
  const [isHiding, setHiding] = useState(false);
  const show = async (visible: boolean): Promise<void> => {
    const { data } = await send({ name: field.name, visible });
    if (!data) return;
    say(visible ? texts.shown(name) : texts.nowHidden(name));
    onClose();
  };
  if (isHiding)
    return (
      <HideField
        field={field}
        isSending={isSending}
        problem={problem}
        onClose={() => setHiding(false)}
        onConfirm={() => void show(false)}
      />
    );
  return (
    <Dialog title={name} isOpen onClose={onClose}>
      <Coverage field={field} />
      {field.visible && <Rules field={field} onClose={onClose} />}
      {field.visible && mapped !== undefined && (
        <FieldAttribute {...{ mapped, attributes, onClose }} field={field.name} />
      )}
      <div className={styles.item}>
        {field.required && <p className={styles.hint}>{texts.required}</p>}
        {!field.required && field.visible && (
          <Button tone="danger" onClick={() => setHiding(true)}>
            {texts.hide}
          </Button>
        )}
        {!field.visible && (
          <>
            <Button tone="main" isBusy={isSending} onClick={() => void show(true)}>
              {texts.show}
            </Button>
            <p className={styles.hint}>{texts.showHint}</p>
          </>
        )}
      </div>
      {problem && <Problem problem={problem} />}
    </Dialog>
  );
}

function Coverage({ field: { coverage } }: { readonly field: Field }) {
  const { settings, person } = useScreenTexts();
  const { fields: texts } = settings;
  const format = useFormat();
  return (
    <div>
      <p className={styles.hint}>{texts.coverage}</p>
      <ul className={styles.bullets}>
        {coverage.map(({ source, people }) => (
          <li key={source}>
            {texts.bySource(person.sourceNames[source], texts.people(format.number(people)))}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Who may see the field, and which source wins. */
function Rules({ field, onClose }: Pick<FieldDialogProps, "field" | "onClose">) {
  const { settings, person } = useScreenTexts();
  const { fields: texts } = settings;
  const say = useToast();
  const { send, isSending, problem } = useChange(SET);
  const held = useHeldPlan();
  const [isWaiting, setWaiting] = useState(false);
  const orders = ordersOf(field);
  const keyOf = (sources: readonly Source[]): string => sources.join();
  const [sensitivity, setSensitivity] = useState<Sensitivity>(field.sensitivity);
  const [order, setOrder] = useState(keyOf(field.sources));
  const sources = orders.find((one) => keyOf(one) === order);
  const changes = {
    ...(sensitivity !== field.sensitivity && { sensitivity }),
    ...(order !== keyOf(field.sources) && sources && { sources }),
  };
  const isUnchanged = Object.keys(changes).length === 0;
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isUnchanged || isSending) return;
    const { data } = await send({ name: field.name, ...changes });
    if (!data) return;
    // A sync applies the order, and a held plan keeps every sync from applying anything.
    if (held && changes.sources) return setWaiting(true);
    say(changes.sources ? texts.ordered : settings.saved);
    onClose();
  };
  const labelOf = (one: readonly Source[]): string => {
    const names = one.map((source) => person.sourceNames[source]);
    return names.length === 1 ? texts.only(names[0] ?? "") : texts.first(names);
  };
  return (
    <form className={styles.form} onSubmit={(event) => void save(event)}>
      <Select
        label={texts.right}
        hint={texts.sensitivityHint}
        value={sensitivity}
        options={SENSITIVITIES.map((value) => ({ value, label: texts.sensitivities[value] }))}
        onChoose={setSensitivity}
      />
      {orders.length > 1 && (
        <Select
          label={texts.sources}
          hint={texts.sourcesHint}
          value={order}
          options={orders.map((one) => ({ value: keyOf(one), label: labelOf(one) }))}
          onChoose={setOrder}
        />
      )}
      {problem && <Problem problem={problem} />}
      {isWaiting && <SavedButHeld />}
      <div className={styles.foot}>
        <Button
          tone="main"
          submits
          isBusy={isSending}
          disabledReason={isUnchanged ? settings.unchanged : undefined}
        >
          {settings.save}
        </Button>
      </div>
    </form>
  );
}
