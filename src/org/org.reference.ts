import { readOpaqueId } from "../request/opaque-id.ts";
import type { RowLoader } from "../request/row-loader.ts";
import type { OrgContext } from "./org.loader.ts";
import type { DepartmentRow, LegalEntityRow, OfficeRow } from "./org.repository.ts";

/** What a router sends to identify an entity: its `__typename` and the fields of one key, unchecked. */
type Reference = { readonly [field: string]: unknown };

/** The department with the reference's `id`; null if the id is unknown, malformed or of another company. */
export const resolveDepartmentReference = (
  reference: Reference,
  context: OrgContext,
): Promise<DepartmentRow | null> | null => loadById(reference, context.loaders.departmentById);

/** The office with the reference's `id`; null if the id is unknown, malformed or of another company. */
export const resolveOfficeReference = (
  reference: Reference,
  context: OrgContext,
): Promise<OfficeRow | null> | null => loadById(reference, context.loaders.officeById);

/** The legal entity with the reference's `id`; null if the id is unknown, malformed or of another company. */
export const resolveLegalEntityReference = (
  reference: Reference,
  context: OrgContext,
): Promise<LegalEntityRow | null> | null => loadById(reference, context.loaders.legalEntityById);

function loadById<Row>(reference: Reference, loader: RowLoader<Row>): Promise<Row | null> | null {
  const id = readOpaqueId(reference.id);
  return id === null ? null : loader.load(id);
}
