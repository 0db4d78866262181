import type { Person } from "../company/person.ts";
import type { Today } from "../records/status.ts";
import type { Zone } from "../records/zone.ts";

/** One attribute of an employee: its description, and how its value is written as JSON. */
export type Attribute = {
  readonly key: string;
  readonly label: string;
  readonly type: "standard" | "date" | "integer" | "decimal" | "list" | "link" | "tags" | "multiline";
  readonly universalId: string | null;
  readonly options: readonly string[];
  readonly currency?: "EUR";
  /** Whether the value is an object, which some accounts leave empty in other ways than null. */
  readonly isObject?: boolean;
  write(person: Person, page: PageContext): string;
};

/** The context of a page's values, besides the records. */
export type PageContext = {
  readonly today: Today;
  readonly zone: Zone;
  /** The base URL of the API, for addresses in values. */
  readonly url: string;
  readonly customDates: "midnight" | "plain";
  canRead(attributeKey: string): boolean;
  findPerson(id: string): Person | undefined;
};

/** Writes one employee with these attributes and the id. */
export function createEmployeeWriter(
  attributes: readonly Attribute[],
  page: PageContext,
): (person: Person) => string {
  // Everything except the values is the same for all employees, so it is built once.
  const parts = attributes.map((attribute) => ({
    before: `,${JSON.stringify(attribute.key)}:{"label":${JSON.stringify(attribute.label)},"value":`,
    after: `,"type":"${attribute.type}","universal_id":${JSON.stringify(attribute.universalId)}${currencyOf(attribute)}}`,
    attribute,
  }));
  return (person) => {
    let text = `{"type":"Employee","attributes":{"id":{"label":"ID","value":${person.id},"type":"integer","universal_id":"id"}`;
    for (const { before, after, attribute } of parts) text += before + attribute.write(person, page) + after;
    return `${text}}}`;
  };
}

const currencyOf = ({ currency }: Attribute): string => (currency ? `,"currency":"${currency}"` : "");

/** An entry of `GET /v1/company/employees/attributes`. */
export const describe = ({ key, label, type, universalId, options }: Attribute) => ({
  key,
  label,
  type,
  universal_id: universalId,
  options,
});
