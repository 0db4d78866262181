import { z } from "zod";
import { readRecordId } from "../http/record-id.ts";

/**
 * A person or an employment as received. Each reader checks its own field, so that absent fields stay absent.
 */
export type Fields = Readonly<Record<string, unknown>>;

export type PersonsPage = { readonly persons: readonly Person[]; readonly nameless: number };

export type Person = { readonly id: string; readonly fields: Fields };

const fields = z.record(z.string(), z.unknown());

/** `GET /v2/persons/{id}`. */
export const personResponse = fields.transform((person, context): Person => {
  const id = readRecordId(person.id);
  if (id !== null) return { id, fields: person };
  context.addIssue({ code: "custom", path: ["id"], message: "expected an id" });
  return z.NEVER;
});

/**
 * The persons of a page that have a readable id. One without it cannot be stored or named, so it is only
 * counted.
 */
export function readPersons(records: readonly unknown[]): PersonsPage {
  const persons = records.flatMap((record) => personResponse.safeParse(record).data ?? []);
  return { persons, nameless: records.length - persons.length };
}

/**
 * Most recent first. In practice there is one: Personio keeps a profile for each employment. An entry that is
 * not an object is left out.
 */
export const newestEmployment = z
  .object({ _data: z.array(z.unknown()) })
  .transform(({ _data }): Fields | null => {
    const [newest] = _data.flatMap((entry): Fields[] => {
      const { data } = fields.safeParse(entry);
      return data ? [data] : [];
    });
    return newest ?? null;
  });
