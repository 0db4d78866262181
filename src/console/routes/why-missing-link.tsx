import { Link, useSearch } from "@tanstack/react-router";
import { useViewer } from "../parts/viewer.tsx";
import { useScreenTexts } from "../texts/texts.tsx";

/** From a search that found no person to the reason why one is missing, for those who may ask for it. */
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
