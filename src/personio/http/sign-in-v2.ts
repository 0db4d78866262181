import { z } from "zod";
import type { Credentials } from "../employee.ts";
import type { Fault } from "./fault.ts";
import { isWrongPair, type SignIn, tokenLife, tokenText } from "./sign-in.ts";
import type { Token } from "./token.ts";

const answer = z
  .object({ access_token: tokenText, expires_in: tokenLife })
  .transform((token): Token => ({ value: token.access_token, expiresInSeconds: token.expires_in }));

/**
 * OAuth's client credentials, in a form and nowhere else. No `scope` is asked for, which gives all that the credential has:
 * the names of those for org units, workplaces and legal entities are not documented.
 */
export const signInV2 = ({ clientId, clientSecret }: Credentials): SignIn => ({
  request: {
    method: "POST",
    path: "/v2/auth/token",
    body: {
      form: { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret },
    },
  },
  answer,
  explain,
});

/** The status is 400 for nearly everything, so OAuth's own word for the error decides where it is known. */
function explain(fault: Fault): Fault {
  if (fault.problem === "TRY_LATER") return { ...fault, kind: "UPSTREAM_ERROR" };
  if (fault.problem === "REQUEST_REFUSED") return { ...fault, kind: "UPSTREAM_REFUSED" };
  return isWrongPair(fault) ? { ...fault, kind: "CREDENTIALS_REFUSED" } : fault;
}
