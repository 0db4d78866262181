import { z } from "zod";
import type { Credentials } from "./employee.ts";
import type { PersonioRequest } from "./http/exchange.ts";
import type { Fault } from "./http/fault.ts";
import type { Token } from "./token.ts";

/** Always in the body: from December 2026 Personio refuses credentials in the query, where proxies would keep them. */
export const signInRequest = ({ clientId, clientSecret }: Credentials): PersonioRequest => ({
  method: "POST",
  path: "/v1/auth",
  body: { client_id: clientId, client_secret: clientSecret },
});

export const signInAnswer = z
  .object({
    success: z.literal(true),
    data: z.object({
      // Printable, because it becomes a header: `fetch` quotes a header that it cannot send in its error.
      token: z.string().regex(/^[\x21-\x7e]{1,4096}$/),
      // Not worth failing for: a token whose life is not known is used for a minute.
      expires_in: z.number().catch(0),
    }),
  })
  .transform(({ data }): Token => ({ value: data.token, expiresInSeconds: data.expires_in }));

// VERIFY(personio): the status of a wrong pair is not documented, so all three that others met count as one.
const WRONG_PAIR_STATUSES: readonly (number | undefined)[] = [400, 401, 403];

/** At the sign-in, "not authorised" is not about rights: the pair itself was refused. */
export const asSignInFault = (fault: Fault): Fault =>
  WRONG_PAIR_STATUSES.includes(fault.status) ? { ...fault, kind: "CREDENTIALS_REFUSED" } : fault;
