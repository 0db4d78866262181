import { Args, Ctx, FieldResolver, Int, Resolver, Root } from "type-graphql";
import type { Connection } from "../../request/connection.ts";
import { PageArgs } from "../../request/page-args.ts";
import { countGroup, loadMembers } from "../directory/members.loader.ts";
import { PersonConnection } from "../directory/person-connection.ts";
import type { PersonRow } from "../person.repository.ts";
import { Person } from "../person.ts";
import type { ReportingContext } from "./reporting.loader.ts";
import { Supervisor } from "./supervisor.ts";

@Resolver(() => Supervisor)
export class SupervisorResolver {
  @FieldResolver(() => Person, {
    description: "The same person as a `Person`, with all fields.",
  })
  person(@Root() supervisor: PersonRow): PersonRow {
    return supervisor;
  }

  @FieldResolver(() => Supervisor, {
    nullable: true,
    description: "This person's supervisor; null at the top.",
  })
  supervisor(
    @Root() { supervisorId }: PersonRow,
    @Ctx() { loaders }: ReportingContext,
  ): Promise<PersonRow | null> | null {
    return supervisorId === null ? null : loaders.personById.load(supervisorId);
  }

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

  @FieldResolver(() => Int, {
    description: "How many people report to this person directly, leavers not included.",
  })
  directReportCount(@Root() { id }: PersonRow, @Ctx() { loaders }: ReportingContext): Promise<number> {
    return countGroup(loaders.directReports, id);
  }

  @FieldResolver(() => Int, {
    description:
      "How many people report to this person at any level, leavers not included: those with the person in " +
      "their `reportingChain`.",
  })
  reportCount(@Root() { id }: PersonRow, @Ctx() { loaders }: ReportingContext): Promise<number> {
    return loaders.reportCount.load(id);
  }
}
