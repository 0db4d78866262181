import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { READ_SCOPE } from "../../access/viewer.ts";
import type { PersonRow } from "../person.repository.ts";
import { Person } from "../person.ts";

export const ApproverOutcome = {
  SUPERVISOR: "SUPERVISOR",
  ESCALATED: "ESCALATED",
  FALLBACK: "FALLBACK",
  NO_APPROVER: "NO_APPROVER",
} as const;
export type ApproverOutcome = keyof typeof ApproverOutcome;

registerEnumType(ApproverOutcome, {
  name: "ApproverOutcome",
  description: "How an approver was found.",
  valuesConfig: {
    SUPERVISOR: { description: "The supervisor at the requested level." },
    ESCALATED: {
      description: "A supervisor above the requested level, because no closer one may approve.",
    },
    FALLBACK: {
      description:
        "No supervisor in the reporting line may approve, so a fallback approves: that of the person's " +
        "department, else the company's. See `setFallbackApprover`.",
    },
    NO_APPROVER: {
      description:
        "No candidate may approve. `approver` is null; `trace` gives the reason for each candidate.",
    },
  },
});

export const ApproverSkipReason = {
  IS_SUBJECT: "IS_SUBJECT",
  IS_REQUESTER: "IS_REQUESTER",
  LEFT: "LEFT",
  PRE_HIRE: "PRE_HIRE",
  ON_LEAVE: "ON_LEAVE",
  CYCLE: "CYCLE",
} as const;
export type ApproverSkipReason = keyof typeof ApproverSkipReason;

registerEnumType(ApproverSkipReason, {
  name: "ApproverSkipReason",
  description:
    "Why a candidate may not approve. If several reasons apply, the first in this order is given: " +
    "IS_SUBJECT, IS_REQUESTER, LEFT, PRE_HIRE, ON_LEAVE.",
  valuesConfig: {
    IS_SUBJECT: { description: "The approval is about this person." },
    IS_REQUESTER: { description: "This person requests the approval (`requesterId`)." },
    LEFT: {
      description: "The person has left: `status` is INACTIVE, or the last day of employment is over.",
    },
    PRE_HIRE: { description: "The person is a pre-hire. See `Person.isPreHire`." },
    ON_LEAVE: {
      description: "The person is on a longer leave: `status` is LEAVE. `includeOnLeave` lets them approve.",
    },
    CYCLE: {
      description:
        "The person appears a second time: the reporting line forms a circle and ends here. `orgIssues` " +
        "lists the people in it.",
    },
  },
});

@RequiresScope(READ_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description: "One candidate, and why the candidate was skipped.",
})
export class ApproverStep {
  @Field(() => Person, { description: "The person who was considered." })
  candidate!: PersonRow;

  @Field(() => Int, {
    description:
      "How many levels above the person the candidate is: 1 is the direct supervisor. 0 for a fallback, " +
      "who may be outside the reporting line.",
  })
  level!: number;

  @Field(() => ApproverSkipReason, {
    nullable: true,
    description: "Why the candidate may not approve; null for the approver.",
  })
  skippedBecause!: ApproverSkipReason | null;
}

@RequiresScope(READ_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description: "Who approves for a person, and how the approver was found.",
})
export class ApproverResolution {
  @Field(() => Person, {
    nullable: true,
    description: "The person who approves; null when no candidate may.",
  })
  approver!: PersonRow | null;

  @Field(() => ApproverOutcome, { description: "How the approver was found." })
  outcome!: ApproverOutcome;

  @Field(() => Int, {
    nullable: true,
    description:
      "How many levels above the person the approver is: 1 is the direct supervisor. Null for a fallback, " +
      "and without an approver.",
  })
  level!: number | null;

  @Field(() => [ApproverStep], {
    description:
      "Every candidate in order: up the reporting line from the requested level, then the fallbacks. The " +
      "approver, if there is one, is the last. At most 52.",
  })
  trace!: readonly ApproverStep[];
}
