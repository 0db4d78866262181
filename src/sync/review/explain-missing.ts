import type { SkippedEmployee } from "../runs/skipped-employee.ts";
import type { Account } from "./idp-only-users.repository.ts";

export type Found = {
  readonly person: { readonly status: string } | null;
  readonly rows: readonly Pick<SkippedEmployee, "reason" | "message" | "help" | "hasLeft">[];
  /** The account at the identity provider with this address. */
  readonly account: Account | null;
  /** When a sync last succeeded; null if none has. */
  readonly lastSucceededAt: Date | null;
};

export type Explanation = { readonly message: string; readonly help: string };

/** The message and the help for what was found. Pure. */
export function explainMissing(found: Found): Explanation {
  const { person, rows, account, lastSucceededAt } = found;
  const [row] = rows;
  const excluded = rows.find(({ reason }) => reason === "EXCLUDED");
  if (excluded) return excluded;
  if (person?.status === "INACTIVE") return withAccount(LEAVER, account);
  if (person && row)
    return { message: `The person is in the directory, but not complete: ${row.message}`, help: row.help };
  if (person) return { message: "The person is in the directory.", help: "Nothing to do." };
  if (row) return row.hasLeft ? withAccount(row, account) : row;
  if (lastSucceededAt === null) {
    return {
      message: "No sync has succeeded yet, so the directory is empty.",
      help: "Connect Personio and finish the setup; personioIntegration shows its state.",
    };
  }
  if (account) return explainAccount(account, lastSucceededAt);
  return {
    message: `Personio's list had no such person at the last successful sync (${lastSucceededAt.toISOString()}).`,
    help:
      "Check the address or id in Personio. If the profile is new, sync now with syncPersonio. If the " +
      "person is still missing after that, check that the profile is in the same Personio account.",
  };
}

const LEAVER: Explanation = {
  message: "The person is in the directory as a leaver, so lists leave them out.",
  help:
    "Query people with filter.statuses: [INACTIVE]. If the person still works here, correct the status " +
    "in Personio.",
};

/** A leaver whose account is open is a risk. */
function withAccount({ message, help }: Explanation, account: Account | null): Explanation {
  if (!account?.active || !account.isMatching) return { message, help };
  return {
    message: `${message} The account at the identity provider is still active.`,
    help: `${help} If the person has left, close the account at the identity provider.`,
  };
}

function explainAccount({ active, isMatching }: Account, lastSucceededAt: Date): Explanation {
  const state = active ? "An active account" : "An inactive account";
  if (!isMatching) {
    return {
      message:
        `${state} at the identity provider has this user name, with another work email or none. Personio's list had ` +
        `no person with this address at the last successful sync (${lastSucceededAt.toISOString()}).`,
      help:
        "An account and a person match by work email. Look the person up by the address in Personio, or give the account " +
        "that work email at the identity provider.",
    };
  }
  return {
    message:
      `${state} at the identity provider has this address, but Personio's list had no such person at the last ` +
      `successful sync (${lastSucceededAt.toISOString()}).`,
    help:
      "If the person works here, create the profile in Personio, or correct Email on it; the next sync adds the person. A " +
      "service account or a guest needs no profile. Otherwise close the account at the identity provider.",
  };
}
