import type { Attribute } from "../personio/employee.ts";
import type { FieldMappingRow } from "./fields/field-mapping.ts";
import { HOLIDAY_CALENDAR_KEY, peopleFields } from "./fields/people-fields.ts";
import type { Integration } from "./integration.ts";
import type { PersonioAttribute, PersonioIntegration } from "./personio-integration.ts";
import { type PersonioProblem, problemFrom } from "./personio-problem.ts";

/** The stored integration as the graph shows it. `nextSyncAt` comes from the timetable. */
export const describeIntegration = (
  integration: Integration,
  nextSyncAt: Date | null,
): PersonioIntegration => ({
  id: integration.id,
  status: integration.status,
  apiVersion: integration.apiVersion,
  clientId: integration.clientId,
  connectedAt: integration.connectedAt,
  lastSucceededAt: integration.lastSucceededAt,
  problem: problemFrom(integration),
  warnings:
    integration.status === "DISCONNECTED"
      ? []
      : findUnreadable(integration.attributes, integration.fieldMapping),
  attributes: describeAttributes(integration.attributes, integration.fieldMapping),
  fieldMapping: integration.fieldMapping,
  nextSyncAt,
});

/** One warning for each attribute that the mapping reads and that is no longer granted: absent is not empty, and not up to date either. */
export function findUnreadable(
  granted: readonly Attribute[],
  mapping: readonly FieldMappingRow[],
): PersonioProblem[] {
  const grantedKeys = new Set(granted.map((attribute) => attribute.key));
  const lost = mapping.flatMap(({ personioAttribute: key }) =>
    key !== null && !grantedKeys.has(key) ? [key] : [],
  );
  return [...new Set(lost)].map((key) => {
    const fields = mapping.filter((row) => row.personioAttribute === key).map((row) => row.personField);
    const entries = peopleFields.filter((entry) => fields.includes(entry.field));
    const costs = entries.map((entry) => entry.costWhenMissing);
    return {
      code: "ATTRIBUTE_NOT_READABLE",
      message: `The credential may no longer read "${entries[0]?.personioName ?? key}", which ${fields.join(" and ")} ${fields.length > 1 ? "are" : "is"} read from.`,
      help:
        `What is stored stays and is not updated any more${costs.length > 0 ? `; for people who are new: ${costs.join(" ")}` : "."} ` +
        `To change that, ${howToGrant(entries[0]?.personioName ?? key)}`,
    };
  });
}

/** Preset attributes that the directory can use, granted or not, then everything else that was granted. */
export function describeAttributes(
  granted: readonly Attribute[],
  mapping: readonly FieldMappingRow[],
): PersonioAttribute[] {
  const rows = new Map<string, PersonioAttribute>();
  for (const attribute of granted) {
    rows.set(attribute.key, {
      key: attribute.key,
      label: attribute.label,
      granted: true,
      neededFor:
        attribute.key === HOLIDAY_CALENDAR_KEY
          ? ["office"]
          : mapping.filter((row) => row.personioAttribute === attribute.key).map((row) => row.personField),
      missingHelp: null,
    });
  }
  for (const missing of missingAttributes(granted, mapping)) {
    if (!rows.has(missing.key)) rows.set(missing.key, missing);
  }
  return [...rows.values()];
}

function missingAttributes(
  granted: readonly Attribute[],
  mapping: readonly FieldMappingRow[],
): PersonioAttribute[] {
  const grantedKeys = new Set(granted.map((attribute) => attribute.key));
  const lacking = peopleFields.filter((entry) => {
    const mapped = mapping.find((row) => row.personField === entry.field)?.personioAttribute;
    return !mapped || !grantedKeys.has(mapped);
  });
  const keys = [...new Set(lacking.map(keyOf))];
  return keys.map((key) => {
    const fields = lacking.filter((entry) => keyOf(entry) === key);
    const name = fields[0]?.personioName ?? key;
    return {
      key,
      label: name,
      granted: false,
      neededFor: fields.map((entry) => entry.field),
      missingHelp: `${fields.map((entry) => entry.costWhenMissing).join(" ")} To change that, ${howToGrant(name)}`,
    };
  });
}

const howToGrant = (name: string): string =>
  `tick "${name}" under "Readable employee attributes" of this credential in Personio; the next sync picks it up.`;

/** A custom attribute has no key before it is granted; it goes by its universal id, or by our name for the field. */
const keyOf = (entry: (typeof peopleFields)[number]): string =>
  entry.presetKeys?.[0] ?? entry.universalId ?? entry.field;
