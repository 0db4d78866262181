import { Badge } from "../parts/chips.tsx";
import { useScreenTexts } from "../texts/texts.tsx";

type KindBadgeProps = { readonly kind: string; readonly isSilent?: boolean };

/** The kind of an event or of a date. The colour groups arrivals, departures and days to celebrate. */
export function KindBadge({ kind, isSilent = false }: KindBadgeProps) {
  const { person } = useScreenTexts();
  return <Badge tone={isSilent ? "plain" : (TONES[kind] ?? "plain")}>{person.kind(kind)}</Badge>;
}

const TONES: Readonly<Record<string, "good" | "warn" | "accent">> = {
  HIRE_DATE: "good",
  PERSON_ADDED: "good",
  PERSON_RETURNED: "good",
  TERMINATION_DATE: "warn",
  PERSON_LEFT: "warn",
  WORK_ANNIVERSARY: "accent",
  BIRTHDAY: "accent",
};
