import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from "type-graphql";
import type { EntityManager } from "typeorm";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import { badUserInput } from "../../errors.ts";
import { Department } from "../../org/department.ts";
import { type DepartmentRow, findDepartmentsByIds } from "../../org/org.repository.ts";
import { readOpaqueId } from "../../request/opaque-id.ts";
import { getPeopleSettings } from "../../tenant/people-settings.repository.ts";
import { PeopleSettings } from "../../tenant/people-settings.ts";
import type { PeopleContext } from "../person.loader.ts";
import type { PersonRow } from "../person.repository.ts";
import { Person } from "../person.ts";
import {
  type FallbackRow,
  findEmploymentStates,
  listFallbackApprovers,
  setFallbackApprover,
} from "./approvers.repository.ts";
import { FallbackApprover } from "./fallback-approver.ts";

/** The fallback approvers as part of the settings, and the mutation that sets them. */
@Resolver(() => PeopleSettings)
export class FallbackApproverSettingsResolver {
  @FieldResolver(() => [FallbackApprover], {
    description:
      "The approvers used when no supervisor in the reporting line may approve: the company's first, then " +
      "those of departments by name.",
  })
  fallbackApprovers(@Ctx() { read }: PeopleContext): Promise<FallbackRow[]> {
    return read(listFallbackApprovers);
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => PeopleSettings, {
    description:
      "Sets the fallback approver, used when no supervisor in the reporting line may approve. Replaces the " +
      "previous one. A fallback who is on leave, has left or requests the approval is skipped, like any " +
      "other candidate. When a department without people is removed, its fallback is removed as well. " +
      "Needs the scope `people:admin`.",
  })
  setFallbackApprover(
    @Arg("departmentId", () => ID, {
      nullable: true,
      description:
        "`Department.id`. Left out: the whole company. The company's fallback approves if a " +
        "department has none, or if the department's fallback may not approve.",
    })
    departmentId: string | null | undefined,
    @Arg("personId", () => ID, {
      nullable: true,
      description: "`Person.id` of a person who has not left. Left out: removes the fallback.",
    })
    personId: string | null | undefined,
    @Ctx() { write, now }: PeopleContext,
  ): Promise<PeopleSettings> {
    return write(async (manager) => {
      await setFallbackApprover(manager, {
        departmentId: departmentId == null ? null : await checkDepartment(manager, departmentId),
        personId: personId == null ? null : await checkApprover(manager, personId, now),
      });
      return getPeopleSettings(manager);
    });
  }
}

@Resolver(() => FallbackApprover)
export class FallbackApproverResolver {
  @FieldResolver(() => Department, {
    nullable: true,
    description:
      "The department whose people the fallback approves for. Null for the company's fallback. That " +
      "person approves if the department has no fallback, or if its fallback may not approve.",
  })
  department(
    @Root() { departmentId }: FallbackRow,
    @Ctx() { loaders }: PeopleContext,
  ): Promise<DepartmentRow | null> | null {
    return departmentId === null ? null : loaders.departmentById.load(departmentId);
  }

  @FieldResolver(() => Person, {
    description: "The person who approves. May have left since an admin chose them.",
  })
  person(@Root() { personId }: FallbackRow, @Ctx() { loaders }: PeopleContext): Promise<PersonRow | null> {
    return loaders.personById.load(personId);
  }
}

async function checkDepartment(manager: EntityManager, departmentId: string): Promise<string> {
  const id = readOpaqueId(departmentId);
  const [department] = id === null ? [] : await findDepartmentsByIds(manager, [id]);
  if (department) return department.id;
  throw badUserInput(
    "`departmentId` is not the id of a department.",
    "Give the `id` of a department from `departments`, or leave `departmentId` out to set the company's " +
      "fallback.",
  );
}

async function checkApprover(manager: EntityManager, personId: string, now: Date): Promise<string> {
  const id = readOpaqueId(personId);
  const [person] = id === null ? [] : await findEmploymentStates(manager, [id], now);
  if (!person) {
    throw badUserInput(
      "`personId` is not the id of a person.",
      "Give the `id` of a person from `people`, or leave `personId` out to remove the fallback.",
    );
  }
  if (!person.hasLeft) return person.id;
  throw badUserInput(
    "The person has left, and people who have left never approve.",
    "Give the `id` of a person who works here.",
    "PERSON_HAS_LEFT",
  );
}
