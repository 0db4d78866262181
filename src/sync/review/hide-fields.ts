import { HR_SCOPE, SENSITIVE_SCOPE, type Viewer } from "../../access/viewer.ts";
import type { PersonRecord } from "../../people/changes/person-record.ts";

/** What may be seen of a person under a scope of its own only; an administrator may have it or not. */
const SCOPE_OF: Partial<Record<keyof PersonRecord, string>> = {
  probationEndDate: HR_SCOPE,
  contractEndDate: HR_SCOPE,
  terminationDate: HR_SCOPE,
  dateOfBirth: SENSITIVE_SCOPE,
};

/** Stands for a value that the viewer may not see: that it changes is all they are told. */
export const HIDDEN = "(hidden)";

type Fields = Readonly<Record<string, unknown>>;

/** One side of a planned change as this viewer may see it. What is empty is no secret. Pure. */
export const hideFields = (fields: Fields, { scopes }: Pick<Viewer, "scopes">): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const scope = SCOPE_OF[name as keyof PersonRecord];
      return [name, value === null || !scope || scopes.has(scope) ? value : HIDDEN];
    }),
  );
