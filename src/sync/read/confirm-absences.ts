import type { PersonioAccount } from "../../personio/employee.ts";

/** A look-up takes a request each; more people than this are believed to be gone because two complete runs missed them. */
export const LOOK_UPS_MAX = 50;

/**
 * Of people whom two complete runs in a row have missed, those whose record Personio still has when it is asked for by id:
 * they have not left, whatever the list said.
 */
export async function findStillThere(
  account: PersonioAccount,
  personioIds: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const stillThere: string[] = [];
  for (const id of personioIds) {
    if ((await account.readEmployee(id, { signal })) !== null) stillThere.push(id);
  }
  return stillThere;
}
