import type pg from "pg";

/** Makes the object of a row from the texts of its columns. */
export type ReadRow = (values: readonly (string | null)[]) => unknown;

/** For statements without rows. */
export const NO_ROWS: ReadRow = () => undefined;

/** Reads the rows of a description with the client's types, in one shape. */
export function createReadRow(fields: readonly pg.FieldDef[], client: pg.Client): ReadRow {
  const columns = fields.map(({ name, dataTypeID }) => ({
    name,
    parse: client.getTypeParser(dataTypeID, "text") as (value: string) => unknown,
  }));
  const empty: Record<string, unknown> = Object.fromEntries(columns.map(({ name }) => [name, null]));
  return (values) => {
    const row = { ...empty };
    for (const [place, { name, parse }] of columns.entries()) {
      const value = values[place];
      if (value != null) row[name] = parse(value);
    }
    return row;
  };
}
