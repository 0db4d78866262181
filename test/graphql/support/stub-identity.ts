import { administratorOfDefault, type Identify, type Viewer } from "../../../src/access/viewer.ts";
import { ActionableError } from "../../../src/errors.ts";

export const UNAUTHENTICATED = new ActionableError(
  "UNAUTHENTICATED",
  "The token is not accepted.",
  "Sign in.",
);

/** Tokens without signatures: tests of the transports decide which are accepted, and with which rights. */
export function createStubIdentity() {
  const viewers = new Map<string, Viewer | Error>();
  let failure: Error | null = null;
  const asked: (string | undefined)[] = [];

  const identify: Identify = async ({ authorization }) => {
    asked.push(authorization);
    // As a database would: later messages of a socket arrive before the answer.
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (failure) throw failure;
    const known = viewers.get(authorization ?? "");
    if (known instanceof Error || known === undefined) throw known ?? UNAUTHENTICATED;
    return known;
  };
  return {
    identify,
    /** Every credential that was presented, in order. */
    asked,
    /** Accepts a token, by default one of a person with every scope. Returns the value of `Authorization`. */
    accept(token: string, rights: Partial<Viewer> = {}): string {
      const viewer = { ...administratorOfDefault, authIsOff: false, subject: token, ...rights };
      viewers.set(`Bearer ${token}`, viewer);
      return `Bearer ${token}`;
    },
    reject(token: string, error: Error = UNAUTHENTICATED): string {
      viewers.set(`Bearer ${token}`, error);
      return `Bearer ${token}`;
    },
    fail(error: Error | null): void {
      failure = error;
    },
  };
}
