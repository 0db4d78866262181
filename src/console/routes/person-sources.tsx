import { Badge } from "../parts/chips.tsx";
import { Section } from "../parts/page.tsx";
import { useFormat } from "../texts/format.ts";
import { useTexts } from "../texts/texts.tsx";
import styles from "./person.module.css";
import type { PersonRecord } from "./person-record.ts";

/** Which source decided each field, and what the other one has. */
export function PersonSources({ person }: { readonly person: PersonRecord }) {
  const { person: texts } = useTexts();
  const format = useFormat();
  const sources = person.fieldSources ?? [];
  if (sources.length === 0) return null;
  const labels = new Map(person.customAttributes.map(({ key, label }) => [key, label]));
  return (
    <Section title={texts.sources}>
      <div className={styles.scrolls}>
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
            {sources.map(({ field, source, since, other }) => (
              <tr key={field}>
                <th scope="row">
                  {texts.fields[field as keyof typeof texts.fields] ?? labels.get(field) ?? field}
                </th>
                <td>
                  <Badge tone={source === "IDP" ? "accent" : "plain"}>
                    {texts.sourceNames[source] ?? source}
                  </Badge>
                </td>
                <td dir="auto">{other == null ? "" : textOf(other)}</td>
                <td className="figures">{format.instant(since)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

/** Values of other shapes than text are rare, and the text of their JSON is readable. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
