/**
 * What an identity provider says about fields of a person. A missing key: it does not have the field. Null:
 * it has the field, and the field is empty.
 */
export type Offered = {
  readonly displayName?: string | null;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly position?: string | null;
  /** The name of a department. */
  readonly department?: string | null;
  readonly employeeId?: string | null;
  /** The id of a user of the identity provider, who may not exist. */
  readonly supervisor?: string | null;
};
