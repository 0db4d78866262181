import { useTexts } from "../texts/texts.tsx";
import { Badge } from "./chips.tsx";

const TONES = { ACTIVE: "good", ONBOARDING: "accent", LEAVE: "warn", INACTIVE: "plain" } as const;

/** Whether a person works here. A status of a newer service shows as its code. */
export function StatusBadge({ status }: { readonly status: keyof typeof TONES }) {
  const { statuses } = useTexts().parts;
  return <Badge tone={TONES[status] ?? "plain"}>{statuses[status] ?? status}</Badge>;
}
