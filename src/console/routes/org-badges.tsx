import { Badge } from "../parts/chips.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { useScreenTexts } from "../texts/texts.tsx";
import type { OrgPerson } from "./org-model.ts";

/** What to know about a person's place: issues first, then who is away or not here yet. */
export function OrgBadges({ person }: { readonly person: OrgPerson }) {
  const { org } = useScreenTexts();
  const { status, isPreHire, issues } = person;
  return (
    <>
      {issues.map((issue) => (
        <Badge key={issue} tone="bad">
          {org.issues[issue] ?? issue}
        </Badge>
      ))}
      {status === "ACTIVE" ? (
        isPreHire && <Badge tone="accent">{org.preHire}</Badge>
      ) : (
        <StatusBadge status={status} />
      )}
    </>
  );
}
