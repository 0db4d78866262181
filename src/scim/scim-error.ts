/** The error types of RFC 7644, table 9. */
export type ScimType =
  | "invalidFilter"
  | "tooMany"
  | "uniqueness"
  | "mutability"
  | "invalidSyntax"
  | "invalidPath"
  | "noTarget"
  | "invalidValue"
  | "invalidVers"
  | "sensitive";

/** Why a request is refused. The identity provider reads the detail, so it never contains another's data. */
export class ScimError extends Error {
  override readonly name = "ScimError";

  constructor(
    readonly status: 400 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 501,
    readonly scimType: ScimType | null,
    detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

export const invalidValue = (detail: string): ScimError => new ScimError(400, "invalidValue", detail);
export const invalidSyntax = (detail: string): ScimError => new ScimError(400, "invalidSyntax", detail);
export const invalidPath = (detail: string): ScimError => new ScimError(400, "invalidPath", detail);
export const invalidFilter = (detail: string): ScimError => new ScimError(400, "invalidFilter", detail);

const ERROR_SCHEMA_ID = "urn:ietf:params:scim:api:messages:2.0:Error";

/** The body of an error (RFC 7644, section 3.12). */
export const errorBody = (status: number, detail: string, scimType: ScimType | null = null): object => ({
  schemas: [ERROR_SCHEMA_ID],
  status: String(status),
  ...(scimType !== null && { scimType }),
  detail,
});
