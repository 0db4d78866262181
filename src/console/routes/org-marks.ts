import type { Texts } from "../texts/en.ts";
import type { ScreenTexts } from "../texts/screens.en.ts";
import type { OrgPerson } from "./org-model.ts";

/** The words of a chart, on the page and in a file. */
export type OrgWords = Pick<Texts, "parts"> & Pick<ScreenTexts, "org">;

/** What `OrgBadges` shows, in words: for a chart and for screen readers. */
export const marksOf = (
  { status, isPreHire, issues }: OrgPerson,
  { org, parts }: OrgWords,
): readonly string[] => [
  ...issues.map((issue) => org.issues[issue] ?? issue),
  ...(status === "ACTIVE" ? (isPreHire ? [org.preHire] : []) : [parts.statuses[status] ?? status]),
];
