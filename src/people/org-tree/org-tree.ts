import { Directive, Field, ID, Int, ObjectType } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { READ_SCOPE } from "../../access/viewer.ts";
import { Kept } from "../../request/kept-rules.ts";
import { PersonStatus } from "../../tenant/person-status.ts";
import { OrgIssueKind } from "../org-issues/org-issue.ts";

/** The most people of one answer: several screens full, and some 0.5 MB. */
export const NODES_MAX = 2_000;

@RequiresScope(READ_SCOPE)
@Kept()
@ObjectType({
  simpleResolvers: true,
  description:
    "A person at their place in the reporting tree. Leavers are in the tree only while people who work here are " +
    "below them.",
})
export class OrgTreeNode {
  @Field(() => ID, { description: "`Person.id`." })
  personId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      "The person above in the tree: `Person.id`. Null at the top. A circle of supervisors is always cut above the " +
      "same one of them, who is then at the top.",
  })
  supervisorId!: string | null;

  @Field(() => String, { description: "The name to show. See `Person.displayName`." })
  displayName!: string;

  @Field(() => String, { nullable: true, description: "Job title." })
  position!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Name of the department; null if the person has none.",
  })
  departmentName!: string | null;

  @Field(() => PersonStatus, { description: "Whether the person works here, according to HR." })
  status!: PersonStatus;

  @Field(() => Int, {
    description: "The level in this answer: 1 for people at the top, or for the reports of `rootId`.",
  })
  level!: number;

  @Field(() => Int, { description: "How many people report to this person directly, leavers not included." })
  directReportCount!: number;

  @Field(() => Int, {
    description:
      "How many people are below this person at all levels, leavers not included. The person has " +
      "nodes below if and only if it is above 0. `directReportCount` does not show that, because " +
      "people can report to a leaver.",
  })
  reportCount!: number;

  @Field(() => [OrgIssueKind], {
    description:
      "What is wrong with the person's place in the reporting lines, the worst first. See `Query.orgIssues`. Empty " +
      "without the scope `people:admin`.",
  })
  issues!: readonly OrgIssueKind[];
}

@RequiresScope(READ_SCOPE)
@Kept()
@ObjectType({ simpleResolvers: true, description: "A piece of the reporting tree, as a flat list." })
export class OrgTree {
  @Directive(`@listSize(assumedSize: ${NODES_MAX})`)
  @Field(() => [OrgTreeNode], {
    description:
      `At most ${NODES_MAX}, level by level. Each level contains people with reports first, then people without, ` +
      "each by name.",
  })
  nodes!: readonly OrgTreeNode[];

  @Field(() => Boolean, {
    description:
      "Whether people of the requested levels are left out because there are too many. The tree then contains all " +
      "reports of a person or none, so request the missing ones by `rootId`. Only a first level that is too large " +
      "by itself is incomplete: list its people with `people(filter: { supervisorId })`.",
  })
  isCut!: boolean;
}
