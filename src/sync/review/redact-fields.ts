import { HR_SCOPE, SENSITIVE_SCOPE, type Viewer } from "../../access/viewer.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";

/** What may be seen of a person under a scope of its own only; an administrator may have it or not. */
const SCOPE_OF: Partial<Record<keyof PersonRecord, string>> = {
  probationEndDate: HR_SCOPE,
  contractEndDate: HR_SCOPE,
  terminationDate: HR_SCOPE,
  endedOn: HR_SCOPE,
  // They tell that an employment ends.
  nextPersonioId: HR_SCOPE,
  continuesOn: HR_SCOPE,
  dateOfBirth: SENSITIVE_SCOPE,
};

/** Stands for a value that the viewer may not see: that it changes is all they are told. */
export const HIDDEN = "(hidden)";

type Sides = {
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
};

/**
 * A planned change as this viewer may see it. Also what is empty is hidden, for a last day that was empty tells of one that comes; of
 * somebody new, who shows only what is there, such fields are left out. Pure.
 */
export function redactFields<Item extends Sides>(item: Item, { scopes }: Pick<Viewer, "scopes">): Item {
  const isGuarded = (name: string): boolean => {
    const scope = SCOPE_OF[name as keyof PersonRecord];
    return scope !== undefined && !scopes.has(scope);
  };
  const redact = (fields: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, isGuarded(name) ? HIDDEN : value]),
    );
  if (item.before) return { ...item, before: redact(item.before), after: item.after && redact(item.after) };
  const shown = Object.entries(item.after ?? {}).filter(([name]) => !isGuarded(name));
  return { ...item, after: item.after && Object.fromEntries(shown) };
}
