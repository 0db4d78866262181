import { Args, Ctx, FieldResolver, Int, Resolver, Root } from "type-graphql";
import { Department } from "../../org/department.ts";
import { Office } from "../../org/office.ts";
import type { DepartmentRow, OfficeRow } from "../../org/org.repository.ts";
import type { Connection } from "../../paging/connection.ts";
import { PageArgs } from "../../paging/page-args.ts";
import type { PeopleContext } from "../person.loader.ts";
import type { PersonRow } from "../person.repository.ts";
import { loadMembers } from "./members.loader.ts";
import { PersonConnection } from "./person-connection.ts";

const HEADCOUNT = "How many people it has, as `people` counts them: without those who left.";
const PEOPLE = "Its people by name, a page at a time; without those who left.";

/** What this room adds to the types of `org/`: the field lives where the foreign key lives. */
@Resolver(() => Department)
export class DepartmentPeopleResolver {
  @FieldResolver(() => Int, { description: HEADCOUNT })
  headcount(@Root() { id }: DepartmentRow, @Ctx() { loaders }: PeopleContext): Promise<number> {
    return loaders.departmentPeople.counts.load(id);
  }

  @FieldResolver(() => PersonConnection, { description: PEOPLE })
  people(
    @Root() { id }: DepartmentRow,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { loaders, cursors }: PeopleContext,
  ): Promise<Connection<PersonRow>> {
    return loadMembers(loaders.departmentPeople, { groupId: id, args, cursors });
  }
}

@Resolver(() => Office)
export class OfficePeopleResolver {
  @FieldResolver(() => Int, { description: HEADCOUNT })
  headcount(@Root() { id }: OfficeRow, @Ctx() { loaders }: PeopleContext): Promise<number> {
    return loaders.officePeople.counts.load(id);
  }

  @FieldResolver(() => PersonConnection, { description: PEOPLE })
  people(
    @Root() { id }: OfficeRow,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { loaders, cursors }: PeopleContext,
  ): Promise<Connection<PersonRow>> {
    return loadMembers(loaders.officePeople, { groupId: id, args, cursors });
  }
}
