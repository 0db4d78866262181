import type { SkippedEmployee } from "../runs/skipped-employee.ts";
import type { Account } from "./idp-only-users.repository.ts";
import type { MissingState } from "./missing-state.ts";

export type Found = {
  readonly person: { readonly status: string } | null;
  readonly rows: readonly Pick<SkippedEmployee, "reason" | "message" | "help" | "hasLeft">[];
  /** The account at the identity provider with this address. */
  readonly account: Account | null;
  /** When a sync last succeeded; null if none has. */
  readonly lastSucceededAt: Date | null;
};

type Sentences = { readonly message: string; readonly help: string };

export type Explanation = Sentences & {
  readonly state: MissingState;
  /** Whether the account of a person who is missing or has left is active; null without one. */
  readonly accountIsActive: boolean | null;
};

/** The message and the help for what was found. Pure. */
export function explainMissing(found: Found): Explanation {
  const { person, rows, account, lastSucceededAt } = found;
  const [row] = rows;
  const excluded = rows.find(({ reason }) => reason === "EXCLUDED");
  if (excluded) return skipped(excluded);
  if (person?.status === "INACTIVE") return withAccount({ state: "LEAVER", ...LEAVER }, account);
  if (person && row)
    return {
      state: "INCOMPLETE",
      message: `The person is in the directory, but not complete: ${row.message}`,
      help: row.help,
      accountIsActive: null,
    };
  if (person)
    return {
      state: "IN_DIRECTORY",
      message: "The person is in the directory.",
      help: "Nothing to do.",
      accountIsActive: null,
    };
  if (row) return row.hasLeft ? withAccount(skipped(row), account) : skipped(row);
  if (lastSucceededAt === null) {
    return {
      state: "NEVER_SYNCED",
      accountIsActive: null,
      message: "No sync has succeeded yet, so the directory is empty.",
      help: "Connect Personio and finish the setup; personioIntegration shows its state.",
    };
  }
  if (account) return explainAccount(account, lastSucceededAt);
  return {
    state: "NOT_IN_PERSONIO",
    accountIsActive: null,
    message: `Personio's list had no such person at the last successful sync (${lastSucceededAt.toISOString()}).`,
    help:
      "Check the address or id in Personio. If the profile is new, sync now with syncPersonio. If the " +
      "person is still missing after that, check that the profile is in the same Personio account.",
  };
}

const skipped = ({ message, help }: Sentences): Explanation => ({
  state: "SKIPPED",
  message,
  help,
  accountIsActive: null,
});

const LEAVER: Sentences = {
  message: "The person is in the directory as a leaver, so lists leave them out.",
  help:
    "Query people with filter.statuses: [INACTIVE]. If the person still works here, correct the status " +
    "in Personio.",
};

/** A leaver whose account is open is a risk. */
function withAccount(
  { state, message, help }: Sentences & Pick<Explanation, "state">,
  account: Account | null,
): Explanation {
  if (!account?.active || !account.isMatching) return { state, message, help, accountIsActive: null };
  return {
    state,
    accountIsActive: true,
    message: `${message} The account at the identity provider is still active.`,
    help: `${help} If the person has left, close the account at the identity provider.`,
  };
}

function explainAccount({ active, isMatching }: Account, lastSucceededAt: Date): Explanation {
  const found = active ? "An active account" : "An inactive account";
  if (!isMatching) {
    return {
      state: "ACCOUNT_WITH_OTHER_EMAIL",
      accountIsActive: active,
      message:
        `${found} at the identity provider has this user name, with another work email or none. Personio's list had ` +
        `no person with this address at the last successful sync (${lastSucceededAt.toISOString()}).`,
      help:
        "An account and a person match by work email. Look the person up by the address in Personio, or give the account " +
        "that work email at the identity provider.",
    };
  }
  return {
    state: "ACCOUNT_ONLY",
    accountIsActive: active,
    message:
      `${found} at the identity provider has this address, but Personio's list had no such person at the last ` +
      `successful sync (${lastSucceededAt.toISOString()}).`,
    help:
      "If the person works here, create the profile in Personio, or correct Email on it; the next sync adds the person. A " +
      "service account or a guest needs no profile. Otherwise close the account at the identity provider.",
  };
}
