import type { SyncRunStatus } from "#graph/graphql";
import { Badge } from "../parts/chips.tsx";
import { useScreenTexts } from "../texts/texts.tsx";

const TONES = {
  QUEUED: "accent",
  RUNNING: "accent",
  SUCCEEDED: "good",
  SUCCEEDED_WITH_SKIPS: "good",
  HELD: "warn",
  SUPERSEDED: "plain",
  FAILED: "bad",
  REJECTED: "plain",
} as const satisfies Record<SyncRunStatus, string>;

export function RunStatus({ status }: { readonly status: SyncRunStatus }) {
  const { sync } = useScreenTexts();
  return <Badge tone={TONES[status]}>{sync.statuses[status]}</Badge>;
}
