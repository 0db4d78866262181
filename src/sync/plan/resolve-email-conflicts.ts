/**
 * One claim on a work email: what the current record of a person wants to be, and what that person holds now.
 * `holds` is null for somebody who is not in the directory (or left it).
 */
export type EmailClaim = {
  readonly personioId: string;
  readonly wants: string | null;
  readonly holds: string | null;
};

/**
 * Decides who gets no new address because somebody else has it: personioId → the personioId of the rival.
 *
 * Neither of two rivals is guessed. Whoever holds the address already and still wants it keeps it; everybody else who wants it loses.
 * A loser who is in the directory keeps the address held before, which may in turn be what a third one wants: so it goes on
 * until nothing changes. Two people who swap addresses are not rivals: each want is unique.
 *
 * Pure. `claims` must hold everybody who wants or holds any of the addresses in question.
 */
export function resolveEmailConflicts(claims: readonly EmailClaim[]): Map<string, string> {
  const rivalOf = new Map<string, string>();
  for (let settled = false; !settled; ) {
    settled = true;
    for (const [email, claimants] of groupByEmail(claims, rivalOf)) {
      const keeper = claimants.find((claim) => claim.holds === email && effective(claim, rivalOf) === email);
      for (const claim of claimants) {
        const rival = claimants.find((other) => other !== claim);
        if (!rival || claim === keeper || rivalOf.has(claim.personioId)) continue;
        rivalOf.set(claim.personioId, (keeper ?? rival).personioId);
        settled = false;
      }
    }
  }
  return rivalOf;
}

/** The address somebody would end up with; null for a newcomer who lost: they stay outside and block nobody. */
function effective(claim: EmailClaim, rivalOf: ReadonlyMap<string, string>): string | null {
  if (rivalOf.has(claim.personioId)) return claim.holds;
  return claim.wants ?? claim.holds;
}

/**
 * Claimants by address. A newcomer who lost still counts against other newcomers: of two records that want one address,
 * dropping the first must not hand it to the second.
 */
function groupByEmail(
  claims: readonly EmailClaim[],
  rivalOf: ReadonlyMap<string, string>,
): Map<string, EmailClaim[]> {
  const groups = new Map<string, EmailClaim[]>();
  for (const claim of claims) {
    for (const email of new Set([claim.wants, effective(claim, rivalOf)])) {
      if (email === null) continue;
      const group = groups.get(email);
      if (group) group.push(claim);
      else groups.set(email, [claim]);
    }
  }
  return groups;
}
