import { GraphQLError, GraphQLScalarType, Kind } from "graphql";

/** RFC 5321 allows 254 characters in an address; one that is longer cannot receive mail. */
const EMAIL_LENGTH_MAX = 254;

/**
 * Characters that nobody can see or type: controls, format characters such as U+200B, U+00AD and U+FEFF, halves of surrogate pairs, what
 * Unicode has every font leave blank, and code points that are no characters. Copied along from a document, they make two addresses of one.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

export const withoutUnseen = (text: string): string => text.replace(UNSEEN, "");

// Enough to catch a name or a number in the wrong argument. What a company's mail server accepts is not ours
// to judge.
const EMAIL = /^[^\s@]+@[^\s@]+$/u;

/**
 * The one form in which a work email is stored, served and compared: without unseen characters, trimmed, Unicode NFC, lower-cased. Empty
 * when nothing is left. Cleaning a clean address changes nothing.
 */
// A capital may have no composed small letter where its own form was composed, so NFC comes last once more.
export const cleanEmail = (text: string): string =>
  withoutUnseen(text).trim().normalize("NFC").toLowerCase().normalize("NFC");

/**
 * Composing takes at most four characters for one. A longer text is no address: composing a run of 300,000 accents takes 20 seconds,
 * because Unicode sorts them (D19).
 */
const COMPOSED_FROM_MAX = 4;

/** The clean form; null when the text cannot be an email address. */
export function normalizeEmail(text: string): string | null {
  if (withoutUnseen(text).trim().length > COMPOSED_FROM_MAX * EMAIL_LENGTH_MAX) return null;
  const email = cleanEmail(text);
  return email.length <= EMAIL_LENGTH_MAX && EMAIL.test(email) ? email : null;
}

function parseEmail(value: unknown): string {
  const email = typeof value === "string" ? normalizeEmail(value) : null;
  if (email === null) throw new GraphQLError("EmailAddress must be text of the form name@domain.");
  return email;
}

/**
 * Checks what comes in and serves what is stored. (The EmailAddress of graphql-scalars also checks what goes
 * out: one `müller@firma.de` in a page and the whole page is null.)
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
