/** What a plan changes in one field of a person. */
export type FieldChange = { readonly field: string; readonly before: unknown; readonly after: unknown };

export type Labels = {
  readonly fields: Readonly<Record<string, string>>;
  readonly attributes: readonly { readonly key: string; readonly label: string }[];
};

/** The console's words for values that are not text. */
export type ValueTexts = {
  readonly empty: string;
  readonly hidden: string;
  readonly yes: string;
  readonly no: string;
  readonly known: Readonly<Record<string, string>>;
};

const CUSTOM = "customAttributes.";
const ID_SUFFIX = "PersonioId";

/** The name of a field in the reader's language; of a custom attribute, its name in Personio. */
export function fieldLabel(field: string, { fields, attributes }: Labels): string {
  if (!field.startsWith(CUSTOM)) return fields[field] ?? field;
  const key = field.slice(CUSTOM.length);
  return attributes.find((attribute) => attribute.key === key)?.label ?? key;
}

type Sides = { readonly before?: unknown; readonly after?: unknown };
type Values = Readonly<Record<string, unknown>>;

/**
 * The fields of a planned change, one by one. Custom attributes have names of their own. The name of a
 * department or a supervisor replaces its id. Pure.
 */
export function fieldChangesOf({ before, after }: Sides): FieldChange[] {
  const [one, other] = [flatten(before), flatten(after)];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((field) => !(field.startsWith(CUSTOM) && isSame(one[field], other[field])))
    .map((field) => ({ field, before: one[field] ?? null, after: other[field] ?? null }));
}

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

function flatten(side: unknown): Values {
  if (typeof side !== "object" || side === null) return {};
  const { customAttributes, ...fields } = side as Values;
  const named = Object.entries(fields).flatMap(([field, value]): [string, unknown][] => {
    if (!field.endsWith(ID_SUFFIX)) return [[field, value]];
    const name = field.slice(0, -ID_SUFFIX.length);
    return [[name, fields[name] ?? value]];
  });
  const custom =
    typeof customAttributes === "object" && customAttributes !== null
      ? Object.entries(customAttributes).map(([key, value]): [string, unknown] => [CUSTOM + key, value])
      : [];
  return Object.fromEntries([...named, ...custom]);
}

/** A calendar day, also where Personio writes it as an instant. */
const DAY = /^\d{4}-\d\d-\d\d(T[\d:.+-]+Z?)?$/;

/** A value as a text. */
export function valueText(value: unknown, texts: ValueTexts, day: (value: string) => string): string {
  if (value === null || value === undefined || value === "") return texts.empty;
  if (value === "(hidden)") return texts.hidden;
  if (typeof value === "boolean") return value ? texts.yes : texts.no;
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  if (typeof value === "string" && DAY.test(value)) return day(value.slice(0, 10));
  return texts.known[String(value)] ?? String(value);
}
