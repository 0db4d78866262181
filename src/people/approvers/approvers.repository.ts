import type { EntityManager } from "typeorm";
import { hasLeftSql, isPreHireSql } from "../person.repository.ts";
import type { FallbackApprover } from "./fallback-approver.ts";

/** What the people of a person's record do not say by themselves: it depends on today, where they work. */
export type EmploymentState = { readonly id: string; readonly isPreHire: boolean; readonly hasLeft: boolean };

/** Who has yet to start, and who is gone. */
export const findEmploymentStates = (
  manager: EntityManager,
  ids: readonly string[],
  now: Date,
): Promise<EmploymentState[]> =>
  manager.query(
    `/* people.findEmploymentStates */
    select p.id, ${isPreHireSql("$2::timestamptz")} as "isPreHire", ${hasLeftSql("$2::timestamptz")} as "hasLeft"
    from people p where p.id = any($1::uuid[])`,
    [ids, now],
  );

export type FallbackRow = Pick<FallbackApprover, "departmentId" | "personId">;

/** Whose fallback it is: a department's, by its id, or the company's. */
export const COMPANY = "company";

/** The key of a fallback: the id of its department, or `COMPANY`. */
export const fallbackKey = ({ departmentId }: Pick<FallbackRow, "departmentId">): string =>
  departmentId ?? COMPANY;

/** The fallbacks with these keys. */
export const findFallbackApprovers = (
  manager: EntityManager,
  keys: readonly string[],
): Promise<FallbackRow[]> =>
  manager.query(
    `/* people.findFallbackApprovers */
    select department_id as "departmentId", person_id as "personId" from fallback_approvers
    where coalesce(department_id::text, '${COMPANY}') = any($1::text[])`,
    [keys],
  );

/** Every fallback: the company's first, then by the names of departments. */
export const listFallbackApprovers = (manager: EntityManager): Promise<FallbackRow[]> =>
  manager.query(
    `/* people.listFallbackApprovers */
    select f.department_id as "departmentId", f.person_id as "personId"
    from fallback_approvers f left join departments d on d.id = f.department_id
    order by d.name nulls first, d.id`,
  );

/** Makes somebody the fallback of a department, or without one of the company; null: nobody. */
export async function setFallbackApprover(
  manager: EntityManager,
  { departmentId, personId }: { readonly departmentId: string | null; readonly personId: string | null },
): Promise<void> {
  if (personId === null) {
    await manager.query(
      `/* people.removeFallbackApprover */
      delete from fallback_approvers where department_id is not distinct from $1`,
      [departmentId],
    );
    return;
  }
  await manager.query(
    `/* people.setFallbackApprover */
    insert into fallback_approvers (tenant_id, id, department_id, person_id)
    values (current_setting('app.tenant'), gen_random_uuid(), $1, $2)
    on conflict (tenant_id, department_id) do update set person_id = excluded.person_id`,
    [departmentId, personId],
  );
}
