import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";

/** In the order of the list: the worst first. */
export const ORG_ISSUE_KINDS = [
  "SUPERVISOR_CYCLE",
  "SELF_SUPERVISED",
  "SUPERVISOR_LEFT",
  "SUPERVISOR_NOT_SYNCED",
  "NO_SUPERVISOR",
] as const;
export type OrgIssueKind = (typeof ORG_ISSUE_KINDS)[number];

export const OrgIssueKind = {
  SUPERVISOR_CYCLE: "SUPERVISOR_CYCLE",
  SELF_SUPERVISED: "SELF_SUPERVISED",
  SUPERVISOR_LEFT: "SUPERVISOR_LEFT",
  SUPERVISOR_NOT_SYNCED: "SUPERVISOR_NOT_SYNCED",
  NO_SUPERVISOR: "NO_SUPERVISOR",
} as const satisfies Record<OrgIssueKind, OrgIssueKind>;

registerEnumType(OrgIssueKind, {
  name: "OrgIssueKind",
  description: "What is wrong with a person's place in the reporting lines.",
  valuesConfig: {
    SUPERVISOR_CYCLE: {
      description: "The reporting line leads back to the person, over at least one other person.",
    },
    SELF_SUPERVISED: { description: "The person is their own supervisor." },
    SUPERVISOR_LEFT: { description: "The supervisor has left: `status` is INACTIVE." },
    SUPERVISOR_NOT_SYNCED: { description: "Personio names a supervisor who is not in the directory." },
    NO_SUPERVISOR: { description: "Personio names no supervisor. Correct for a person at the top." },
  },
});

@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  description:
    "A problem in the reporting lines that keeps approvals from reaching the right approver. After HR has corrected it " +
    "in Personio, the next sync removes it.",
})
export class OrgIssue {
  @Field(() => OrgIssueKind, { simple: true, description: "What is wrong, as a fixed code." })
  kind!: OrgIssueKind;
}

@RequiresScope(ADMIN_SCOPE)
@ObjectType({ simpleResolvers: true, description: "How many people have one kind of issue." })
export class OrgIssueCount {
  @Field(() => OrgIssueKind, { description: "The kind." })
  kind!: OrgIssueKind;

  @Field(() => Int, { description: "Number of people." })
  count!: number;
}
