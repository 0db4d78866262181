import { ADMIN_SCOPE, SCOPES, type Scope } from "../access/viewer.ts";
import { ActionableError, badUserInput } from "../errors.ts";
import { composeText } from "../request/compose-text.ts";

/** Fits a column of a table; descriptions belong elsewhere. */
export const NAME_LENGTH_MAX = 100;

/** Characters that a list cannot show, or that would disguise another name. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

export type NewServiceToken = {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | null;
};

type Given = {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: Date | null | undefined;
};

/** Who creates the token: what it may pass on, until when, and when it is. */
type Creation = {
  readonly granted: ReadonlySet<Scope>;
  /** The end of the service token that creates it; null for a user, whose tokens are short. */
  readonly endsBy: Date | null;
  readonly now: Date;
};

/**
 * The token that a caller wants to create, in its stored form. Pure.
 *
 * @throws BAD_USER_INPUT for an argument that is not allowed. FORBIDDEN for a scope that the creator lacks,
 * and for an end after the creator's own.
 */
export function checkServiceToken(given: Given, { granted, endsBy, now }: Creation): NewServiceToken {
  const name = checkName(given.name);
  const scopes = checkScopes(given.scopes);
  const expiresAt = given.expiresAt ?? null;
  if (expiresAt && !(expiresAt > now)) {
    throw badUserInput(
      "`expiresAt` must be in the future.",
      "Give a later time, or leave it out for a token without an end.",
    );
  }
  const lacking = scopes.filter((scope) => !granted.has(scope));
  if (lacking.length > 0) throw escalation(lacking);
  if (endsBy && !(expiresAt && expiresAt <= endsBy)) throw outlives();
  return { name, scopes, expiresAt };
}

function checkName(given: string): string {
  const name = composeText(given.trim());
  if (name === "" || name.length > NAME_LENGTH_MAX || UNSEEN.test(name)) {
    throw badUserInput(
      `\`name\` must have 1 to ${NAME_LENGTH_MAX} visible characters.`,
      "Name the program that uses the token, such as payroll export.",
    );
  }
  return name;
}

/** In the order of SCOPES, each once. */
function checkScopes(given: readonly string[]): Scope[] {
  const known: readonly string[] = SCOPES;
  if (given.length === 0 || given.some((scope) => !known.includes(scope))) {
    throw badUserInput(
      given.length === 0
        ? "`scopes` must name at least one scope."
        : "`scopes` contains a text that is not a scope.",
      `The scopes are ${SCOPES.join(", ")}. None includes another.`,
    );
  }
  return SCOPES.filter((scope) => given.includes(scope));
}

const escalation = (lacking: readonly Scope[]): ActionableError =>
  new ActionableError(
    "FORBIDDEN",
    `You cannot give a token a scope that you do not have: ${lacking.join(", ")}.`,
    `Leave it out, or let a user with that scope and ${ADMIN_SCOPE} create the token.`,
  );

const outlives = (): ActionableError =>
  new ActionableError(
    "FORBIDDEN",
    "A token cannot create one that ends later than itself.",
    "Give `expiresAt` up to the end of your token, or let a user create the token.",
  );

export const nameIsTaken = (): ActionableError =>
  badUserInput(
    "Another service token has this name.",
    "Choose another name, or revoke the other token with revokeServiceToken.",
    "TOKEN_NAME_TAKEN",
  );
