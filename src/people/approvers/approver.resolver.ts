import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root } from "type-graphql";
import { readOpaqueId } from "../../access/opaque-id.ts";
import { badUserInput } from "../../errors.ts";
import type { PeopleContext } from "../person.loader.ts";
import type { PersonRow } from "../person.repository.ts";
import { Person } from "../person.ts";
import { REPORTING_DEPTH_MAX } from "../reporting/reporting.repository.ts";
import { ApproverResolution } from "./approver-resolution.ts";
import { resolveApprover } from "./resolve-approver.ts";

@Resolver(() => Person)
export class ApproverResolver {
  @FieldResolver(() => ApproverResolution, {
    description:
      "Who approves for this person: the first who may, up the line of supervisors from `level`; then the fallback of the " +
      "person's department; then the company's. The person, the requester, leavers and people who have yet to start never " +
      "may; people on leave may where `includeOnLeave` says so. Works for people who left, too.",
  })
  async approver(
    @Root() subject: PersonRow,
    @Arg("level", () => Int, {
      nullable: true,
      defaultValue: 1,
      description:
        "Where to begin: 1 is the direct supervisor, 2 the supervisor's supervisor, and so on up to " +
        `${REPORTING_DEPTH_MAX}. Nobody below that level is asked, but for a fallback.`,
    })
    level: number | null,
    @Arg("requesterId", () => ID, {
      nullable: true,
      description:
        "`Person.id` of whoever asks for the approval, who may not grant it. An id that nobody has is nobody.",
    })
    requesterId: string | null | undefined,
    @Arg("includeOnLeave", () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: "Whether people who are on leave may approve.",
    })
    includeOnLeave: boolean | null,
    @Ctx() { loaders }: PeopleContext,
  ): Promise<ApproverResolution> {
    const asked = {
      level: checkLevel(level ?? 1),
      requesterId: readOpaqueId(requesterId),
      includeOnLeave: includeOnLeave ?? false,
    };
    const candidates = await loaders.approverCandidates.load(subject);
    return resolveApprover({ ...asked, ...candidates, subjectId: subject.id });
  }
}

function checkLevel(level: number): number {
  if (level >= 1 && level <= REPORTING_DEPTH_MAX) return level;
  throw badUserInput(
    `\`level\` must be from 1 to ${REPORTING_DEPTH_MAX}, not ${level}.`,
    "Leave `level` out to begin with the direct supervisor.",
  );
}
