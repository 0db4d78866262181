import { type FieldSensitivity, isLower, SCOPE_OF } from "../../fields/field-sensitivity.ts";
import type { FieldSettings } from "../../fields/field-settings.ts";
import { possibleSources } from "../../fields/field-source.ts";
import { type FieldMappingRow, mappedAttributes } from "../../integration/fields/field-mapping.ts";
import type { FieldName } from "../../integration/fields/field-visibility.ts";
import {
  CUSTOM_ATTRIBUTES_FIELD,
  FIELD_SHAPES,
  peopleFields,
} from "../../integration/fields/people-fields.ts";
import { customKeysToChoose, proposeFieldMapping } from "../../integration/fields/propose-mapping.ts";
import type { Integration } from "../../integration/integration.ts";
import { PERSON_FIELD_SCOPES } from "../../people/person-scopes.ts";
import { customAttributeField } from "../../people/write/person-record.ts";
import { customAttributeType } from "../../sync/read/translate.ts";
import type { PeopleField } from "./people-field.ts";

/** A field before the count of its values, which needs a statement. */
export type ListedField = PeopleField & {
  readonly of: FieldName;
  /** The sensitivity that the schema gives the field: a company may raise it, but not lower it. */
  readonly builtIn: FieldSensitivity;
};

/** Derived from the names of Personio; the identity provider has one of its own. */
const DISPLAY_NAME = {
  field: "displayName",
  shape: "NAME",
  required: true,
  personioName: "Display name",
} as const;

type Account = Pick<Integration, "attributes" | "missingRights" | "fieldMapping">;

const NO_ACCOUNT: Account = { attributes: [], missingRights: [], fieldMapping: [] };

/**
 * Every field of a person in the order of the mapping, then the custom attributes that are in the directory
 * or could be, by label. Pure.
 */
export function listFields(account: Account | null, settings: FieldSettings): ListedField[] {
  const { attributes, missingRights, fieldMapping } = account ?? NO_ACCOUNT;
  const proposal = proposeFieldMapping(attributes, missingRights);
  const labelOf = (key: string | null | undefined): string | undefined =>
    attributes.find((attribute) => attribute.key === key)?.label;
  const keyIn = (rows: readonly FieldMappingRow[], field: string): string | null | undefined =>
    rows.find(({ personField }) => personField === field)?.personioAttribute;
  const { hidden, customKeys } = mappedAttributes(fieldMapping);

  const ofPerson = [DISPLAY_NAME, ...peopleFields].map(({ field, shape, required, personioName }) => ({
    of: { field, custom: null },
    label: labelOf(keyIn(fieldMapping, field) ?? keyIn(proposal, field)) ?? personioName,
    type: FIELD_SHAPES[shape],
    required,
    visible: !hidden.some((name) => name === field),
    ...decided(field, settings),
  }));
  const custom = customKeysToChoose(fieldMapping, attributes).map((key) => ({
    of: { field: CUSTOM_ATTRIBUTES_FIELD, custom: key },
    label: labelOf(key) ?? key,
    type: customAttributeType(attributes.find((attribute) => attribute.key === key)?.type ?? ""),
    required: false,
    visible: customKeys.includes(key),
    ...decided(customAttributeField(key), settings),
  }));
  return [...ofPerson, ...custom.sort((one, other) => one.label.localeCompare(other.label))];
}

const decided = (
  name: string,
  settings: FieldSettings,
): Pick<ListedField, "name" | "sources" | "sensitivity" | "builtIn"> => {
  const builtIn = builtInSensitivity(name);
  const raised = settings.get(name)?.sensitivity ?? builtIn;
  return {
    name,
    sources: settings.get(name)?.sources ?? possibleSources(name),
    // A later version may declare a higher one than the company chose.
    sensitivity: isLower(raised, builtIn) ? builtIn : raised,
    builtIn,
  };
};

function builtInSensitivity(name: string): FieldSensitivity {
  const scope = PERSON_FIELD_SCOPES.get(name);
  const declared = (["HR", "SENSITIVE"] as const).find((sensitivity) => SCOPE_OF[sensitivity] === scope);
  return declared ?? "OPEN";
}
