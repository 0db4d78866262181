import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import { Department } from "./department.ts";
import { LegalEntity } from "./legal-entity.ts";
import { Office } from "./office.ts";
import type { OrgContext } from "./org.loader.ts";
import { resolveDepartmentReference, resolveOfficeReference } from "./org.reference.ts";
import {
  type DepartmentRow,
  findDepartments,
  findLegalEntities,
  findOffices,
  type LegalEntityRow,
  type OfficeRow,
} from "./org.repository.ts";

@Resolver()
export class OrgResolver {
  @Query(() => [Department], {
    description: "All departments that anybody belongs to, or once did, by name.",
  })
  departments(@Ctx() context: OrgContext): Promise<DepartmentRow[]> {
    return context.read(findDepartments);
  }

  @Query(() => Department, { nullable: true, description: "One department; null when the id is unknown." })
  department(
    @Arg("id", () => ID, { description: "`Department.id`." }) id: string,
    @Ctx() context: OrgContext,
  ): Promise<DepartmentRow | null> | null {
    return resolveDepartmentReference({ id }, context);
  }

  @Query(() => [Office], { description: "All offices that anybody belongs to, or once did, by name." })
  offices(@Ctx() context: OrgContext): Promise<OfficeRow[]> {
    return context.read(findOffices);
  }

  @Query(() => Office, { nullable: true, description: "One office; null when the id is unknown." })
  office(
    @Arg("id", () => ID, { description: "`Office.id`." }) id: string,
    @Ctx() context: OrgContext,
  ): Promise<OfficeRow | null> | null {
    return resolveOfficeReference({ id }, context);
  }

  @Query(() => [LegalEntity], {
    description: "All legal entities that employ anybody, or once did, by name.",
  })
  legalEntities(@Ctx() context: OrgContext): Promise<LegalEntityRow[]> {
    return context.read(findLegalEntities);
  }
}
