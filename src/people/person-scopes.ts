import { scopesOfMembers } from "../access/field-rules.ts";
import type { Scope, Viewer } from "../access/viewer.ts";
import { missingScope, type RaisedFields } from "../fields/raised-fields.ts";
import { PersonResolver } from "./person.resolver.ts";
import { Person } from "./person.ts";

/**
 * The scope of each field of a person that needs one beside that of the whole type, private columns included.
 * What lists fields by name follows it: the changed fields of events, the kinds of events, planned changes.
 */
export const PERSON_FIELD_SCOPES: ReadonlyMap<string, Scope> = scopesOfMembers(Person, PersonResolver);

/** The names under which lists show a field, if these are more than its own name: derived fields, and ids. */
const SHOWN_AS: Readonly<Record<string, readonly string[]>> = {
  department: ["department", "departmentPersonioId"],
  legalEntity: ["legalEntity", "legalEntityPersonioId"],
  office: ["office", "officePersonioId"],
  supervisor: ["supervisor", "supervisorPersonioId"],
  hireDate: ["hireDate", "originalHireDate", "isPreHire"],
  terminationDate: ["terminationDate", "endedOn", "nextPersonioId", "continuesOn"],
};

/**
 * Fields that the directory consists of. To protect them would leave the identity of people open in other
 * places, such as `displayName`, the default order, and the key of gateways.
 */
export const NEVER_RAISED: readonly string[] = [
  "workEmail",
  "displayName",
  "firstName",
  "lastName",
  "preferredName",
  "status",
];

/** The names of the fields of a person that the viewer may not see: by the schema, or by the company. */
export const hiddenPersonFields = (
  viewer: Pick<Viewer, "scopes">,
  raised: RaisedFields,
): readonly string[] => [
  ...new Set([
    ...[...PERSON_FIELD_SCOPES].flatMap(([field, scope]) => (viewer.scopes.has(scope) ? [] : [field])),
    ...[...raised.keys()].flatMap((field) =>
      missingScope(raised, field, viewer) ? (SHOWN_AS[field] ?? [field]) : [],
    ),
  ]),
];

/** The scope that a field of a person needs: the raised one, else that of the schema; null if it is open. */
export function scopeOfField(field: string, raised: RaisedFields): Scope | null {
  const raisedName = [...raised.keys()].find((name) => (SHOWN_AS[name] ?? [name]).includes(field));
  const scope = raisedName === undefined ? undefined : raised.get(raisedName);
  return scope ?? PERSON_FIELD_SCOPES.get(field) ?? null;
}
