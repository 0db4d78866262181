import { describe, expect, test } from "vitest";
import { failed, type Outcome } from "../../../src/personio/http/fault.ts";
import type { Turn } from "../../../src/personio/http/persist.ts";
import { createTokenSource, type Token } from "../../../src/personio/http/token.ts";
import { createSkippingTime } from "../skipping-time.ts";

const turn: Turn = { signal: undefined, deadlineMs: 1_000 };

/** Signs in when told to: each sign-in waits for `land` with the next token. */
function signInDesk({ expiresInSeconds = 86_400 } = {}) {
  const flights: { turn: Turn; land: (outcome: Outcome<Token>) => void }[] = [];
  return {
    flights,
    signIn: (asked: Turn) =>
      new Promise<Outcome<Token>>((resolve, reject) => {
        // Late, as a connection does: whoever comes meanwhile must not board a flight that is going down.
        asked.signal?.addEventListener("abort", () => setTimeout(reject, 20, asked.signal?.reason));
        flights.push({ turn: asked, land: resolve });
      }),
    land: (index: number, value: string) =>
      flights[index]?.land({ ok: true, value: { value, expiresInSeconds } }),
  };
}

describe("A token source", () => {
  test("signs in once for everybody who asks meanwhile, and keeps the token", async () => {
    const desk = signInDesk();
    const tokens = createTokenSource(desk.signIn, createSkippingTime());
    const asking = Promise.all([tokens.get(turn), tokens.get(turn), tokens.get(turn)]);
    desk.land(0, "papi-1");
    expect(await asking).toEqual(Array(3).fill({ ok: true, value: "papi-1" }));
    expect(await tokens.get(turn)).toEqual({ ok: true, value: "papi-1" });
    expect(desk.flights).toHaveLength(1);
  });

  test("replaces a token at 90 % of its life", async () => {
    const time = createSkippingTime();
    const desk = signInDesk();
    const tokens = createTokenSource(desk.signIn, time);
    const first = tokens.get(turn);
    desk.land(0, "papi-1");
    await first;

    time.advance(0.9 * 86_400_000 - 1);
    expect(await tokens.get(turn)).toEqual({ ok: true, value: "papi-1" });
    time.advance(1);
    const second = tokens.get(turn);
    desk.land(1, "papi-2");
    expect(await second).toEqual({ ok: true, value: "papi-2" });
  });

  test.each([0, -60, 1])(
    "keeps a token that claims to live %i seconds for most of a minute",
    async (expiresInSeconds) => {
      const time = createSkippingTime();
      const desk = signInDesk({ expiresInSeconds });
      const tokens = createTokenSource(desk.signIn, time);
      const first = tokens.get(turn);
      desk.land(0, "papi-1");
      await first;
      time.advance(50_000);
      await tokens.get(turn);
      expect(desk.flights).toHaveLength(1);
    },
  );

  test("renews once for all who were refused with the same token (A3)", async () => {
    const desk = signInDesk();
    const tokens = createTokenSource(desk.signIn, createSkippingTime());
    const first = tokens.get(turn);
    desk.land(0, "papi-1");
    await first;

    const renewing = Promise.all([tokens.renew("papi-1", turn), tokens.renew("papi-1", turn)]);
    desk.land(1, "papi-2");
    expect(await renewing).toEqual(Array(2).fill({ ok: true, value: "papi-2" }));
    // This one's request was on its way when the others renewed.
    expect(await tokens.renew("papi-1", turn)).toEqual({ ok: true, value: "papi-2" });
    expect(desk.flights).toHaveLength(2);
  });

  test("does not remember a failure", async () => {
    const desk = signInDesk();
    const tokens = createTokenSource(desk.signIn, createSkippingTime());
    const refused = failed("POST /v1/auth", { kind: "UPSTREAM_ERROR", found: "expected 200, found 503" });
    const first = tokens.get(turn);
    desk.flights[0]?.land(refused);
    expect(await first).toEqual(refused);
    const second = tokens.get(turn);
    desk.land(1, "papi-1");
    expect(await second).toEqual({ ok: true, value: "papi-1" });
  });

  test("lets one caller leave without taking the sign-in from the others", async () => {
    const desk = signInDesk();
    const tokens = createTokenSource(desk.signIn, createSkippingTime());
    const reason = new Error("no longer wanted");
    const leaving = new AbortController();
    const one = tokens.get({ ...turn, signal: leaving.signal });
    const other = tokens.get(turn);
    leaving.abort(reason);
    await expect(one).rejects.toBe(reason);
    expect(desk.flights[0]?.turn.signal?.aborted).toBe(false);
    desk.land(0, "papi-1");
    expect(await other).toEqual({ ok: true, value: "papi-1" });
  });

  test("stops signing in when the last caller has left, and starts afresh for the next", async () => {
    const desk = signInDesk();
    const tokens = createTokenSource(desk.signIn, createSkippingTime());
    const leaving = new AbortController();
    const only = tokens.get({ ...turn, signal: leaving.signal });
    leaving.abort();
    await expect(only).rejects.toThrow();
    expect(desk.flights[0]?.turn.signal?.aborted).toBe(true);
    const next = tokens.get(turn);
    desk.land(1, "papi-2");
    expect(await next).toEqual({ ok: true, value: "papi-2" });
  });
});
