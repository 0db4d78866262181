import { GraphQLError, GraphQLScalarType, Kind } from "graphql";

/** RFC 5321 allows 254 characters in an address; one that is longer cannot receive mail. */
const EMAIL_LENGTH_MAX = 254;

// Enough to catch a name or a number in the wrong argument. What a company's mail server accepts is not ours
// to judge.
const EMAIL = /^[^\s@\p{Cc}\p{Cs}]+@[^\s@\p{Cc}\p{Cs}]+$/u;

/**
 * The one form in which a work email is stored, served and compared: trimmed, Unicode NFC, lower-cased. Null
 * when the text cannot be an email address.
 */
export function normalizeEmail(text: string): string | null {
  const email = text.trim().normalize("NFC").toLowerCase();
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
    "An email address. Upper and lower case do not matter in arguments; answers are lower-cased, in Unicode " +
    "NFC.",
  serialize: (value) => String(value),
  parseValue: parseEmail,
  parseLiteral: (node) => parseEmail(node.kind === Kind.STRING ? node.value : undefined),
});
