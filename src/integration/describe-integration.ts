import type { Attribute } from "../personio/employee.ts";
import type { FieldMappingRow } from "./fields/field-mapping.ts";
import { HOLIDAY_CALENDAR_KEY, peopleFields } from "./fields/people-fields.ts";
import type { Integration } from "./integration.ts";
import type { PersonioAttribute, PersonioIntegration } from "./personio-integration.ts";
import { type PersonioProblem, problemFrom } from "./personio-problem.ts";
import type { StoredMissingRight } from "./rights.ts";
import { samplesOf } from "./samples.ts";

/** The stored integration, as the graph shows it. `nextSyncAt` comes from the timetable. */
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
      : findUnreadable(integration.attributes, integration.fieldMapping, integration),
  attributes: describeAttributes(integration.attributes, integration.fieldMapping, integration).map(
    (attribute) => ({ ...attribute, storedSample: samplesOf(integration)[attribute.key] ?? null }),
  ),
  fieldMapping: integration.fieldMapping,
  nextSyncAt,
});

/** What the check of the credential found besides the attributes. */
type Access = Partial<Pick<Integration, "apiVersion" | "missingRights">>;

/**
 * One warning per mapped attribute that the credential may not read: its values are neither empty nor up to
 * date.
 */
export function findUnreadable(
  granted: readonly Attribute[],
  mapping: readonly FieldMappingRow[],
  access: Access = {},
): PersonioProblem[] {
  const grantedKeys = new Set(granted.map((attribute) => attribute.key));
  const lost = mapping.flatMap(({ personioAttribute: key }) =>
    key !== null && !grantedKeys.has(key) ? [key] : [],
  );
  return [...new Set(lost)].map((key) => {
    const fields = mapping.filter((row) => row.personioAttribute === key).map((row) => row.personField);
    const entries = peopleFields.filter((entry) => fields.includes(entry.field));
    const costs = entries.map((entry) => entry.costWhenMissing);
    const name = entries[0]?.personioName ?? key;
    const readsIt = `which supplies ${fields.join(" and ")}`;
    return {
      code: "ATTRIBUTE_NOT_READABLE",
      message: missingRightFor(key, access)
        ? `Personio does not let the credential read "${name}", ${readsIt}.`
        : `The credential may no longer read "${name}", ${readsIt}.`,
      help:
        `The directory keeps the stored values but no longer updates them${costs.length > 0 ? `. For new people: ${costs.join(" ")}` : "."} ` +
        howToGrant(name, key, access),
      parameters: { attribute: name, fields, ...rightIn(missingRightFor(key, access)) },
    };
  });
}

/** Preset attributes that the directory can use, granted or not, then all other granted attributes. */
export function describeAttributes(
  granted: readonly Attribute[],
  mapping: readonly FieldMappingRow[],
  access: Access = {},
): PersonioAttribute[] {
  const rows = new Map<string, PersonioAttribute>();
  for (const attribute of granted) {
    rows.set(attribute.key, {
      key: attribute.key,
      label: attribute.label,
      granted: true,
      type: attribute.type,
      options: attribute.options,
      neededFor:
        attribute.key === HOLIDAY_CALENDAR_KEY
          ? ["office"]
          : mapping.filter((row) => row.personioAttribute === attribute.key).map((row) => row.personField),
      missingHelp: null,
      missingReason: null,
      missingRight: null,
    });
  }
  for (const missing of missingAttributes(granted, mapping, access)) {
    if (!rows.has(missing.key)) rows.set(missing.key, missing);
  }
  return [...rows.values()];
}

function missingAttributes(
  granted: readonly Attribute[],
  mapping: readonly FieldMappingRow[],
  access: Access,
): PersonioAttribute[] {
  const grantedKeys = new Set(granted.map((attribute) => attribute.key));
  const lacking = peopleFields.flatMap((entry) => {
    const mapped = mapping.find((row) => row.personField === entry.field)?.personioAttribute;
    // A hidden field is an admin's decision, so nothing is missing.
    if (mapped === null) return [];
    if (mapped && grantedKeys.has(mapped)) return [];
    // The API versions name some attributes differently; a missing right names the one of the version in use.
    return { entry, key: mapped && missingRightFor(mapped, access) ? mapped : keyOf(entry) };
  });
  return [...Map.groupBy(lacking, ({ key }) => key)].map(([key, fields]) => {
    const entries = fields.map(({ entry }) => entry);
    const [first] = entries;
    const isElsewhere = entries.every(
      ({ onlyVersion }) => onlyVersion && access.apiVersion && onlyVersion !== access.apiVersion,
    );
    return {
      key,
      label: first?.personioName ?? key,
      granted: false,
      type: null,
      options: [],
      neededFor: entries.map((entry) => entry.field),
      missingHelp: `${entries.map((entry) => entry.costWhenMissing).join(" ")} ${
        isElsewhere
          ? `Only version ${first?.onlyVersion} of Personio's API has this attribute; see setPersonioApiVersion.`
          : howToGrant(first?.personioName ?? key, key, access)
      }`,
      ...(isElsewhere ? ELSEWHERE : reasonOf(missingRightFor(key, access))),
    };
  });
}

const missingRightFor = (key: string, { missingRights = [] }: Access): StoredMissingRight | undefined =>
  missingRights.find(({ attributes }) => attributes.includes(key));

type WhyMissing = Pick<PersonioAttribute, "missingReason" | "missingRight">;

const ELSEWHERE: WhyMissing = { missingReason: "OTHER_API_VERSION", missingRight: null };

const reasonOf = (refused: StoredMissingRight | undefined): WhyMissing => ({
  missingReason: refused ? "RIGHT_MISSING" : "NOT_TICKED",
  missingRight: rightIn(refused).right ?? null,
});

/** The right that Personio names. A refusal that an earlier version stored has none. */
function rightIn(refused: StoredMissingRight | undefined): { readonly right?: string } {
  const { right } = refused?.reason.parameters ?? {};
  return typeof right === "string" ? { right } : {};
}

/** If Personio refused a whole list, the help names its right: ticking the attribute would not help. */
function howToGrant(name: string, key: string, access: Access): string {
  const missing = missingRightFor(key, access);
  return missing
    ? `Personio refused ${missing.reason.message} ${missing.reason.help} The next sync picks it up.`
    : `To change that, tick "${name}" under "Readable employee attributes" of this credential in Personio; ` +
        "the next sync picks it up.";
}

/**
 * A custom attribute has no key until it is granted: until then its universal id or our field name identifies
 * it.
 */
const keyOf = (entry: (typeof peopleFields)[number]): string =>
  entry.presetKeys?.[0] ?? entry.universalId ?? entry.field;
