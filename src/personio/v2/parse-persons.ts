import { z } from "zod";
import { readRecordId } from "../http/record-id.ts";

/** A person or an employment as it came. What is in it is looked at field by field, so that absent stays absent. */
export type Fields = Readonly<Record<string, unknown>>;

export type PersonsPage = { readonly persons: readonly Person[]; readonly nameless: number };

export type Person = { readonly id: string; readonly fields: Fields };

const fields = z.record(z.string(), z.unknown());

/** `GET /v2/persons/{id}`. */
export const personAnswer = fields.transform((person, context): Person => {
  const id = readRecordId(person.id);
  if (id !== null) return { id, fields: person };
  context.addIssue({ code: "custom", path: ["id"], message: "expected an id" });
  return z.NEVER;
});

/** Of a page, the persons who can be told apart. One without a readable id can be neither kept nor named: it is counted. */
export function readPersons(records: readonly unknown[]): PersonsPage {
  const persons = records.flatMap((record) => personAnswer.safeParse(record).data ?? []);
  return { persons, nameless: records.length - persons.length };
}

/** Most recent first, and one in practice: Personio keeps a profile for each employment. */
export const newestEmployment = z
  .object({ _data: z.array(fields) })
  .transform(({ _data }): Fields | null => _data[0] ?? null);
