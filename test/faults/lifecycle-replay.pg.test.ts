import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { openSocket } from "../graphql/support/socket-client.ts";
import { beginLog, someEvents, tell } from "../lifecycle/support/log-of-events.ts";
import { startTestApp } from "../support/test-app.ts";

const FOLLOW = "subscription ($after: String) { lifecycleEvent(after: $after) { cursor personId } }";

/** Twice what is kept in memory, so that clients read history, the newest events, and the seam between. */
const EVENTS = Number(process.env.REPLAY_EVENTS ?? 2_000);
const CLIENTS = 50;
const DISCONNECTS = 1_000;
/** Each client has had all its disconnects when it has read less than half. */
const EVENTS_UNTIL_BREAK_MAX = EVENTS / 25;
/** Of ten clients one does not wait for its first event. */
const BREAKS_BEFORE_EVENTS_BELOW = EVENTS_UNTIL_BREAK_MAX / 10;

test("a thousand disconnects at random leave fifty clients with every event: nothing missing, in order, nothing twice", async () => {
  await using app = await startTestApp({ sandbox: { people: 10 } });
  const { dataSource } = app.app.database;
  await beginLog(dataSource);
  const { lifecycleEvents } = await app.get<{ lifecycleEvents: { pageInfo: { endCursor: string } } }>(
    "{ lifecycleEvents { pageInfo { endCursor } } }",
  );
  const after = lifecycleEvents.pageInfo.endCursor;
  const events = someEvents(EVENTS);
  const clients = Array.from({ length: CLIENTS }, () =>
    startRestlessClient(app.app.url, after, DISCONNECTS / CLIENTS),
  );
  for (let from = 0; from < EVENTS; from += 100) {
    await tell(dataSource, events.slice(from, from + 100));
    await wait(5);
  }
  const heard = await Promise.all(clients.map((client) => client.untilHeard(EVENTS)));

  const wanted = events.map(({ personId }) => personId).join();
  expect(heard.map(({ people }) => people.length)).toEqual(clients.map(() => EVENTS));
  expect(heard.filter(({ people }) => people.join() !== wanted)).toEqual([]);
  expect(heard.reduce((sum, { disconnects }) => sum + disconnects, 0)).toBe(DISCONNECTS);
});

/** Breaks its connection off at any moment, so many times, and goes on from the last cursor. */
function startRestlessClient(url: string, from: string, disconnects: number) {
  const people: string[] = [];
  const finished = Promise.withResolvers<{ people: string[]; disconnects: number }>();
  let cursor = from;
  let broken = 0;
  let wanted = Number.POSITIVE_INFINITY;

  const connect = async (): Promise<void> => {
    const socket = await openSocket(url);
    const breakAfter =
      broken < disconnects ? Math.floor(Math.random() * EVENTS_UNTIL_BREAK_MAX) : Number.POSITIVE_INFINITY;
    let taken = 0;
    const breakOff = (): void => {
      if (socket.readyState !== WebSocket.OPEN) return;
      broken += 1;
      socket.terminate();
    };
    socket.on("message", (data) => {
      const { type, payload } = JSON.parse(String(data));
      // On a machine with too much to do, the client may be too slow, or the database: the answer says so, and the client comes again.
      if (type === "error" || payload?.errors) socket.close();
      if (type !== "next" || payload.errors || socket.readyState !== WebSocket.OPEN) return;
      const { lifecycleEvent } = payload.data as { lifecycleEvent: { cursor: string; personId: string } };
      cursor = lifecycleEvent.cursor;
      people.push(lifecycleEvent.personId);
      taken += 1;
      if (taken >= breakAfter) breakOff();
      if (people.length >= wanted) socket.close();
    });
    socket.send(JSON.stringify({ type: "connection_init" }));
    const closed = once(socket, "close");
    // On a machine with too much to do, we may greet too late and be closed for it.
    const isGreeted = await Promise.race([
      once(socket, "message").then(() => true),
      closed.then(() => false),
    ]);
    if (!isGreeted) return connect();
    socket.send(
      JSON.stringify({
        type: "subscribe",
        id: "1",
        payload: { query: FOLLOW, variables: { after: cursor } },
      }),
    );
    // Some break off before the first event, or while there is none.
    if (breakAfter < BREAKS_BEFORE_EVENTS_BELOW) setTimeout(breakOff, breakAfter);
    await closed;
    if (people.length >= wanted) finished.resolve({ people, disconnects: broken });
    else await connect();
  };
  connect().catch(finished.reject);
  return {
    /** @returns who was heard of, and how often the connection was broken off. */
    untilHeard(count: number) {
      wanted = count;
      return people.length >= count ? Promise.resolve({ people, disconnects: broken }) : finished.promise;
    },
  };
}
