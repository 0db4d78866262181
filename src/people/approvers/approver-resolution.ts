import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
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
    SUPERVISOR: { description: "The supervisor at the level that was asked for." },
    ESCALATED: { description: "Somebody above that level, because whoever is below may not approve." },
    FALLBACK: {
      description:
        "Nobody in the line of supervisors may approve, so the fallback of the person's department does, or else the " +
        "company's. See `setFallbackApprover`.",
    },
    NO_APPROVER: {
      description: "Nobody may approve; `trace` says why each candidate may not. `approver` is null.",
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
    "Why a candidate may not approve. Where several reasons hold, the first one in the order of IS_SUBJECT, IS_REQUESTER, " +
    "LEFT, PRE_HIRE and ON_LEAVE is given.",
  valuesConfig: {
    IS_SUBJECT: { description: "It is the person whom the approval is about." },
    IS_REQUESTER: { description: "It is whoever asks for the approval (`requesterId`)." },
    LEFT: { description: "Has left: `status` is INACTIVE, or the last day of employment is over." },
    PRE_HIRE: { description: "Has yet to start. See `Person.isPreHire`." },
    ON_LEAVE: {
      description: "Is away for a longer time: `status` is LEAVE. `includeOnLeave` lets them approve.",
    },
    CYCLE: {
      description:
        "Stands in the line of supervisors for the second time: it runs in a circle and ends here. `orgIssues` lists who is in it.",
    },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: "One candidate for approving, and why they were passed over.",
})
export class ApproverStep {
  @Field(() => Person, { description: "Who was considered." })
  candidate!: PersonRow;

  @Field(() => Int, {
    description:
      "How far above the person the candidate stands: 1 is the direct supervisor. 0 for a fallback, who need not stand above " +
      "the person at all.",
  })
  level!: number;

  @Field(() => ApproverSkipReason, {
    nullable: true,
    description: "Why the candidate may not approve; null for the one who does.",
  })
  skippedBecause!: ApproverSkipReason | null;
}

@ObjectType({ simpleResolvers: true, description: "Who approves for a person, and how that was found out." })
export class ApproverResolution {
  @Field(() => Person, { nullable: true, description: "Whom to ask; null when nobody may approve." })
  approver!: PersonRow | null;

  @Field(() => ApproverOutcome, { description: "How the approver was found." })
  outcome!: ApproverOutcome;

  @Field(() => Int, {
    nullable: true,
    description:
      "How far above the person the approver stands: 1 is the direct supervisor. Null for a fallback, and when there is none.",
  })
  level!: number | null;

  @Field(() => [ApproverStep], {
    description:
      "Every candidate in the order of asking: up the line of supervisors from the level asked for, then the fallbacks. It " +
      "ends with whoever approves. At most 52.",
  })
  trace!: readonly ApproverStep[];
}
