import { getMetadataArgsStorage } from "typeorm";
import { Person } from "./person.ts";

export type PersonColumn = {
  readonly field: keyof Person;
  readonly column: string;
  /** The Postgres type; `words` is a list of texts without blanks. */
  readonly type: string;
};

/**
 * The columns of `people` that the service writes, without the tenant, in the order of `Person`. Statements,
 * records and events follow from this one list, so none of them forgets a field.
 */
export const STORED_COLUMNS: readonly PersonColumn[] = getMetadataArgsStorage()
  .filterColumns(Person)
  .filter(({ propertyName, options }) => propertyName !== "tenantId" && options.insert !== false)
  .map(({ propertyName, options }) => ({
    field: propertyName as keyof Person,
    column: options.name ?? propertyName,
    type: options.array ? "words" : String(options.type),
  }));

/** A select list: the columns of a table alias, each under the name of its field. */
export const selectColumns = (alias: string, columns: readonly PersonColumn[]): string =>
  columns.map(({ field, column }) => `${alias}.${column} as "${field}"`).join(", ");
