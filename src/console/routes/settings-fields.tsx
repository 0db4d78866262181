import { useState } from "react";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Badge } from "../parts/chips.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Loading } from "../parts/states.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { FieldDialog } from "./field-dialog.tsx";
import { type Field, isDerived, keyInName, useFieldName, valuesOf } from "./field-facts.ts";
import styles from "./settings.module.css";
import { SettingsTable } from "./settings-table.tsx";

const FIELDS = graphql(`
  query ConsoleFields {
    peopleFields {
      name
      label
      sources
      visible
      sensitivity
      required
      coverage {
        source
        people
      }
    }
    personioIntegration {
      id
      fieldMapping {
        personField
        personioAttribute
      }
      attributes {
        key
        label
        granted
      }
    }
  }
`);

/** Which fields the directory has, who may see them, and where their values come from. */
export function FieldSettings() {
  const { settings } = useScreenTexts();
  const { fields: texts } = settings;
  const answer = useAnswer(FIELDS, {});
  const { data, isLoading } = answer;
  const [opened, setOpened] = useState<string>();
  const fields = data?.peopleFields ?? [];
  const integration = data?.personioIntegration;
  const attributes = integration?.attributes ?? [];
  const rowOf = ({ name }: Field) =>
    integration?.fieldMapping.find(({ personField }) => personField === name);
  const attributeOf = (one: Field): string | undefined => {
    if (isDerived(one)) return texts.derived;
    const key = one.visible ? (keyInName(one) ?? rowOf(one)?.personioAttribute) : undefined;
    return attributes.find((attribute) => attribute.key === key)?.label ?? key ?? undefined;
  };
  const field = fields.find(({ name }) => name === opened);
  return (
    <Page title={settings.pages.fields} lead={<p>{texts.lead}</p>}>
      <AnswerProblems answer={answer} />
      {isLoading && <Loading />}
      {data && fields.length === 0 && <Empty title={texts.none}>{settings.notConnectedHelp}</Empty>}
      {fields.length > 0 && (
        <SettingsTable
          headsWrap
          heads={[texts.field, texts.attribute, texts.sources, texts.right, texts.filled]}
        >
          {fields.map((one) => (
            <FieldRow
              key={one.name}
              field={one}
              attribute={attributeOf(one)}
              onOpen={() => setOpened(one.name)}
            />
          ))}
        </SettingsTable>
      )}
      {field && (
        <FieldDialog
          key={field.name}
          field={field}
          mapped={rowOf(field)?.personioAttribute}
          attributes={attributes}
          onClose={() => setOpened(undefined)}
        />
      )}
    </Page>
  );
}

type FieldRowProps = {
  readonly field: Field;
  readonly attribute: string | undefined;
  readonly onOpen: () => void;
};

function FieldRow({ field, attribute, onOpen }: FieldRowProps) {
  const { settings, person } = useScreenTexts();
  const { fields: texts } = settings;
  const format = useFormat();
  const name = useFieldName(field);
  return (
    <tr className={field.visible ? undefined : styles.off}>
      <td className={styles.word}>
        <span className={styles.value}>
          <button type="button" className={styles.opens} onClick={onOpen}>
            <span dir="auto">{name}</span>
          </button>
          {!field.visible && <Badge tone="warn">{texts.hidden}</Badge>}
        </span>
      </td>
      <td data-name={texts.attribute}>
        <span dir="auto">{attribute ?? <span className="muted">{texts.noAttribute}</span>}</span>
      </td>
      <td data-name={texts.sources} className={styles.ours}>
        <span>{field.sources.map((source) => person.sourceNames[source]).join(" → ")}</span>
      </td>
      <td data-name={texts.right} className={styles.whole}>
        <code>{texts.rights[field.sensitivity]}</code>
      </td>
      <td data-name={texts.filled} className={`${styles.whole} figures`}>
        <span>{texts.people(format.number(valuesOf(field)))}</span>
      </td>
    </tr>
  );
}
