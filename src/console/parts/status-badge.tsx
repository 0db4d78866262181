import { useTexts } from "../texts/texts.tsx";
import { Badge } from "./chips.tsx";

const TONES = { ACTIVE: "good", ONBOARDING: "accent", LEAVE: "warn", INACTIVE: "plain" } as const;

type Standing = { readonly status: keyof typeof TONES; readonly isPreHire?: boolean | undefined };

/** HR may set a person active before the first day; readers then still see that the person starts later. */
export const shownStatusOf = ({ status, isPreHire = false }: Standing): keyof typeof TONES =>
  status === "ACTIVE" && isPreHire ? "ONBOARDING" : status;

/** Whether a person works here. A status of a newer service shows as its code. */
export function StatusBadge(standing: Standing) {
  const { statuses } = useTexts().parts;
  const status = shownStatusOf(standing);
  return <Badge tone={TONES[status] ?? "plain"}>{statuses[status] ?? status}</Badge>;
}
