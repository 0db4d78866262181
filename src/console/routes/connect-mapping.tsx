import { useState } from "react";
import { graphql } from "../graph/operation.ts";
import type { Problem } from "../graph/problem.ts";
import { useChange } from "../graph/use-change.ts";
import { Badge } from "../parts/chips.tsx";
import { Check, Select } from "../parts/field.tsx";
import { Section } from "../parts/page.tsx";
import { ProblemWords } from "../parts/problem-words.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./connect.module.css";
import type { FieldRow, Integration } from "./connection.ts";
import { NextStep } from "./next-step.tsx";
import { valueText } from "./plan-values.ts";

const SET_MAPPING = graphql(`
  mutation ConsoleSetMapping($changes: [FieldMappingInput!]!) {
    setFieldMapping(changes: $changes) {
      id
      status
    }
  }
`);

/** The value of an option for a field that no attribute fills. */
const HIDDEN = "";
const UNDECIDED = "?";
const CUSTOM = "customAttributes";

/** The name to show is derived from other fields. */
const DERIVED: readonly string[] = ["displayName"];

type MappingProps = { readonly integration: Integration; readonly fields: readonly FieldRow[] };
type Attribute = Integration["attributes"][number];

/** Step 3: which attribute fills which field, with an example. Each choice is stored at once, by itself. */
export function ConnectMapping({ integration, fields }: MappingProps) {
  const { connect } = useScreenTexts();
  const { send, isSending } = useChange(SET_MAPPING);
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<{ readonly field: string; readonly problem: Problem }>();
  const problemOf = (field: string): Problem | undefined =>
    refused?.field === field ? refused.problem : undefined;
  const set = async (personField: string, personioAttribute: string | null): Promise<void> => {
    setRefused(undefined);
    const { data, problem } = await send({ changes: [{ personField, personioAttribute }] });
    if (data) setChanged((before) => new Set([...before, personField]));
    else setRefused({ field: personField, problem });
  };
  const own = fields.filter(({ name }) => !name.startsWith(`${CUSTOM}.`) && !DERIVED.includes(name));
  const granted = integration.attributes.filter((attribute) => attribute.granted);
  const isBlocked = integration.problem?.code === "PERSONIO_ACCESS_MISSING";
  const used = new Set(
    integration.fieldMapping.flatMap((row) => (row.personField === CUSTOM ? [] : row.personioAttribute)),
  );
  const custom = granted.filter(({ key }) => key.startsWith("dynamic_") && !used.has(key));
  return (
    <>
      <p className="muted">{connect.mappingLead}</p>
      <Section title={connect.fields}>
        <div className={styles.mapping} aria-busy={isSending}>
          {own.map((field) => (
            <FieldChoice
              key={field.name}
              field={field}
              integration={integration}
              granted={granted}
              isChanged={changed.has(field.name)}
              problem={problemOf(field.name)}
              onChoose={(attribute) => void set(field.name, attribute)}
            />
          ))}
        </div>
      </Section>
      {custom.length > 0 && (
        <Section title={connect.custom}>
          <p className="muted">{connect.customHelp}</p>
          <ul className={styles.custom}>
            {custom.map((attribute) => (
              <CustomChoice
                key={attribute.key}
                attribute={attribute}
                mapping={integration.fieldMapping}
                problem={problemOf(`${CUSTOM}.${attribute.key}`)}
                onCheck={(isKept) => void set(`${CUSTOM}.${attribute.key}`, isKept ? attribute.key : null)}
              />
            ))}
          </ul>
        </Section>
      )}
      <NextStep to="people" blockedBecause={isBlocked ? connect.blockedByMapping : undefined} />
    </>
  );
}

type FieldChoiceProps = {
  readonly field: FieldRow;
  readonly integration: Integration;
  readonly granted: readonly Attribute[];
  readonly isChanged: boolean;
  /** Why the last choice was refused: the field keeps what it had. */
  readonly problem: Problem | undefined;
  readonly onChoose: (attribute: string | null) => void;
};

function FieldChoice({ field, integration, granted, isChanged, problem, onChoose }: FieldChoiceProps) {
  const { connect, sync } = useScreenTexts();
  const row = integration.fieldMapping.find(({ personField }) => personField === field.name);
  const key = row ? (row.personioAttribute ?? HIDDEN) : UNDECIDED;
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
          ...(key === UNDECIDED ? [{ value: UNDECIDED, label: connect.undecided }] : []),
          ...(field.required ? [] : [{ value: HIDDEN, label: connect.hide }]),
          ...(attribute && !known ? [{ value: key, label: connect.notGranted(attribute.label) }] : []),
          ...granted.map(({ key: value, label }) => ({ value, label })),
        ]}
        onChoose={(value) => value !== UNDECIDED && onChoose(value === HIDDEN ? null : value)}
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

/** What Personio has in the attribute for the first person with a value. */
function Example({ attribute }: { readonly attribute: Attribute | undefined }) {
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

type CustomChoiceProps = {
  readonly attribute: Attribute;
  readonly mapping: Integration["fieldMapping"];
  readonly problem: Problem | undefined;
  readonly onCheck: (isKept: boolean) => void;
};

function CustomChoice({ attribute, mapping, problem, onCheck }: CustomChoiceProps) {
  const isKept = mapping.some(
    ({ personField, personioAttribute }) => personField === CUSTOM && personioAttribute === attribute.key,
  );
  return (
    <li className={styles.customRow}>
      <Check label={attribute.label} isChecked={isKept} onCheck={onCheck} />
      <Example attribute={isKept ? attribute : undefined} />
      {problem && (
        <p role="alert" className={styles.refused}>
          <ProblemWords problem={problem} />
        </p>
      )}
    </li>
  );
}
