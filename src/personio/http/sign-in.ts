import { z } from "zod";
import type { Credentials } from "../employee.ts";
import type { Failure } from "./failure.ts";
import type { PersonioRequest } from "./send-request.ts";
import type { Token } from "./token.ts";

/** How one version of the API issues a token for a credential. */
export type SignIn = {
  readonly request: PersonioRequest;
  readonly schema: z.ZodType<Token>;
  /** At the sign-in, "not authorised" is not about rights: Personio refuses the credential itself. */
  readonly explain: (failure: Failure) => Failure;
};

// Printable, because the token becomes a header, and errors about an invalid header may quote it.
const tokenText = z.string().regex(/^[\x21-\x7e]{1,4096}$/);

// If the lifetime is missing, the sign-in succeeds, and the token is used for a minute.
const tokenLife = z.number().catch(0);

// VERIFY(personio): the statuses of a wrong pair are not all documented, so the three that others met count
// as one.
const WRONG_CREDENTIAL_STATUSES: readonly (number | undefined)[] = [400, 401, 403];

const isWrongCredential = ({ status }: Failure): boolean => WRONG_CREDENTIAL_STATUSES.includes(status);

const schemaV1 = z
  .object({ success: z.literal(true), data: z.object({ token: tokenText, expires_in: tokenLife }) })
  .transform(({ data }): Token => ({ value: data.token, expiresInSeconds: data.expires_in }));

/**
 * Always in the body: from December 2026 Personio refuses credentials in the query, where proxies would log
 * them.
 */
export const signInV1 = ({ clientId, clientSecret }: Credentials): SignIn => ({
  request: {
    method: "POST",
    path: "/v1/auth",
    body: { json: { client_id: clientId, client_secret: clientSecret } },
  },
  schema: schemaV1,
  explain: (failure) => (isWrongCredential(failure) ? { ...failure, kind: "CREDENTIALS_REFUSED" } : failure),
});

const schemaV2 = z
  .object({ access_token: tokenText, expires_in: tokenLife })
  .transform((token): Token => ({ value: token.access_token, expiresInSeconds: token.expires_in }));

/**
 * OAuth's client credentials, in a form and nowhere else. Without a `scope` the token gets all rights of the
 * credential; the scopes for org units, workplaces and legal entities are not documented.
 */
export const signInV2 = ({ clientId, clientSecret }: Credentials): SignIn => ({
  request: {
    method: "POST",
    path: "/v2/auth/token",
    body: {
      form: { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret },
    },
  },
  schema: schemaV2,
  explain: explainV2,
});

/** Nearly every error has the status 400, so OAuth's error code decides if it is known. */
function explainV2(failure: Failure): Failure {
  if (failure.httpError === "TRY_LATER") return { ...failure, kind: "UPSTREAM_ERROR" };
  if (failure.httpError === "REQUEST_REFUSED") return { ...failure, kind: "UPSTREAM_REFUSED" };
  return isWrongCredential(failure) ? { ...failure, kind: "CREDENTIALS_REFUSED" } : failure;
}
