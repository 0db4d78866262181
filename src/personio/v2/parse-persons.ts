import { z } from "zod";
import { readRecordId } from "../record-id.ts";

/** A person or an employment as it came. What is in it is looked at field by field, so that absent stays absent. */
export type Fields = Readonly<Record<string, unknown>>;

export type Person = { readonly id: string; readonly fields: Fields };

const fields = z.record(z.string(), z.unknown());

/**
 * `GET /v2/persons/{id}`, and each record of a page. One without an id makes its whole page unreadable: it can be neither kept
 * nor counted, and to leave it out would look as if that person had left.
 */
export const personAnswer = fields.transform((person, context): Person => {
  const id = readRecordId(person.id);
  if (id !== null) return { id, fields: person };
  context.addIssue({ code: "custom", path: ["id"], message: "expected an id" });
  return z.NEVER;
});

/** Most recent first, and one in practice: Personio keeps a profile for each employment. */
export const newestEmployment = z
  .object({ _data: z.array(fields) })
  .transform(({ _data }): Fields | null => _data[0] ?? null);
