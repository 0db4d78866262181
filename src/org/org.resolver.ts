import { Arg, Ctx, Directive, ID, Query, Resolver } from "type-graphql";
import { RequiresScope } from "../access/field-rules.ts";
import { READ_SCOPE } from "../access/viewer.ts";
import { Kept } from "../request/kept-rules.ts";
import { Department } from "./department.ts";
import { LegalEntity } from "./legal-entity.ts";
import { Office } from "./office.ts";
import type { OrgContext } from "./org.loader.ts";
import {
  resolveDepartmentReference,
  resolveLegalEntityReference,
  resolveOfficeReference,
} from "./org.reference.ts";
import {
  type DepartmentRow,
  findDepartments,
  findLegalEntities,
  findOffices,
  type LegalEntityRow,
  type OfficeRow,
} from "./org.repository.ts";

/**
 * These lists have no pages. Companies of a thousand people have some hundred departments. The server checks
 * the cost of a longer list again with its true size after reading it.
 */
const LARGE_LIST = "@listSize(assumedSize: 150)";

@Resolver()
export class OrgResolver {
  @Directive(LARGE_LIST)
  @RequiresScope(READ_SCOPE)
  @Kept()
  @Query(() => [Department], {
    description:
      "All departments that people belong to, or once did, by name. The list has no pages, so the cost counts the selected fields for every department.",
  })
  departments(@Ctx() context: OrgContext): Promise<DepartmentRow[]> {
    return context.read(findDepartments);
  }

  @RequiresScope(READ_SCOPE)
  @Kept()
  @Query(() => Department, { nullable: true, description: "One department; null when the id is unknown." })
  department(
    @Arg("id", () => ID, { description: "`Department.id`." }) id: string,
    @Ctx() context: OrgContext,
  ): Promise<DepartmentRow | null> | null {
    return resolveDepartmentReference({ id }, context);
  }

  @Directive(LARGE_LIST)
  @RequiresScope(READ_SCOPE)
  @Kept()
  @Query(() => [Office], { description: "All offices that people belong to, or once did, by name." })
  offices(@Ctx() context: OrgContext): Promise<OfficeRow[]> {
    return context.read(findOffices);
  }

  @RequiresScope(READ_SCOPE)
  @Kept()
  @Query(() => Office, { nullable: true, description: "One office; null when the id is unknown." })
  office(
    @Arg("id", () => ID, { description: "`Office.id`." }) id: string,
    @Ctx() context: OrgContext,
  ): Promise<OfficeRow | null> | null {
    return resolveOfficeReference({ id }, context);
  }

  @Directive(LARGE_LIST)
  @RequiresScope(READ_SCOPE)
  @Kept()
  @Query(() => [LegalEntity], {
    description: "All legal entities that employ people, or once did, by name.",
  })
  legalEntities(@Ctx() context: OrgContext): Promise<LegalEntityRow[]> {
    return context.read(findLegalEntities);
  }

  @RequiresScope(READ_SCOPE)
  @Kept()
  @Query(() => LegalEntity, {
    nullable: true,
    description: "One legal entity; null when the id is unknown.",
  })
  legalEntity(
    @Arg("id", () => ID, { description: "`LegalEntity.id`." }) id: string,
    @Ctx() context: OrgContext,
  ): Promise<LegalEntityRow | null> | null {
    return resolveLegalEntityReference({ id }, context);
  }
}
