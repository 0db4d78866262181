import type { EntityManager } from "typeorm";
import type { Queries } from "../../database/queries.ts";
import { hasLeftSql, isPreHireSql } from "../person.repository.ts";
import type { FallbackApprover } from "./fallback-approver.ts";

/**
 * What a person's row does not contain: the employment state depends on today's date in the person's zone.
 */
export type EmploymentState = { readonly id: string; readonly isPreHire: boolean; readonly hasLeft: boolean };

/** Whether each person is a pre-hire, and whether each has left. */
export const findEmploymentStates = (
  manager: Queries,
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

/** The key of the company's fallback, in place of a department id. */
export const COMPANY = "company";

/** The key of a fallback: the id of its department, or `COMPANY`. */
export const fallbackKey = ({ departmentId }: Pick<FallbackRow, "departmentId">): string =>
  departmentId ?? COMPANY;

/** The fallbacks with these keys. */
export const findFallbackApprovers = (manager: Queries, keys: readonly string[]): Promise<FallbackRow[]> =>
  manager.query(
    `/* people.findFallbackApprovers */
    select department_id as "departmentId", person_id as "personId" from fallback_approvers
    where coalesce(department_id::text, '${COMPANY}') = any($1::text[])`,
    [keys],
  );

/** Every fallback: the company's first, then those of departments by name. */
export const listFallbackApprovers = (manager: Queries): Promise<FallbackRow[]> =>
  manager.query(
    `/* people.listFallbackApprovers */
    select f.department_id as "departmentId", f.person_id as "personId"
    from fallback_approvers f left join departments d on d.id = f.department_id
    order by d.name nulls first, d.id`,
  );

/**
 * Sets the fallback of a department, or of the company if `departmentId` is null. A null `personId` removes
 * it.
 */
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
