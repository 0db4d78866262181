import type { Texts } from "../texts/en.ts";
import type { OrgPerson } from "./org-model.ts";

/** What `OrgBadges` shows, in words: for a chart and for screen readers. */
export const marksOf = (
  { status, isPreHire, issues }: OrgPerson,
  { org, parts }: Texts,
): readonly string[] => [
  ...issues.map((issue) => org.issues[issue] ?? issue),
  ...(status === "ACTIVE" ? (isPreHire ? [org.preHire] : []) : [parts.statuses[status] ?? status]),
];
