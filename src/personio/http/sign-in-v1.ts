import { z } from "zod";
import type { Credentials } from "../employee.ts";
import { isWrongPair, type SignIn, tokenLife, tokenText } from "./sign-in.ts";
import type { Token } from "./token.ts";

const answer = z
  .object({ success: z.literal(true), data: z.object({ token: tokenText, expires_in: tokenLife }) })
  .transform(({ data }): Token => ({ value: data.token, expiresInSeconds: data.expires_in }));

/** Always in the body: from December 2026 Personio refuses credentials in the query, where proxies would keep them. */
export const signInV1 = ({ clientId, clientSecret }: Credentials): SignIn => ({
  request: {
    method: "POST",
    path: "/v1/auth",
    body: { json: { client_id: clientId, client_secret: clientSecret } },
  },
  answer,
  explain: (fault) => (isWrongPair(fault) ? { ...fault, kind: "CREDENTIALS_REFUSED" } : fault),
});
