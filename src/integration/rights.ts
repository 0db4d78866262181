import { ActionableError } from "../errors.ts";
import type { Attribute, CallOptions, MissingRight, PersonioAccount } from "../personio/employee.ts";
import type { PersonioProblem } from "./personio-problem.ts";

/** A part of Personio's API that the credential may not read, as it is stored with the integration. */
export type StoredMissingRight = {
  readonly asked: string;
  /** The attributes that cannot be read without it, by key. */
  readonly attributes: readonly string[];
  readonly reason: PersonioProblem;
};

/** What a credential may read, and what Personio refuses it, at one look. */
export type Rights = {
  readonly attributes: readonly Attribute[];
  readonly missingRights: readonly StoredMissingRight[];
};

/**
 * Looks at Personio. Where the attributes can only be told by the people who come, and nobody does, `known` still stands: a company that
 * looks empty says nothing about rights.
 *
 * @throws PERSONIO_SNAPSHOT_EMPTY when nobody comes and nothing is known.
 */
export async function readRights(
  account: PersonioAccount,
  { known, ...call }: CallOptions & { readonly known?: readonly Attribute[] } = {},
): Promise<Rights> {
  const attributes = await account.readAttributes(call).catch((error: unknown) => {
    const nobodyCame = error instanceof ActionableError && error.code === "PERSONIO_SNAPSHOT_EMPTY";
    if (nobodyCame && known) return known;
    throw error;
  });
  return { attributes, missingRights: (await account.readMissingRights(call)).map(storedMissingRight) };
}

/** An error is no plain value: what is worth keeping of it. */
const storedMissingRight = ({
  asked,
  attributes,
  reason: { code, message, help },
}: MissingRight): StoredMissingRight => ({
  asked,
  attributes,
  reason: { code, message, help },
});
