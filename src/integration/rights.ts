import { ActionableError } from "../errors.ts";
import type { Attribute, CallOptions, MissingRight, PersonioAccount } from "../personio/employee.ts";
import type { PersonioProblem } from "./personio-problem.ts";

/** A part of Personio's API that the credential may not read, as stored with the integration. */
export type StoredMissingRight = {
  readonly asked: string;
  /** The keys of the attributes that are lost without it. */
  readonly attributes: readonly string[];
  readonly reason: PersonioProblem;
};

/** What a credential may and may not read, as of one check. */
export type Rights = {
  readonly attributes: readonly Attribute[];
  readonly missingRights: readonly StoredMissingRight[];
};

/**
 * Checks the rights with Personio. If only people's records can show the attributes and there are none, it
 * returns `known`: an empty company proves nothing about rights.
 *
 * @throws PERSONIO_SNAPSHOT_EMPTY when there are no people and `known` is missing.
 */
export async function readRights(
  account: PersonioAccount,
  { known, ...call }: CallOptions & { readonly known?: readonly Attribute[] } = {},
): Promise<Rights> {
  const attributes = await account.readAttributes(call).catch((error: unknown) => {
    const isCompanyEmpty = error instanceof ActionableError && error.code === "PERSONIO_SNAPSHOT_EMPTY";
    if (isCompanyEmpty && known) return known;
    throw error;
  });
  return { attributes, missingRights: (await account.readMissingRights(call)).map(storedMissingRight) };
}

/** An error is not a plain value: this keeps its useful part. */
const storedMissingRight = ({
  asked,
  attributes,
  reason: { code, message, help, parameters },
}: MissingRight): StoredMissingRight => ({
  asked,
  attributes,
  reason: { code, message, help, parameters },
});
