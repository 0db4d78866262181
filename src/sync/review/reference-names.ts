import type { PersonRecord } from "../../people/write/person-record.ts";

/** Fields of a record that hold Personio's id of something that has a name. */
export const REFERENCE_FIELDS = [
  "departmentPersonioId",
  "officePersonioId",
  "legalEntityPersonioId",
  "supervisorPersonioId",
] as const satisfies readonly (keyof PersonRecord)[];
export type ReferenceField = (typeof REFERENCE_FIELDS)[number];

/** By field and id. */
export type ReferenceNames = ReadonlyMap<string, string>;

type Fields = Readonly<Record<string, unknown>>;

/** The fields with, beside each id, the name that goes with it where it is known: `department` beside `departmentPersonioId`. Pure. */
export const withNames = (fields: Fields, names: ReferenceNames): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([field, id]) => {
      const name = names.get(`${field} ${id}`);
      const named = field.replace(/PersonioId$/, "");
      return name === undefined
        ? [[field, id]]
        : [
            [field, id],
            [named, name],
          ];
    }),
  );
