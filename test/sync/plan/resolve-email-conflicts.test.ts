import fc from "fast-check";
import { expect, test } from "vitest";
import { type EmailClaim, resolveEmailConflicts } from "../../../src/sync/plan/resolve-email-conflicts.ts";
import { measureCpuSlowness } from "../../support/slowness.ts";

const claim = (personioId: string, wants: string | null, holds: string | null): EmailClaim => ({
  personioId,
  wants,
  holds,
});

test("the holder of an address keeps it, and the newcomer's claim loses to them", () => {
  expect(resolveEmailConflicts([claim("1", "a", "a"), claim("2", "a", null)])).toEqual(new Map([["2", "1"]]));
});

test("the rival of each newcomer is the holder, not another newcomer", () => {
  const claims = [claim("2", "a", null), claim("3", "a", null), claim("1", "a", "a")];
  expect(resolveEmailConflicts(claims)).toEqual(
    new Map([
      ["2", "1"],
      ["3", "1"],
    ]),
  );
});

test("of two newcomers with one address, neither gets it", () => {
  const rivals = resolveEmailConflicts([claim("1", "a", null), claim("2", "a", null)]);
  expect(rivals).toEqual(
    new Map([
      ["1", "2"],
      ["2", "1"],
    ]),
  );
});

test("two people may swap their addresses", () => {
  expect(resolveEmailConflicts([claim("1", "b", "a"), claim("2", "a", "b")])).toEqual(new Map());
});

test("an address that its holder gives up is free for one other", () => {
  expect(resolveEmailConflicts([claim("1", "b", "a"), claim("2", "a", null)])).toEqual(new Map());
});

test("a person who cannot get a new address keeps the old one, and the person who wanted that one loses", () => {
  const rivals = resolveEmailConflicts([claim("1", "a", "a"), claim("2", "a", "b"), claim("3", "b", null)]);
  expect(rivals).toEqual(
    new Map([
      ["2", "1"],
      ["3", "2"],
    ]),
  );
});

test("a person missing from the snapshot keeps the address until they have left", () => {
  expect(resolveEmailConflicts([claim("1", null, "a"), claim("2", "a", null)])).toEqual(
    new Map([["2", "1"]]),
  );
});

test("ten thousand addresses that are shifted by one are decided without a pause", () => {
  const shifted = Array.from({ length: 10_000 }, (_, place) =>
    claim(String(place), `a${place + 1}`, `a${place}`),
  );
  const last = claim("last", "a10000", "a10000");
  const before = process.threadCpuUsage();
  expect(resolveEmailConflicts([...shifted, last]).size).toBe(10_000);
  const { user, system } = process.threadCpuUsage(before);
  // Looking at each address in each round took 30 s.
  expect((user + system) / 1_000 / measureCpuSlowness()).toBeLessThan(1_000);
});

test("for any claims, no two people share an address, and only people with a rival lose", () => {
  const address = fc.option(fc.constantFrom("a", "b", "c", "d"), { nil: null });
  const company = fc
    .array(fc.tuple(address, address), { maxLength: 8 })
    .map((pairs) => pairs.map(([wants, holds], index) => claim(String(index), wants, holds)))
    // Before the run, no two people share an address.
    .map((claims) => claims.map((one, index) => (heldBefore(claims, index) ? { ...one, holds: null } : one)));

  fc.assert(
    fc.property(company, (claims) => {
      const rivalOf = resolveEmailConflicts(claims);
      const ends = claims.map((one) => (rivalOf.has(one.personioId) ? one.holds : (one.wants ?? one.holds)));
      const taken = ends.filter((email) => email !== null);
      expect(new Set(taken).size).toBe(taken.length);
      for (const [loser, rival] of rivalOf) {
        const wanted = claims.find((one) => one.personioId === loser)?.wants;
        const other = claims.find((one) => one.personioId === rival);
        expect([other?.wants, other?.holds]).toContain(wanted);
      }
    }),
  );
});

const heldBefore = (claims: readonly EmailClaim[], index: number): boolean =>
  claims.slice(0, index).some((one) => one.holds !== null && one.holds === claims[index]?.holds);
