import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { RequiresScope } from "../access/field-rules.ts";
import { HR_SCOPE } from "../access/viewer.ts";
import { Department } from "../org/department.ts";
import { LegalEntity } from "../org/legal-entity.ts";
import { Office } from "../org/office.ts";
import type { DepartmentRow, LegalEntityRow, OfficeRow } from "../org/org.repository.ts";
import { Kept, NotKept } from "../request/kept-rules.ts";
import { MayBeJoined } from "../request/look-ahead.ts";
import type { PeopleContext } from "./person.loader.ts";
import type { PersonRow } from "./person.repository.ts";
import { Person } from "./person.ts";

/** The fields of a person that are not columns, except those of `reporting/` and `custom-attributes/`. */
@Resolver(() => Person)
export class PersonResolver {
  @Kept()
  @MayBeJoined()
  @FieldResolver(() => Department, { nullable: true, description: "Department; null when HR names none." })
  department(
    @Root() { departmentId }: PersonRow,
    @Ctx() { loaders }: PeopleContext,
  ): Promise<DepartmentRow | null> | null {
    return departmentId === null ? null : loaders.departmentById.load(departmentId);
  }

  @Kept()
  @MayBeJoined()
  @FieldResolver(() => LegalEntity, {
    nullable: true,
    description: "The legal entity that employs the person.",
  })
  legalEntity(
    @Root() { legalEntityId }: PersonRow,
    @Ctx() { loaders }: PeopleContext,
  ): Promise<LegalEntityRow | null> | null {
    return legalEntityId === null ? null : loaders.legalEntityById.load(legalEntityId);
  }

  @Kept()
  @MayBeJoined()
  @FieldResolver(() => Office, { nullable: true, description: "Office; null when HR names none." })
  office(
    @Root() { officeId }: PersonRow,
    @Ctx() { loaders }: PeopleContext,
  ): Promise<OfficeRow | null> | null {
    return officeId === null ? null : loaders.officeById.load(officeId);
  }

  @NotKept("CLOCK")
  @FieldResolver(() => Boolean, {
    description:
      "Whether the person has not started yet: `status` is ONBOARDING, or `hireDate` is in the future. " +
      "False for leavers. Days begin in the office's time zone, else in the company's.",
  })
  isPreHire(@Root() { id }: PersonRow, @Ctx() { loaders }: PeopleContext): Promise<boolean> {
    return loaders.isPreHire.load(id);
  }

  @RequiresScope(HR_SCOPE)
  @Kept()
  @FieldResolver(() => String, {
    nullable: true,
    description: "Day of birth without the year, MM-DD. Needs the scope `people:hr`.",
  })
  birthday(@Root() { dateOfBirth }: PersonRow): string | null {
    return dateOfBirth === null ? null : dateOfBirth.slice("YYYY-".length);
  }
}
