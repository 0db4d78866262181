import { Link, useSearch } from "@tanstack/react-router";
import { useViewer } from "../parts/viewer.tsx";
import { useScreenTexts } from "../texts/texts.tsx";

/**
 * A link from a search without a result to the reason why a person is missing. Only administrators see it.
 */
export function WhyMissingLink() {
  const { sync } = useScreenTexts();
  const { search } = useSearch({ from: "/" });
  if (!useViewer().has("people:admin") || search === undefined) return null;
  return (
    <Link to="/sync/missing" search={{ why: search }}>
      {sync.missing.why}
    </Link>
  );
}
