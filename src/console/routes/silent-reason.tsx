import type { SuppressionReason } from "#graph/graphql";
import { useScreenTexts } from "../texts/texts.tsx";

type SilentReasonProps = {
  readonly reason: SuppressionReason | null | undefined;
  /** The service's own sentence, for a reason that the console does not know. */
  readonly sentence: string;
};

/** Why a date will not fire. */
export function SilentReason({ reason, sentence }: SilentReasonProps) {
  const { coming } = useScreenTexts();
  const known: Readonly<Record<SuppressionReason, string>> = coming.silentBecause;
  const ours: string | undefined = reason ? known[reason] : undefined;
  return ours ?? <span lang="en">{sentence}</span>;
}
