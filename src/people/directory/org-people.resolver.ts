import { Args, Ctx, FieldResolver, Int, Resolver, Root } from "type-graphql";
import { Department } from "../../org/department.ts";
import { LegalEntity } from "../../org/legal-entity.ts";
import { Office } from "../../org/office.ts";
import type { DepartmentRow, LegalEntityRow, OfficeRow } from "../../org/org.repository.ts";
import type { Connection } from "../../request/connection.ts";
import { Kept } from "../../request/kept-rules.ts";
import { countGroup, type DirectoryContext, loadMembers, type MembersLoader } from "./members.loader.ts";
import { criteriaFor } from "./people-filter.ts";
import { PeopleListArgs } from "./people-list-args.ts";
import type { ListedPerson } from "./people-page-sql.ts";
import { PersonConnection } from "./person-connection.ts";

const HEADCOUNT = "How many people it has, leavers not included; `people` counts the same way.";
const PEOPLE = "Its people, in pages. Without arguments: by name, leavers not included.";

const loadPeople = async (
  { cursors, viewer, raised }: DirectoryContext,
  loader: MembersLoader,
  { groupId, args }: { readonly groupId: string; readonly args: PeopleListArgs },
): Promise<Connection<ListedPerson>> => {
  const filter = await criteriaFor(args.filter, { viewer, raised });
  return loadMembers(loader, { groupId, args: { ...args, filter }, cursors });
};

/** The people of the types of `org/`: a field is defined in the room that owns the foreign key. */
@Resolver(() => Department)
export class DepartmentPeopleResolver {
  @Kept()
  @FieldResolver(() => Int, { description: HEADCOUNT })
  headcount(@Root() { id }: DepartmentRow, @Ctx() { loaders }: DirectoryContext): Promise<number> {
    return countGroup(loaders.departmentPeople, id);
  }

  @Kept()
  @FieldResolver(() => PersonConnection, { description: PEOPLE })
  people(
    @Root() { id }: DepartmentRow,
    @Args(() => PeopleListArgs) args: PeopleListArgs,
    @Ctx() context: DirectoryContext,
  ): Promise<Connection<ListedPerson>> {
    return loadPeople(context, context.loaders.departmentPeople, { groupId: id, args });
  }
}

@Resolver(() => Office)
export class OfficePeopleResolver {
  @Kept()
  @FieldResolver(() => Int, { description: HEADCOUNT })
  headcount(@Root() { id }: OfficeRow, @Ctx() { loaders }: DirectoryContext): Promise<number> {
    return countGroup(loaders.officePeople, id);
  }

  @Kept()
  @FieldResolver(() => PersonConnection, { description: PEOPLE })
  people(
    @Root() { id }: OfficeRow,
    @Args(() => PeopleListArgs) args: PeopleListArgs,
    @Ctx() context: DirectoryContext,
  ): Promise<Connection<ListedPerson>> {
    return loadPeople(context, context.loaders.officePeople, { groupId: id, args });
  }
}

@Resolver(() => LegalEntity)
export class LegalEntityPeopleResolver {
  @Kept()
  @FieldResolver(() => PersonConnection, { description: PEOPLE })
  people(
    @Root() { id }: LegalEntityRow,
    @Args(() => PeopleListArgs) args: PeopleListArgs,
    @Ctx() context: DirectoryContext,
  ): Promise<Connection<ListedPerson>> {
    return loadPeople(context, context.loaders.legalEntityPeople, { groupId: id, args });
  }
}
