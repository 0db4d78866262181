import { badUserInput } from "../../errors.ts";
import { type FieldSensitivity, isLower, SCOPE_OF } from "../../fields/field-sensitivity.ts";
import { type FieldSource, possibleSources } from "../../fields/field-source.ts";
import { NEVER_RAISED } from "../../people/person-scopes.ts";
import type { ListedField } from "./list-fields.ts";

/** What an admin wants to change. Null or absent: it stays. */
export type FieldChange = {
  readonly sources?: readonly FieldSource[] | null | undefined;
  readonly visible?: boolean | null | undefined;
  readonly sensitivity?: FieldSensitivity | null | undefined;
};

/**
 * The field that the name means, if the change is possible. Pure.
 *
 * @throws BAD_USER_INPUT
 */
export function checkFieldChange(
  fields: readonly ListedField[],
  name: string,
  change: FieldChange,
): ListedField {
  const field = fields.find((listed) => listed.name === name);
  if (!field)
    throw badUserInput(
      `There is no field with this name: ${quote(name)}.`,
      "Use a `name` of `peopleFields`. A custom attribute is `customAttributes.` and its key.",
    );
  checkSources(field, change.sources);
  if (change.visible === false && field.required)
    throw badUserInput(
      `The field "${name}" cannot be hidden: the directory needs it.`,
      "Hide other fields. `peopleFields { required }` lists which ones are needed.",
    );
  checkSensitivity(field, change.sensitivity);
  return field;
}

function checkSources({ name }: ListedField, sources: FieldChange["sources"]): void {
  if (sources == null) return;
  const possible = possibleSources(name);
  const help = `Give each source once, in the order in which they count. This field can have: ${possible.join(", ")}.`;
  if (sources.length === 0)
    throw badUserInput(
      `The field "${name}" needs at least one source.`,
      `${help} To keep the field out of the directory, set \`visible: false\`.`,
    );
  const impossible = sources.find((source) => !possible.includes(source));
  if (impossible) throw badUserInput(`The source ${impossible} cannot have the field "${name}".`, help);
  if (new Set(sources).size < sources.length)
    throw badUserInput(`The sources of "${name}" contain one twice: ${sources.join(", ")}.`, help);
}

function checkSensitivity({ name, builtIn }: ListedField, sensitivity: FieldChange["sensitivity"]): void {
  if (sensitivity == null || sensitivity === builtIn) return;
  if (NEVER_RAISED.includes(name))
    throw badUserInput(
      `The sensitivity of "${name}" cannot be raised: the directory itself consists of this field.`,
      "Leave the scope people:read out of the tokens that may not see the directory. Or hide the field, if it is not required.",
      "SENSITIVITY_FIXED",
    );
  if (!isLower(sensitivity, builtIn)) return;
  throw badUserInput(
    `The sensitivity of "${name}" cannot be ${sensitivity}: the schema declares ${builtIn} (${SCOPE_OF[builtIn]}).`,
    `Choose ${builtIn} or a higher one. To give a user this field, give them the scope.`,
    "SENSITIVITY_TOO_LOW",
  );
}

/** A name that a client sent, cut to a length that is fit for a message. */
const quote = (name: string): string => JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);
