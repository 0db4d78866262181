import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ActionableError } from "../../src/errors.ts";
import { shareTurn } from "../../src/graphql/request-turn.ts";
import {
  createTenantTurns,
  type EndTurn,
  type TakeTurn,
  type TurnKind,
} from "../../src/graphql/tenant-turns.ts";
import { eventually } from "../support/eventually.ts";

const OPERATION: TurnKind = { isEvent: false, isExpensive: false };
const EVENT: TurnKind = { isEvent: true, isExpensive: false };
const EXPENSIVE: TurnKind = { isEvent: false, isExpensive: true };

/** Takes turns, and records which tenants got one, in order. */
function startTaking(takeTurn: TakeTurn) {
  const started: { readonly who: string; readonly kind: TurnKind; readonly endTurn: EndTurn }[] = [];
  const refused: unknown[] = [];
  return {
    started,
    refused,
    order: () => started.map(({ who }) => who),
    kinds: () => started.map(({ kind }) => kind),
    async take(who: string, kind: TurnKind = OPERATION, left?: AbortSignal): Promise<void> {
      takeTurn(who, kind, left).then(
        (endTurn) => started.push({ who, kind, endTurn }),
        (error) => refused.push(error),
      );
      await wait(0);
    },
    async end(place: number): Promise<void> {
      started[place]?.endTurn();
      await wait(0);
    },
  };
}

