import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { RequiresScope } from "../access/field-rules.ts";
import { HR_SCOPE } from "../access/viewer.ts";
import { Department } from "../org/department.ts";
import { LegalEntity } from "../org/legal-entity.ts";
import { Office } from "../org/office.ts";
import type { DepartmentRow, LegalEntityRow, OfficeRow } from "../org/org.repository.ts";
import { Kept, NotKept } from "../request/kept-rules.ts";
import type { PeopleContext } from "./person.loader.ts";
import type { JoinedRelations, PersonRow } from "./person.repository.ts";
import { Person } from "./person.ts";

type JoinedPerson = PersonRow & JoinedRelations;

/** The fields of a person that are not columns, except those of `reporting/` and `custom-attributes/`. */
@Resolver(() => Person)
export class PersonResolver {
  @Kept()
  @FieldResolver(() => Department, { nullable: true, description: "Department; null when HR names none." })
  department(
    @Root() { departmentId, department }: JoinedPerson,
    @Ctx() { loaders }: PeopleContext,
  ): Promise<DepartmentRow | null> | DepartmentRow | null {
    if (department !== undefined) return department;
    return departmentId === null ? null : loaders.departmentById.load(departmentId);
  }

  @Kept()
  @FieldResolver(() => LegalEntity, {
    nullable: true,
    description: "The legal entity that employs the person.",
  })
  legalEntity(
    @Root() { legalEntityId, legalEntity }: JoinedPerson,
    @Ctx() { loaders }: PeopleContext,
  ): Promise<LegalEntityRow | null> | LegalEntityRow | null {
    if (legalEntity !== undefined) return legalEntity;
    return legalEntityId === null ? null : loaders.legalEntityById.load(legalEntityId);
  }

  @Kept()
  @FieldResolver(() => Office, { nullable: true, description: "Office; null when HR names none." })
  office(
    @Root() { officeId, office }: JoinedPerson,
    @Ctx() { loaders }: PeopleContext,
  ): Promise<OfficeRow | null> | OfficeRow | null {
    if (office !== undefined) return office;
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
