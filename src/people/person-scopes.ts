import { scopesOfMembers } from "../access/field-rules.ts";
import type { Scope, Viewer } from "../access/viewer.ts";
import { PersonResolver } from "./person.resolver.ts";
import { Person } from "./person.ts";

/**
 * The scope of each field of a person that needs one beside that of the whole type, private columns included.
 * What lists fields by name follows it: the changed fields of events, the kinds of events, planned changes.
 */
export const PERSON_FIELD_SCOPES: ReadonlyMap<string, Scope> = scopesOfMembers(Person, PersonResolver);

/** The names of the fields of a person that the viewer may not see, in the order of `Person`. */
export const hiddenPersonFields = ({ scopes }: Pick<Viewer, "scopes">): readonly string[] =>
  [...PERSON_FIELD_SCOPES].flatMap(([field, scope]) => (scopes.has(scope) ? [] : [field]));
