import { type Queries, queryPlannedOnce } from "../database/queries.ts";
import type { Department } from "./department.ts";
import type { LegalEntity } from "./legal-entity.ts";
import type { Office } from "./office.ts";

export type DepartmentRow = Pick<Department, "id" | "personioId" | "name">;
export type OfficeRow = Pick<Office, "id" | "personioId" | "name" | "timeZone"> & {
  readonly isTimeZoneGuessed: boolean;
};
export type LegalEntityRow = Pick<LegalEntity, "id" | "personioId" | "name">;

export const DEPARTMENT_COLUMNS = `id, personio_id as "personioId", name`;
export const LEGAL_ENTITY_COLUMNS = DEPARTMENT_COLUMNS;
// The zone that an admin set wins over the guess.
export const OFFICE_COLUMNS = `${DEPARTMENT_COLUMNS}, coalesce(time_zone, guessed_time_zone) as "timeZone",
  time_zone is null and guessed_time_zone is not null as "isTimeZoneGuessed"`;

export const findDepartmentsByIds = (manager: Queries, ids: readonly string[]): Promise<DepartmentRow[]> =>
  queryPlannedOnce(
    manager,
    `/* org.findDepartmentsByIds */ select ${DEPARTMENT_COLUMNS} from departments where id = any($1::uuid[])`,
    [ids],
  );

export const findOfficesByIds = (manager: Queries, ids: readonly string[]): Promise<OfficeRow[]> =>
  queryPlannedOnce(
    manager,
    `/* org.findOfficesByIds */ select ${OFFICE_COLUMNS} from offices where id = any($1::uuid[])`,
    [ids],
  );

export const findLegalEntitiesByIds = (manager: Queries, ids: readonly string[]): Promise<LegalEntityRow[]> =>
  queryPlannedOnce(
    manager,
    `/* org.findLegalEntitiesByIds */ select ${LEGAL_ENTITY_COLUMNS} from legal_entities where id = any($1::uuid[])`,
    [ids],
  );

/** Every department of the company, by name. Companies have few enough to need no pages. */
export const findDepartments = (manager: Queries): Promise<DepartmentRow[]> =>
  manager.query(`/* org.findDepartments */ select ${DEPARTMENT_COLUMNS} from departments order by name, id`);

/** Every office of the company, by name. */
export const findOffices = (manager: Queries): Promise<OfficeRow[]> =>
  manager.query(`/* org.findOffices */ select ${OFFICE_COLUMNS} from offices order by name, id`);

/** Every legal entity of the company, by name. */
export const findLegalEntities = (manager: Queries): Promise<LegalEntityRow[]> =>
  manager.query(
    `/* org.findLegalEntities */ select ${LEGAL_ENTITY_COLUMNS} from legal_entities order by name, id`,
  );
