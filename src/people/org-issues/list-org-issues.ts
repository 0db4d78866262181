import type { EntityManager } from "typeorm";
import { ORG_ISSUE_KINDS, type OrgIssueKind } from "./org-issue.ts";
import {
  countPeopleWithIssue,
  findPeopleWithIssue,
  type IssuePosition,
  type IssueRow,
  type TroubledSupervisors,
} from "./org-issues.repository.ts";

export type FoundIssue = { readonly kind: OrgIssueKind; readonly person: IssueRow };

export type IssueCursor = { readonly kind: OrgIssueKind; readonly position: IssuePosition };

/** Looks at the whole company once, and only when it is asked to. */
export type FindTroubled = () => Promise<TroubledSupervisors>;

type PageBounds = {
  readonly findTroubled: FindTroubled;
  readonly after: IssueCursor | null;
  readonly limit: number;
};

/** Kinds that a person's own row tells. They come last, and their pages cost next to nothing. */
const TOLD_BY_ROW: ReadonlySet<OrgIssueKind> = new Set(["SUPERVISOR_NOT_SYNCED", "NO_SUPERVISOR"]);
const NO_TROUBLE: TroubledSupervisors = { inCycles: [], ownSupervisors: [], left: [] };

/** A page of issues: kind after kind, each by the names of the people. A kind is read only when the ones before leave room for it. */
export async function listOrgIssues(
  manager: EntityManager,
  { findTroubled, after, limit }: PageBounds,
): Promise<FoundIssue[]> {
  const issues: FoundIssue[] = [];
  for (const kind of ORG_ISSUE_KINDS.slice(after ? ORG_ISSUE_KINDS.indexOf(after.kind) : 0)) {
    if (issues.length === limit) break;
    const people = await findPeopleWithIssue(manager, kind, {
      troubled: TOLD_BY_ROW.has(kind) ? NO_TROUBLE : await findTroubled(),
      after: after?.kind === kind ? after.position : null,
      limit: limit - issues.length,
    });
    issues.push(...people.map((person) => ({ kind, person })));
  }
  return issues;
}

export async function countOrgIssues(manager: EntityManager, troubled: TroubledSupervisors): Promise<number> {
  let count = 0;
  for (const kind of ORG_ISSUE_KINDS) count += await countPeopleWithIssue(manager, kind, troubled);
  return count;
}
