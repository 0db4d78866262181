import { GraphQLError, GraphQLScalarType, Kind } from "graphql";

/** RFC 5321 allows 254 characters in an address; a longer one cannot receive mail. */
const EMAIL_LENGTH_MAX = 254;

/**
 * Characters that people can neither see nor type: controls, and format characters such as U+200B, U+00AD and
 * U+FEFF. Halves of surrogate pairs, characters that fonts must leave blank, and code points without a
 * character count too. Pasted with an address from a document, they would make it a different address.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

export const stripInvisible = (text: string): string => text.replace(INVISIBLE, "");

// Enough to catch a name or a number in the wrong argument. The company's mail server decides what it
// accepts.
const EMAIL = /^[^\s@]+@[^\s@]+$/u;

/**
 * The one form in which the service stores, serves and compares a work email: without invisible characters,
 * trimmed, Unicode NFC, lower-cased. Empty if nothing is left. Cleaning a clean address changes nothing.
 */
// Lower-casing can break NFC: a composed capital may have a small letter without a composed form. So NFC
// comes last once more.
export const cleanEmail = (text: string): string =>
  stripInvisible(text).trim().normalize("NFC").toLowerCase().normalize("NFC");

/**
 * Unicode composes at most four characters into one, so a longer text is not an address. Composing a run of
 * 300,000 accents takes 20 seconds, because Unicode sorts them (D19).
 */
const COMPOSED_FROM_MAX = 4;

/** The clean form; null when the text cannot be an email address. */
export function normalizeEmail(text: string): string | null {
  if (stripInvisible(text).trim().length > COMPOSED_FROM_MAX * EMAIL_LENGTH_MAX) return null;
  const email = cleanEmail(text);
  return email.length <= EMAIL_LENGTH_MAX && EMAIL.test(email) ? email : null;
}

function parseEmail(value: unknown): string {
  const email = typeof value === "string" ? normalizeEmail(value) : null;
  if (email === null) throw new GraphQLError("EmailAddress must be text of the form name@domain.");
  return email;
}

/**
 * Checks input, and serves stored values unchecked. (The EmailAddress of graphql-scalars also checks output:
 * one `müller@firma.de` in a page makes the whole page null.)
 */
export const EmailAddress = new GraphQLScalarType<string, string>({
  name: "EmailAddress",
  description:
    "An email address. In arguments, case and invisible characters do not matter. Answers are lower-case, " +
    "in Unicode NFC, without invisible characters.",
  serialize: (value) => String(value),
  parseValue: parseEmail,
  parseLiteral: (node) => parseEmail(node.kind === Kind.STRING ? node.value : undefined),
});
