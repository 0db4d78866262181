import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { openSocket } from "../graphql/support/socket-client.ts";
import { beginLog, emit, someEvents } from "../lifecycle/support/log-of-events.ts";
import { startTestApp } from "../support/test-app.ts";

const FOLLOW = "subscription ($after: String) { lifecycleEvent(after: $after) { cursor personId } }";

/**
 * A tenth more than the service keeps in memory, so that clients read history, the newest events, and the
 * seam between.
 */
const EVENTS = Number(process.env.REPLAY_EVENTS ?? 1_100);
const CLIENTS = process.env.REPLAY_EVENTS ? 50 : 4;
/** Each disconnect costs the service the history that it has sent ahead. */
const DISCONNECTS = CLIENTS * (process.env.REPLAY_EVENTS ? 20 : 10);
/** Each client has finished its disconnects before it has read half of the events. */
const EVENTS_UNTIL_BREAK_MAX = EVENTS / 25;
/** One of ten connections ends before its first event. */
const BREAKS_BEFORE_EVENTS_BELOW = EVENTS_UNTIL_BREAK_MAX / 10;

test(`${CLIENTS} clients with ${DISCONNECTS} random disconnects receive every event once and in order`, async () => {
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
    await emit(dataSource, events.slice(from, from + 100));
    await wait(5);
  }
  const received = await Promise.all(clients.map((client) => client.untilReceived(EVENTS)));

  const wantedPeople = events.map(({ personId }) => personId).join();
  expect(received.map(({ people }) => people.length)).toEqual(clients.map(() => EVENTS));
  expect(received.filter(({ people }) => people.join() !== wantedPeople)).toEqual([]);
  expect(received.reduce((sum, { disconnects }) => sum + disconnects, 0)).toBe(DISCONNECTS);
});

/** Disconnects at random moments, `disconnects` times, and resumes from the last cursor. */
function startRestlessClient(url: string, from: string, disconnects: number) {
  const people: string[] = [];
  const finished = Promise.withResolvers<{ people: string[]; disconnects: number }>();
  let cursor = from;
  let disconnected = 0;
  let wantedCount = Number.POSITIVE_INFINITY;

  const connect = async (): Promise<void> => {
    const socket = await openSocket(url);
    const disconnectAfter =
      disconnected < disconnects
        ? Math.floor(Math.random() * EVENTS_UNTIL_BREAK_MAX)
        : Number.POSITIVE_INFINITY;
    let taken = 0;
    const disconnect = (): void => {
      if (socket.readyState !== WebSocket.OPEN) return;
      disconnected += 1;
      socket.terminate();
    };
    socket.on("message", (data) => {
      const { type, payload } = JSON.parse(String(data));
      // On a busy machine the client or the database may be too slow: the client gets an error, and
      // reconnects.
      if (type === "error" || payload?.errors) socket.close();
      if (type !== "next" || payload.errors || socket.readyState !== WebSocket.OPEN) return;
      const { lifecycleEvent } = payload.data as { lifecycleEvent: { cursor: string; personId: string } };
      cursor = lifecycleEvent.cursor;
      people.push(lifecycleEvent.personId);
      taken += 1;
      if (taken >= disconnectAfter) disconnect();
      if (people.length >= wantedCount) socket.close();
    });
    socket.send(JSON.stringify({ type: "connection_init" }));
    const closed = once(socket, "close");
    // On a busy machine the client may initialise too late, and the server closes the socket.
    const isAcknowledged = await Promise.race([
      once(socket, "message").then(() => true),
      closed.then(() => false),
    ]);
    if (!isAcknowledged) return connect();
    socket.send(
      JSON.stringify({
        type: "subscribe",
        id: "1",
        payload: { query: FOLLOW, variables: { after: cursor } },
      }),
    );
    // Some clients disconnect before their first event, or while there is none.
    if (disconnectAfter < BREAKS_BEFORE_EVENTS_BELOW) setTimeout(disconnect, disconnectAfter);
    await closed;
    if (people.length >= wantedCount) finished.resolve({ people, disconnects: disconnected });
    else await connect();
  };
  connect().catch(finished.reject);
  return {
    /** @returns the people of the received events, and the number of disconnects. */
    untilReceived(count: number) {
      wantedCount = count;
      return people.length >= count
        ? Promise.resolve({ people, disconnects: disconnected })
        : finished.promise;
    },
  };
}
