import { useFormat } from "../texts/format.ts";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import type { Kind } from "./events-search.ts";

/** Kinds in the address that the viewer may not see, such as in a link from a user with more rights. */
export function HiddenKinds({ kinds }: { readonly kinds: readonly Kind[] }) {
  const { events, person } = useScreenTexts();
  const { parts } = useTexts();
  const format = useFormat();
  if (kinds.length === 0) return null;
  return (
    <p role="status" className="muted">
      {events.hiddenKinds(format.list(kinds.map((kind) => person.kind(kind))))}{" "}
      {parts.forbiddenHelp("people:hr")}
    </p>
  );
}
