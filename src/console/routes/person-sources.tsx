import { useAnswer } from "../graph/use-answer.ts";
import { Badge } from "../parts/chips.tsx";
import { Section } from "../parts/page.tsx";
import { PersonLink } from "../parts/person-link.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import styles from "./person.module.css";
import { PERSON_NAME } from "./person-name.ts";
import type { PersonRecord } from "./person-record.ts";

type Source = NonNullable<PersonRecord["fieldSources"]>[number];

/** The source of each field. Fields with another source or another value than Personio's come first. */
export function PersonSources({ person }: { readonly person: PersonRecord }) {
  const { person: texts } = useScreenTexts();
  const sources = person.fieldSources ?? [];
  if (sources.length === 0) return null;
  const isNotable = ({ source, other }: Source): boolean => source !== "PERSONIO" || other != null;
  const notable = sources.filter(isNotable);
  const others = sources.filter((row) => !isNotable(row));
  return (
    <Section title={texts.sources}>
      {notable.length > 0 && <Table label={texts.decided} person={person} rows={notable} />}
      {others.length > 0 && (
        <details className={styles.question}>
          <summary>{texts.fromPersonioAlone(others.length)}</summary>
          <Table label={texts.fromPersonioAlone(others.length)} person={person} rows={others} />
        </details>
      )}
    </Section>
  );
}

type TableProps = { readonly label: string; readonly person: PersonRecord; readonly rows: readonly Source[] };

/** `customAttributes.dynamic_12345` has the label that the company gave it. */
const ATTRIBUTE = "customAttributes.";

function Table({ label, person, rows }: TableProps) {
  const { person: texts } = useScreenTexts();
  const format = useFormat();
  const labels = new Map(person.customAttributes.map(({ key, label }) => [ATTRIBUTE + key, label]));
  const nameOf = (field: string): string =>
    texts.fields[field as keyof typeof texts.fields] ?? labels.get(field) ?? field;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard.
    <section className={styles.scrolls} tabIndex={0} aria-label={label}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{texts.field}</th>
            <th scope="col">{texts.source}</th>
            <th scope="col">{texts.otherValue}</th>
            <th scope="col">{texts.since}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ field, source, since, other }) => (
            <tr key={field}>
              <th scope="row">{nameOf(field)}</th>
              <td>
                <Badge tone={source === "IDP" ? "accent" : "plain"}>
                  {texts.sourceNames[source] ?? source}
                </Badge>
              </td>
              <td dir="auto">
                {other != null && (field === "supervisor" ? <Named id={String(other)} /> : textOf(other))}
              </td>
              <td className="figures">{format.instant(since)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The other source has the id of a person as the supervisor. */
function Named({ id }: { readonly id: string }) {
  const { parts } = useTexts();
  const { data } = useAnswer(PERSON_NAME, { id });
  return data && <PersonLink id={id} name={data.person?.displayName ?? parts.unknown} />;
}

/** Values that are not text are rare, and readable as JSON. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
