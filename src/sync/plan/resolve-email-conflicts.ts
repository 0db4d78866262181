/**
 * One person's claim on a work email: the address that the record wants, and the one that the person holds
 * now. `holds` is null for a newcomer and for a leaver.
 */
export type EmailClaim = {
  readonly personioId: string;
  readonly wants: string | null;
  readonly holds: string | null;
};

/**
 * Decides which claims lose to a rival: personioId → the personioId of the rival.
 *
 * The function never guesses between two rivals. The person who holds the address and still wants it keeps
 * it; all others who want it lose. A loser in the directory keeps the former address, which a third person
 * may want, so the loop repeats until nothing changes. Two people who swap addresses are not rivals: each
 * wanted address is unique.
 *
 * Pure. `claims` must contain all people who want or hold any of the addresses. Each round looks only at the
 * addresses that losers of the last one keep. A file imported one row off shifts the addresses of a whole
 * company.
 */
export function resolveEmailConflicts(claims: readonly EmailClaim[]): Map<string, string> {
  const rivalOf = new Map<string, string>();
  const claimantsOf = groupByEmail(claims);
  for (let due = [...claimantsOf.keys()]; due.length > 0; ) {
    const losers: EmailClaim[] = [];
    for (const email of due) {
      const claimants = claimantsOf.get(email) ?? [];
      const keeper = claimants.find((claim) => claim.holds === email && effective(claim, rivalOf) === email);
      for (const claim of claimants) {
        const rival = claimants.find((other) => other !== claim);
        if (!rival || claim === keeper || rivalOf.has(claim.personioId)) continue;
        rivalOf.set(claim.personioId, (keeper ?? rival).personioId);
        losers.push(claim);
      }
    }
    due = losers.flatMap((loser) => keepAddress(loser, claimantsOf));
  }
  return rivalOf;
}

/** The address after the run; null for a newcomer who lost: they stay outside and block no other claim. */
function effective(claim: EmailClaim, rivalOf: ReadonlyMap<string, string>): string | null {
  if (rivalOf.has(claim.personioId)) return claim.holds;
  return claim.wants ?? claim.holds;
}

/**
 * Groups the claims by the address that they want, or hold if they want none. A newcomer who lost still
 * competes with other newcomers: if two records want one address, dropping the first must not give it to the
 * second.
 */
function groupByEmail(claims: readonly EmailClaim[]): Map<string, EmailClaim[]> {
  const groups = new Map<string, EmailClaim[]>();
  for (const claim of claims) addTo(groups, claim.wants ?? claim.holds, claim);
  return groups;
}

/** A loser in the directory competes for the address that they keep, too. Returns that address. */
function keepAddress(loser: EmailClaim, claimantsOf: Map<string, EmailClaim[]>): string[] {
  if (loser.holds === null || loser.holds === loser.wants) return [];
  addTo(claimantsOf, loser.holds, loser);
  return [loser.holds];
}

function addTo(groups: Map<string, EmailClaim[]>, email: string | null, claim: EmailClaim): void {
  if (email === null) return;
  const group = groups.get(email);
  if (group) group.push(claim);
  else groups.set(email, [claim]);
}
