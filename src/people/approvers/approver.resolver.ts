import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root } from "type-graphql";
import { badUserInput } from "../../errors.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { readOpaqueId } from "../../request/opaque-id.ts";
import type { PersonRow } from "../person.repository.ts";
import { Person } from "../person.ts";
import { REPORTING_DEPTH_MAX } from "../reporting/reporting.repository.ts";
import { ApproverResolution } from "./approver-resolution.ts";
import type { ApproverContext } from "./candidates.loader.ts";
import { resolveApprover } from "./resolve-approver.ts";

@Resolver(() => Person)
export class ApproverResolver {
  @NotKept("CLOCK")
  @FieldResolver(() => ApproverResolution, {
    description:
      "Who approves for this person: the first candidate who may. Candidates are the reporting line from " +
      "`level` upwards, the fallback of the person's department, and the company's fallback. The person, " +
      "the requester, leavers and pre-hires never approve. People on leave approve only with " +
      "`includeOnLeave`. Works for leavers, too.",
  })
  async approver(
    @Root() subject: PersonRow,
    @Arg("level", () => Int, {
      nullable: true,
      defaultValue: 1,
      description:
        "Where to start: 1 is the direct supervisor, 2 the supervisor's supervisor, and so on up to " +
        `${REPORTING_DEPTH_MAX}. Supervisors below that level can approve only as fallbacks.`,
    })
    level: number | null,
    @Arg("requesterId", () => ID, {
      nullable: true,
      description: "`Person.id` of the requester, who may not approve. An unknown id has no effect.",
    })
    requesterId: string | null | undefined,
    @Arg("includeOnLeave", () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: "Whether people on leave may approve.",
    })
    includeOnLeave: boolean | null,
    @Ctx() { loaders }: ApproverContext,
  ): Promise<ApproverResolution> {
    const request = {
      level: checkLevel(level ?? 1),
      requesterId: readOpaqueId(requesterId),
      includeOnLeave: includeOnLeave ?? false,
    };
    const candidates = await loaders.approverCandidates.load(subject);
    return resolveApprover({ ...request, ...candidates, subjectId: subject.id });
  }
}

function checkLevel(level: number): number {
  if (level >= 1 && level <= REPORTING_DEPTH_MAX) return level;
  throw badUserInput(
    `\`level\` must be from 1 to ${REPORTING_DEPTH_MAX}, not ${level}.`,
    "Leave `level` out to start with the direct supervisor.",
  );
}
