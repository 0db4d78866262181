import { Arg, Ctx, Directive, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE, READ_SCOPE } from "../../access/viewer.ts";
import { badUserInput } from "../../errors.ts";
import { Kept, NotKept } from "../../request/kept-rules.ts";
import { readOpaqueId } from "../../request/opaque-id.ts";
import type { OrgIssueKind } from "../org-issues/org-issue.ts";
import type { PeopleContext } from "../person.loader.ts";
import { REPORTING_DEPTH_MAX } from "../reporting/reporting.repository.ts";
import { chooseTeams } from "./choose-teams.ts";
import { findLinks, findNodes, type NodeRow } from "./org-tree.repository.ts";
import { NODES_MAX, OrgTree, OrgTreeNode } from "./org-tree.ts";
import { type Forest, growForest } from "./reporting-forest.ts";

/** A top and the people below: enough to see a company's shape, and what a screen shows first. */
const LEVELS_DEFAULT = 2;

@Resolver(() => OrgTreeNode)
export class OrgTreeResolver {
  // The query reads every person of the company, as `orgIssues` does, and twice.
  @Directive("@cost(weight: 7500)")
  @RequiresScope(READ_SCOPE)
  @Kept()
  @Query(() => OrgTree, {
    description:
      "A piece of the reporting tree: the people at the top, or a person's reports, and the people below them. " +
      "Empty for an unknown person. Costly: the service counts the reports of the whole company.",
  })
  async orgTree(
    @Arg("rootId", () => ID, {
      nullable: true,
      description: "`Person.id`: only people below this person. Left out: from the top.",
    })
    rootId: string | null | undefined,
    @Arg("levels", () => Int, {
      nullable: true,
      defaultValue: LEVELS_DEFAULT,
      description: `How many levels at most: 1 to ${REPORTING_DEPTH_MAX}.`,
    })
    levels: number | null | undefined,
    @Ctx() { read, viewer }: PeopleContext,
  ): Promise<OrgTree> {
    const depth = checkLevels(levels ?? LEVELS_DEFAULT);
    const root = rootId == null ? null : readOpaqueId(rootId);
    if (rootId != null && root === null) return { nodes: [], isCut: false };
    const { links, topCount } = await read((manager) => findLinks(manager, root));
    const forest = growForest(links);
    const chosen = chooseTeams(forest, { rootId: root, levels: depth, limit: NODES_MAX, topCount });
    if (chosen.teams.length === 0) return { nodes: [], isCut: false };
    const cutIds = forest.cut.map(({ id }) => id);
    const rows = await read((manager) => findNodes(manager, chosen, { cutIds, limit: NODES_MAX }));
    const seesIssues = viewer.scopes.has(ADMIN_SCOPE);
    return { nodes: rows.map((row) => nodeOf(row, forest, seesIssues)), isCut: chosen.isCut };
  }

  @NotKept("CLOCK")
  @FieldResolver(() => Boolean, {
    description: "Whether the person has not started yet. See `Person.isPreHire`.",
  })
  isPreHire(@Root() { personId }: OrgTreeNode, @Ctx() { loaders }: PeopleContext): Promise<boolean> {
    return loaders.isPreHire.load(personId);
  }
}

function checkLevels(levels: number): number {
  if (levels >= 1 && levels <= REPORTING_DEPTH_MAX) return levels;
  throw badUserInput(
    `\`levels\` must be from 1 to ${REPORTING_DEPTH_MAX}, not ${levels}.`,
    "Leave `levels` out to get two levels.",
  );
}

function nodeOf(row: NodeRow, forest: Forest, seesIssues: boolean): OrgTreeNode {
  const { personId, displayName, position, departmentName, status, level } = row;
  const leader = forest.leaders.get(personId);
  return {
    personId,
    supervisorId: leader ? leader.supervisorId : row.storedSupervisorId,
    displayName,
    position,
    departmentName,
    status,
    level,
    directReportCount: leader?.directReportCount ?? 0,
    reportCount: leader?.reportCount ?? 0,
    issues: seesIssues ? issuesOf(row, forest) : [],
  };
}

/** The issues of a person who works here: see `org-issues/`. Pure. */
function issuesOf(row: NodeRow, { leaders, inCircles }: Forest): OrgIssueKind[] {
  const { personId, storedSupervisorId, supervisorPersonioId, status } = row;
  if (status === "INACTIVE") return [];
  if (storedSupervisorId === null)
    return [supervisorPersonioId === null ? "NO_SUPERVISOR" : "SUPERVISOR_NOT_SYNCED"];
  return [
    ...(inCircles.has(personId) ? ["SUPERVISOR_CYCLE" as const] : []),
    ...(storedSupervisorId === personId ? ["SELF_SUPERVISED" as const] : []),
    ...(leaders.get(storedSupervisorId)?.hasLeft ? ["SUPERVISOR_LEFT" as const] : []),
  ];
}
