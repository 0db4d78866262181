import { Arg, Args, Ctx, Directive, FieldResolver, Int, Resolver, Root } from "type-graphql";
import { badUserInput } from "../../errors.ts";
import type { Connection } from "../../request/connection.ts";
import { Kept } from "../../request/kept-rules.ts";
import { MayBeJoined } from "../../request/look-ahead.ts";
import { PageArgs } from "../../request/page-args.ts";
import { loadMembers } from "../directory/members.loader.ts";
import { PersonConnection } from "../directory/person-connection.ts";
import type { PersonRow, SupervisorRow } from "../person.repository.ts";
import { Person } from "../person.ts";
import type { ReportingContext } from "./reporting.loader.ts";
import { REPORTING_DEPTH_MAX } from "./reporting.repository.ts";
import { Supervisor } from "./supervisor.ts";

/** The fields of a person about reporting lines. */
@Resolver(() => Person)
export class ReportingResolver {
  @Kept()
  @MayBeJoined()
  @FieldResolver(() => Supervisor, {
    nullable: true,
    description:
      "The person's supervisor. Null at the top, and while the supervisor is not in the directory. May be " +
      "a leaver.",
  })
  supervisor(
    @Root() { supervisorId }: PersonRow,
    @Ctx() { loaders }: ReportingContext,
  ): Promise<SupervisorRow | null> | null {
    return supervisorId === null ? null : loaders.personById.load(supervisorId);
  }

  @Directive(
    `@listSize(assumedSize: ${REPORTING_DEPTH_MAX}, slicingArguments: ["maxDepth"], requireOneSlicingArgument: false)`,
  )
  @Kept()
  @FieldResolver(() => [Supervisor], {
    description:
      "All supervisors above the person, the direct one first. If the reporting line forms a circle, the " +
      "chain ends before a person appears twice, or before the person themselves.",
  })
  async reportingChain(
    @Root() { id, supervisorId }: PersonRow,
    @Arg("maxDepth", () => Int, {
      nullable: true,
      defaultValue: REPORTING_DEPTH_MAX,
      description: `How many levels at most: 1 to ${REPORTING_DEPTH_MAX}.`,
    })
    maxDepth: number | null | undefined,
    @Ctx() { loaders }: ReportingContext,
  ): Promise<PersonRow[]> {
    const depth = checkDepth(maxDepth ?? REPORTING_DEPTH_MAX);
    if (supervisorId === null) return [];
    const chain = await loaders.reportingChain.load(id);
    return chain?.supervisors.slice(0, depth) ?? [];
  }

  @Kept()
  @FieldResolver(() => PersonConnection, {
    description: "The person's direct reports, by name, in pages; leavers not included.",
  })
  directReports(
    @Root() { id }: PersonRow,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { loaders, cursors }: ReportingContext,
  ): Promise<Connection<PersonRow>> {
    return loadMembers(loaders.directReports, { groupId: id, args, cursors });
  }
}

function checkDepth(depth: number): number {
  if (depth >= 1 && depth <= REPORTING_DEPTH_MAX) return depth;
  throw badUserInput(
    `\`maxDepth\` must be from 1 to ${REPORTING_DEPTH_MAX}, not ${depth}.`,
    "Leave `maxDepth` out to get the whole chain.",
  );
}
