import { z } from "zod";
import type { PersonioRequest } from "./exchange.ts";
import type { Fault } from "./fault.ts";
import type { Token } from "./token.ts";

/** How one version of the API gives a token for a pair of credentials. */
export type SignIn = {
  readonly request: PersonioRequest;
  readonly answer: z.ZodType<Token>;
  /** At the sign-in, "not authorised" is not about rights: the pair itself was refused. */
  readonly explain: (fault: Fault) => Fault;
};

// Printable, because it becomes a header: `fetch` quotes a header that it cannot send in its error.
export const tokenText = z.string().regex(/^[\x21-\x7e]{1,4096}$/);

// Not worth failing for: a token whose life is not known is used for a minute.
export const tokenLife = z.number().catch(0);

// VERIFY(personio): the statuses of a wrong pair are not all documented, so the three that others met count as one.
const WRONG_PAIR_STATUSES: readonly (number | undefined)[] = [400, 401, 403];

export const isWrongPair = ({ status }: Fault): boolean => WRONG_PAIR_STATUSES.includes(status);
