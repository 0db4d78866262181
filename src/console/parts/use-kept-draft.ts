import { useEffect, useState } from "react";

/** Only in the memory of this page: a closed tab, a sign-out or another user ends it. */
const drafts = new Map<string, unknown>();

/**
 * What a user has typed into a form and not saved. It waits for them while they look at other screens.
 * `wasLeft` is true for a form that opens with such a draft.
 */
export function useKeptDraft<Draft extends object>(form: string, empty: Draft) {
  const [left] = useState(() => drafts.get(form) as Draft | undefined);
  const [draft, setDraft] = useState<Draft>(left ?? empty);
  useEffect(() => {
    if (draft !== empty) drafts.set(form, draft);
  }, [form, draft, empty]);
  // Not in an effect: the user may look at another screen by the time the service has stored the draft.
  const forget = (): void => {
    drafts.delete(form);
    setDraft(empty);
  };
  return { draft, setDraft, forget, wasLeft: left !== undefined };
}
