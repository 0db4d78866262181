import { describe, expect, test } from "vitest";
import { failed, type Result } from "../../../src/personio/http/failure.ts";
import type { Attempt } from "../../../src/personio/http/retry.ts";
import { createTokenSource, type Token } from "../../../src/personio/http/token.ts";
import { createSkippingTime } from "../skipping-time.ts";

const attempt: Attempt = { signal: undefined, deadlineMs: 1_000 };

/** Each sign-in waits until the test calls `land` with the next token. */
function signInDesk({ expiresInSeconds = 86_400 } = {}) {
  const flights: { attempt: Attempt; land: (result: Result<Token>) => void }[] = [];
  return {
    flights,
    signIn: (asked: Attempt) =>
      new Promise<Result<Token>>((resolve, reject) => {
        // Late, as a connection fails: a caller that arrives meanwhile must not join an aborted sign-in.
        asked.signal?.addEventListener("abort", () => setTimeout(reject, 20, asked.signal?.reason));
        flights.push({ attempt: asked, land: resolve });
      }),
    land: (index: number, value: string) =>
      flights[index]?.land({ ok: true, value: { value, expiresInSeconds } }),
  };
}

describe("A token source", () => {
  test("a token source signs in once for concurrent callers, and caches the token", async () => {
    const desk = signInDesk();
    const tokens = createTokenSource(desk.signIn, createSkippingTime());
    const asking = Promise.all([tokens.get(attempt), tokens.get(attempt), tokens.get(attempt)]);
    desk.land(0, "papi-1");
    expect(await asking).toEqual(Array(3).fill({ ok: true, value: "papi-1" }));
    expect(await tokens.get(attempt)).toEqual({ ok: true, value: "papi-1" });
    expect(desk.flights).toHaveLength(1);
  });

  test("a token source replaces a token after 90 % of its lifetime", async () => {
    const time = createSkippingTime();
    const desk = signInDesk();
    const tokens = createTokenSource(desk.signIn, time);
    const first = tokens.get(attempt);
    desk.land(0, "papi-1");
    await first;

    time.advance(0.9 * 86_400_000 - 1);
    expect(await tokens.get(attempt)).toEqual({ ok: true, value: "papi-1" });
    time.advance(1);
    const second = tokens.get(attempt);
    desk.land(1, "papi-2");
    expect(await second).toEqual({ ok: true, value: "papi-2" });
  });

  test.each([0, -60, 1])(
    "a token source keeps a token with a lifetime of %i seconds for most of a minute",
    async (expiresInSeconds) => {
      const time = createSkippingTime();
      const desk = signInDesk({ expiresInSeconds });
      const tokens = createTokenSource(desk.signIn, time);
      const first = tokens.get(attempt);
      desk.land(0, "papi-1");
      await first;
      time.advance(50_000);
      await tokens.get(attempt);
      expect(desk.flights).toHaveLength(1);
    },
  );

  test("a token source renews once for all callers with the same refused token (A3)", async () => {
    const desk = signInDesk();
    const tokens = createTokenSource(desk.signIn, createSkippingTime());
    const first = tokens.get(attempt);
    desk.land(0, "papi-1");
    await first;

    const renewing = Promise.all([tokens.renew("papi-1", attempt), tokens.renew("papi-1", attempt)]);
    desk.land(1, "papi-2");
    expect(await renewing).toEqual(Array(2).fill({ ok: true, value: "papi-2" }));
    // This caller's request was in progress when the others renewed.
    expect(await tokens.renew("papi-1", attempt)).toEqual({ ok: true, value: "papi-2" });
    expect(desk.flights).toHaveLength(2);
  });

  test("a token source does not cache a failure", async () => {
    const desk = signInDesk();
    const tokens = createTokenSource(desk.signIn, createSkippingTime());
    const refused = failed("POST /v1/auth", { kind: "UPSTREAM_ERROR", found: "expected 200, found 503" });
    const first = tokens.get(attempt);
    desk.flights[0]?.land(refused);
    expect(await first).toEqual(refused);
    const second = tokens.get(attempt);
    desk.land(1, "papi-1");
    expect(await second).toEqual({ ok: true, value: "papi-1" });
  });

  test("a caller that aborts does not abort the sign-in of the others", async () => {
    const desk = signInDesk();
    const tokens = createTokenSource(desk.signIn, createSkippingTime());
    const reason = new Error("no longer wanted");
    const leaving = new AbortController();
    const one = tokens.get({ ...attempt, signal: leaving.signal });
    const other = tokens.get(attempt);
    leaving.abort(reason);
    await expect(one).rejects.toBe(reason);
    expect(desk.flights[0]?.attempt.signal?.aborted).toBe(false);
    desk.land(0, "papi-1");
    expect(await other).toEqual({ ok: true, value: "papi-1" });
  });

  test("the sign-in is aborted with its last caller, and the next caller starts a new one", async () => {
    const desk = signInDesk();
    const tokens = createTokenSource(desk.signIn, createSkippingTime());
    const leaving = new AbortController();
    const only = tokens.get({ ...attempt, signal: leaving.signal });
    leaving.abort();
    await expect(only).rejects.toThrow();
    expect(desk.flights[0]?.attempt.signal?.aborted).toBe(true);
    const next = tokens.get(attempt);
    desk.land(1, "papi-2");
    expect(await next).toEqual({ ok: true, value: "papi-2" });
  });
});
