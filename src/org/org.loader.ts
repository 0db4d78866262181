import type { RequestContext } from "../request/request-context.ts";
import { createRowLoader, type Loading, type RowLoader } from "../request/row-loader.ts";
import {
  type DepartmentRow,
  findDepartmentsByIds,
  findLegalEntitiesByIds,
  findOfficesByIds,
  type LegalEntityRow,
  type OfficeRow,
} from "./org.repository.ts";

export type OrgLoaders = {
  readonly departmentById: RowLoader<DepartmentRow>;
  readonly officeById: RowLoader<OfficeRow>;
  readonly legalEntityById: RowLoader<LegalEntityRow>;
};

/** What this room needs from a request. */
export type OrgContext = RequestContext & { readonly loaders: OrgLoaders };

/** For one request and its snapshot: the loaders cache rows and never read one twice. */
export const createOrgLoaders = (loading: Loading): OrgLoaders => ({
  departmentById: createRowLoader(loading, findDepartmentsByIds, ({ id }) => id),
  officeById: createRowLoader(loading, findOfficesByIds, ({ id }) => id),
  legalEntityById: createRowLoader(loading, findLegalEntitiesByIds, ({ id }) => id),
});
