import { useEffect, useRef, useState } from "react";
import type { Problem } from "../graph/problem.ts";
import { Badge } from "../parts/chips.tsx";
import { Select } from "../parts/field.tsx";
import { ProblemWords } from "../parts/problem-words.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./connect.module.css";
import type { FieldRow, Integration } from "./connection.ts";
import { valueText } from "./plan-values.ts";

/** The value of an option for a field that no attribute fills. */
const HIDDEN = "";
const UNDECIDED = "?";

type Attribute = Integration["attributes"][number];

type FieldChoiceProps = {
  readonly field: FieldRow;
  readonly integration: Integration;
  readonly granted: readonly Attribute[];
  readonly isChanged: boolean;
  /** Why the last choice was refused: the field keeps what it had. */
  readonly problem: Problem | undefined;
  readonly onChoose: (attribute: string | null) => void;
};

/** A field, the attribute that fills it, and an example. */
export function FieldChoice({ field, integration, granted, isChanged, problem, onChoose }: FieldChoiceProps) {
  const { connect, sync } = useScreenTexts();
  const row = integration.fieldMapping.find(({ personField }) => personField === field.name);
  const stored = row ? (row.personioAttribute ?? HIDDEN) : UNDECIDED;
  const { key, ...handlers } = useFinalChoice(stored, problem, (chosen) => {
    if (chosen !== UNDECIDED) onChoose(chosen === HIDDEN ? null : chosen);
  });
  const attribute = integration.attributes.find((candidate) => candidate.key === key);
  const known = granted.some((candidate) => candidate.key === key);
  const name = sync.fields[field.name] ?? field.label;
  const isUnmapped = field.required && !known;
  return (
    <div className={styles.mappingRow}>
      <span className={styles.fieldName}>
        {name}
        {field.required && <span className="muted small"> {connect.requiredField}</span>}
      </span>
      <Select
        label={connect.attributeFor(name)}
        hidesLabel
        value={key}
        error={problem ? <ProblemWords problem={problem} /> : isUnmapped && connect.unmapped}
        options={[
          ...(stored === UNDECIDED ? [{ value: UNDECIDED, label: connect.undecided }] : []),
          ...(field.required ? [] : [{ value: HIDDEN, label: connect.hide }]),
          ...(attribute && !known ? [{ value: key, label: connect.notGranted(attribute.label) }] : []),
          ...granted.map(({ key: value, label }) => ({ value, label })),
        ]}
        {...handlers}
      />
      <Example attribute={attribute} />
      <span>
        {isChanged ? (
          <Badge tone="accent">{connect.changed}</Badge>
        ) : (
          attribute && <Badge>{connect.proposed}</Badge>
        )}
      </span>
    </div>
  );
}

/**
 * The arrow keys choose each option that they pass. So a choice by keys is sent when the user leaves the
 * field, and a choice with a pointer at once.
 */
function useFinalChoice(stored: string, problem: Problem | undefined, onFinal: (key: string) => void) {
  const [chosen, setChosen] = useState<string>();
  const isByKeys = useRef(false);
  // The service has stored a choice, or refused it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  useEffect(() => setChosen(undefined), [stored, problem]);
  return {
    key: chosen ?? stored,
    onKeyDown: () => {
      isByKeys.current = true;
    },
    onPointerDown: () => {
      isByKeys.current = false;
    },
    onChoose: (key: string) => {
      setChosen(key);
      if (!isByKeys.current) onFinal(key);
    },
    onBlur: () => {
      if (isByKeys.current && chosen !== undefined && chosen !== stored) onFinal(chosen);
    },
  };
}

/** What Personio has in the attribute for the first person with a value. */
export function Example({ attribute }: { readonly attribute: Attribute | undefined }) {
  const { connect, sync } = useScreenTexts();
  const { day } = useFormat();
  const { sample } = attribute ?? {};
  if (sample === null || sample === undefined)
    return <span className="muted small">{attribute ? connect.noExample : ""}</span>;
  const text = valueText(sample, sync.values, day);
  return (
    <span className={styles.example}>
      <span className="unseen">{connect.example}</span>
      <span dir="auto" title={text}>
        {text}
      </span>
    </span>
  );
}