describe("turns of tenants", () => {
  test("D18: a tenant that fills its turns and its queue delays no other tenant", async () => {
    const turns = startTaking(createTenantTurns({ turnsMax: 4, turnsPerTenant: 2 }));
    for (let sent = 0; sent < 100; sent += 1) await turns.take("loud");
    await turns.take("quiet");
    await turns.take("other");

    expect(turns.order()).toEqual(["loud", "loud", "quiet", "other"]);
  });

  test("D18: tenants that wait take the free turns in rotation, one operation each", async () => {
    const turns = startTaking(createTenantTurns({ turnsMax: 2, turnsPerTenant: 2 }));
    for (const who of ["a", "a", "a", "a", "a", "b", "c", "c"]) await turns.take(who);
    for (let place = 0; place < 6; place += 1) await turns.end(place);

    expect(turns.order()).toEqual(["a", "a", "a", "b", "c", "a", "c", "a"]);
  });

  test("D18: events of subscriptions wait beside the operations of their tenant, not before them", async () => {
    const turns = startTaking(createTenantTurns({ turnsMax: 9, turnsPerTenant: 1 }));
    await turns.take("a");
    for (let sent = 0; sent < 1_000; sent += 1) await turns.take("a", EVENT);
    await turns.take("a");
    await turns.end(0);
    await turns.end(1);

    expect(turns.kinds()).toEqual([OPERATION, EVENT, OPERATION]);
  });

  test("D18: expensive operations of a tenant run one by one, and its small ones beside them", async () => {
    const turns = startTaking(createTenantTurns());
    await turns.take("b");
    for (let sent = 0; sent < 3; sent += 1) await turns.take("a", EXPENSIVE);
    await turns.take("a");
    await turns.take("b", EXPENSIVE);
    await turns.end(1);

    expect(turns.order()).toEqual(["b", "a", "a", "b", "a"]);
    expect(turns.kinds()).toEqual([OPERATION, EXPENSIVE, OPERATION, EXPENSIVE, EXPENSIVE]);
  });

  test("two expensive operations run at a time while no other tenant was active for a second", async () => {
    let now = 0;
    const turns = startTaking(createTenantTurns({ elapsedMs: () => now }));
    for (let sent = 0; sent < 9; sent += 1) await turns.take("a", EXPENSIVE);
    expect(turns.order()).toEqual(["a", "a"]);

    await turns.take("b");
    await turns.end(0);
    expect(turns.order()).toEqual(["a", "a", "b"]);
    await turns.end(1);
    expect(turns.order()).toEqual(["a", "a", "b", "a"]);
    now = 1_001;
    await turns.end(3);
    expect(turns.order()).toEqual(["a", "a", "b", "a", "a", "a"]);
  });

  test("an operation is refused if too many of its tenant wait; an event never is", async () => {
    const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, waitingPerTenant: 2 }));
    for (let sent = 0; sent < 4; sent += 1) await turns.take("a");
    for (let sent = 0; sent < 4; sent += 1) await turns.take("a", EVENT);
    await turns.take("b");

    expect(turns.refused).toEqual([expect.any(ActionableError)]);
    expect(turns.refused).toMatchObject([{ code: "LIMIT_RATE", help: expect.stringMatching(/^Retry/) }]);
    expect(turns.order()).toEqual(["a", "b"]);
  });

  test("an operation whose client leaves while it waits gets no turn, and its place is free for others", async () => {
    const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, waitingPerTenant: 1 }));
    const client = new AbortController();
    await turns.take("a");
    await turns.take("a", OPERATION, client.signal);
    client.abort();
    await turns.take("a", EXPENSIVE, client.signal);
    await turns.take("a", EVENT);
    await turns.end(0);

    expect(turns.kinds()).toEqual([OPERATION, EVENT]);
    expect(turns.refused).toMatchObject([{ code: "UNAVAILABLE" }, { code: "UNAVAILABLE" }]);
  });

  test("C3: when the service stops, what waits is UNAVAILABLE at once, and so is what would have to wait", async () => {
    const service = new AbortController();
    const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, stopping: service.signal }));
    for (const kind of [OPERATION, OPERATION, EXPENSIVE, EVENT]) await turns.take("a", kind);
    service.abort();
    await turns.take("a");
    await turns.take("b");

    expect(turns.refused).toHaveLength(4);
    for (const error of turns.refused)
      expect(error).toMatchObject({ code: "UNAVAILABLE", help: expect.stringMatching(/^Retry/) });
    expect(turns.order()).toEqual(["a", "b"]);
  });

  describe("that wait", () => {
    // A stall of this process must not count as an outage.
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    test("an operation is refused if it waits too long, and its place is free for others", async () => {
      const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, waitingPerTenant: 1, waitMs: 200 }));
      for (const who of ["a", "a"]) await turns.take(who);
      const answered = setInterval(() => {
        for (const { who, endTurn } of turns.started) if (who === "b") endTurn();
        void turns.take("b");
      }, 20);
      await vi.advanceTimersByTimeAsync(199);
      expect(turns.refused).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(turns.refused).toMatchObject([{ code: "LIMIT_RATE" }]);
      clearInterval(answered);
      await turns.end(0);
      await turns.take("a");

      expect(turns.order().filter((who) => who !== "b")).toEqual(["a", "a"]);
    });

    test("an operation is UNAVAILABLE if no turn was answered in the second half of its wait", async () => {
      const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, waitMs: 200 }));
      for (const who of ["b", "a", "a"]) await turns.take(who);
      await turns.end(0);

      await vi.advanceTimersByTimeAsync(200);
      expect(turns.refused).toMatchObject([{ code: "UNAVAILABLE" }]);
    });

    test("an operation is UNAVAILABLE if the database answers again just before its wait ends", async () => {
      const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, waitMs: 400 }));
      for (const who of ["a", "a", "a"]) await turns.take(who);
      await vi.advanceTimersByTimeAsync(300);
      await turns.end(0);

      await vi.advanceTimersByTimeAsync(100);
      expect(turns.refused).toMatchObject([{ code: "UNAVAILABLE" }]);
    });

    test("an operation is UNAVAILABLE if the turns that ended before it were not answered", async () => {
      const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, waitMs: 200 }));
      for (const who of ["b", "a", "a", "c"]) await turns.take(who);
      const failing = setInterval(() => {
        for (const { who, endTurn } of turns.started.splice(0)) if (who !== "a") endTurn(false);
        void turns.take("b");
      }, 20);

      await vi.advanceTimersByTimeAsync(200);
      expect(turns.refused).toMatchObject([{ code: "UNAVAILABLE" }]);
      clearInterval(failing);
    });

    test("B14: an operation is UNAVAILABLE if turns failed for half of its wait, and others were answered", async () => {
      const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, waitMs: 400 }));
      for (const who of ["a", "a"]) await turns.take(who);
      for (const wasAnswered of [false, true, false, true]) {
        await turns.take("b");
        await vi.advanceTimersByTimeAsync(wasAnswered ? 1 : 110);
        turns.started.findLast(({ who }) => who === "b")?.endTurn(wasAnswered);
      }

      await vi.advanceTimersByTimeAsync(178);
      expect(turns.refused).toMatchObject([{ code: "UNAVAILABLE" }]);
    });

    test("an operation is UNAVAILABLE after a silence, although another one waited and got its turn before", async () => {
      const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, waitMs: 200 }));
      for (const who of ["a", "a"]) await turns.take(who);
      await turns.end(0);
      await turns.take("a");

      await vi.advanceTimersByTimeAsync(200);
      expect(turns.refused).toMatchObject([{ code: "UNAVAILABLE" }]);
    });

    test("the time without turns after a failure is not a silence: an operation gets LIMIT_RATE later", async () => {
      const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, waitMs: 200 }));
      await turns.take("a");
      turns.started[0]?.endTurn(false);
      await vi.advanceTimersByTimeAsync(1_000);
      for (const who of ["a", "b", "a"]) await turns.take(who);
      for (const place of [2, 3, 4, 5]) {
        await vi.advanceTimersByTimeAsync(45);
        await turns.end(place);
        await turns.take("b");
      }
      await vi.advanceTimersByTimeAsync(20);

      expect(turns.refused).toMatchObject([{ code: "LIMIT_RATE" }]);
    });

    test("B6: what waits for a turn that fails after a silence is UNAVAILABLE; later ones and events begin", async () => {
      const turns = startTaking(createTenantTurns({ turnsPerTenant: 2, waitMs: 400 }));
      for (const who of ["a", "a", "a", "b"]) await turns.take(who);
      await turns.take("a", EVENT);
      await vi.advanceTimersByTimeAsync(300);
      await turns.take("a");
      await turns.end(2);
      for (const { who, endTurn } of turns.started.slice(0, 2)) if (who === "a") endTurn(false);
      await vi.advanceTimersByTimeAsync(0);

      expect(turns.refused).toMatchObject([{ code: "UNAVAILABLE" }]);
      expect(turns.order()).toEqual(["a", "a", "b", "a", "a"]);
      expect(turns.kinds().slice(3)).toEqual(expect.arrayContaining([EVENT, OPERATION]));
    });

    test("B6: a turn that fails at once refuses nothing that waits, however long that has waited", async () => {
      const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, waitMs: 400 }));
      for (const who of ["a", "a", "a"]) await turns.take(who);
      await vi.advanceTimersByTimeAsync(300);
      await turns.end(0);
      await vi.advanceTimersByTimeAsync(10);
      turns.started[1]?.endTurn(false);
      await vi.advanceTimersByTimeAsync(0);

      expect(turns.refused).toEqual([]);
      expect(turns.order()).toEqual(["a", "a", "a"]);
    });

    test("B6: what waits behind a failed turn of another tenant begins: perhaps a lock of that tenant is in the way", async () => {
      const turns = startTaking(createTenantTurns({ turnsMax: 1, waitMs: 400 }));
      for (const who of ["a", "b"]) await turns.take(who);
      await vi.advanceTimersByTimeAsync(300);
      turns.started[0]?.endTurn(false);
      await vi.advanceTimersByTimeAsync(0);

      expect(turns.refused).toEqual([]);
      expect(turns.order()).toEqual(["a", "b"]);
    });

    test("an operation is refused with LIMIT_RATE if a turn fails soon after others were answered", async () => {
      const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, waitMs: 200 }));
      for (const who of ["a", "b", "c", "a"]) await turns.take(who);
      for (const place of [1, 2]) {
        await vi.advanceTimersByTimeAsync(80);
        await turns.end(place);
      }
      await turns.take("b");
      await vi.advanceTimersByTimeAsync(30);
      turns.started[3]?.endTurn(false);
      await vi.advanceTimersByTimeAsync(10);

      expect(turns.refused).toMatchObject([{ code: "LIMIT_RATE" }]);
    });
  });

  test("an operation that waits while the whole process stands still is not UNAVAILABLE", async () => {
    const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, waitMs: 400 }));
    for (const who of ["a", "a"]) await turns.take(who);
    // No answer can be read in three quarters of the wait.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    await eventually(() => turns.refused.length > 0);

    expect(turns.refused).toMatchObject([{ code: "LIMIT_RATE" }]);
  });

  test("an answer ends the failure of a turn: while the process stands still afterwards, nothing is UNAVAILABLE", async () => {
    const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, waitMs: 400 }));
    for (const who of ["b", "c", "a", "a"]) await turns.take(who);
    turns.started[0]?.endTurn(false);
    await turns.end(1);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    await eventually(() => turns.refused.length > 0);

    expect(turns.refused).toMatchObject([{ code: "LIMIT_RATE" }]);
  });

  test("an operation is UNAVAILABLE if turns fail while it waits, also while the process rarely runs", async () => {
    const turns = startTaking(createTenantTurns({ turnsPerTenant: 1, waitMs: 400 }));
    for (const who of ["b", "a", "a"]) await turns.take(who);
    turns.started[0]?.endTurn(false);
    while (turns.refused.length === 0) {
      // Each time, the event loop runs once.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
      await wait(0);
    }

    expect(turns.refused).toMatchObject([{ code: "UNAVAILABLE" }]);
  });

  test("ending a turn twice has no further effect", async () => {
    const turns = startTaking(createTenantTurns({ turnsMax: 1, turnsPerTenant: 1 }));
    for (const who of ["a", "b", "c"]) await turns.take(who);
    await turns.end(0);
    await turns.end(0);

    expect(turns.order()).toEqual(["a", "b"]);
  });
});

describe("the turn of a request", () => {
  test("the transactions of a request share one turn, which ends with the last of them", async () => {
    const turns = startTaking(createTenantTurns({ turnsMax: 1, turnsPerTenant: 1 }));
    const taken: EndTurn[] = [];
    const hold = shareTurn(async () => {
      await turns.take("request");
      taken.push(turns.started[0]!.endTurn);
      return taken[0]!;
    });
    const snapshot = await hold();
    const write = await hold();
    await turns.take("next");
    snapshot();
    snapshot();
    await wait(0);
    expect([taken.length, turns.order()]).toEqual([1, ["request"]]);
    write();
    await wait(0);

    expect(turns.order()).toEqual(["request", "next"]);
  });

  test("a request that got no turn may try again", async () => {
    let attempts = 0;
    const hold = shareTurn(async () => {
      attempts += 1;
      if (attempts === 1) throw new Error("no turn");
      return () => undefined;
    });

    await expect(hold()).rejects.toThrow("no turn");
    await expect(hold()).resolves.toBeTypeOf("function");
  });
});
