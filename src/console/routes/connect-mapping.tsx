import { useState } from "react";
import { graphql } from "../graph/operation.ts";
import type { Problem } from "../graph/problem.ts";
import { useChange } from "../graph/use-change.ts";
import { Check } from "../parts/field.tsx";
import { Section } from "../parts/page.tsx";
import { ProblemWords } from "../parts/problem-words.tsx";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./connect.module.css";
import { Example, FieldChoice } from "./connect-field-choice.tsx";
import type { FieldRow, Integration } from "./connection.ts";
import { NextStep } from "./next-step.tsx";

const SET_MAPPING = graphql(`
  mutation ConsoleSetMapping($changes: [FieldMappingInput!]!) {
    setFieldMapping(changes: $changes) {
      id
      status
    }
  }
`);

const CUSTOM = "customAttributes";

/** The name to show is derived from other fields. */
const DERIVED: readonly string[] = ["displayName"];

type MappingProps = { readonly integration: Integration; readonly fields: readonly FieldRow[] };

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
          <ul>
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

type CustomChoiceProps = {
  readonly attribute: Integration["attributes"][number];
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
