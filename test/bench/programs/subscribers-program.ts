import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { serveCalls } from "./program.ts";

/** The minimal selection of an event consumer: no field of it costs a statement. */
const FOLLOW =
  "subscription ($after: String) { lifecycleEvent(after: $after) { id cursor kind personId occursOn } }";

/** Concurrent handshakes: each is a connection that the kernel must hold ready. */
const HANDSHAKES = 500;

const POLL_MS = 20;

/** How long a refused client waits before it subscribes again. */
const REFUSED_MS = 500;

type Subscriber = { readonly socket: WebSocket; received: number };

let subscribers: Subscriber[] = [];
/** Arrival times of each event at each subscriber, in milliseconds since 1970. */
let arrivals: number[] = [];
/** Subscriptions that a busy service refused and their clients retried. */
let refused = 0;
let lastCursor: string | null = null;
/** The cursor from which new subscriptions resume. */
let resumeFrom: string | null = null;

const now = (): number => performance.timeOrigin + performance.now();

function follow(socket: WebSocket): void {
  const payload = { query: FOLLOW, variables: { after: resumeFrom } };
  if (socket.readyState === socket.OPEN)
    socket.send(JSON.stringify({ type: "subscribe", id: randomUUID(), payload }));
}

async function subscribe(url: string): Promise<Subscriber> {
  const socket = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws", {
    perMessageDeflate: false,
  });
  const subscriber = { socket, received: 0 };
  const [acknowledged, closed] = [Promise.withResolvers<void>(), once(socket, "close")];
  socket.on("error", (error) => acknowledged.reject(error));
  socket.on("open", () => socket.send('{"type":"connection_init"}'));
  socket.on("message", (data) => {
    const arrivedAt = now();
    const { type, payload } = JSON.parse(String(data));
    if (type === "connection_ack") {
      follow(socket);
      acknowledged.resolve();
    } else if (payload?.errors || type === "error") {
      refused += 1;
      setTimeout(follow, REFUSED_MS, socket);
    } else if (type === "next") {
      arrivals.push(arrivedAt);
      subscriber.received += 1;
      lastCursor = payload.data.lifecycleEvent.cursor;
    }
  });
  await Promise.race([acknowledged.promise, closed]);
  return subscriber;
}

const calls = {
  /** Opens that many subscriptions, which resume from the last event before the last disconnect. */
  async connect({ url, count }: { url: string; count: number }) {
    let left = count;
    const connectSome = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        subscribers.push(await subscribe(url));
      }
    };
    await Promise.all(Array.from({ length: HANDSHAKES }, connectSome));
  },

  /** The number of subscribers with at least one event. */
  async countHearing(_nothing: undefined): Promise<number> {
    return subscribers.filter(({ received }) => received > 0).length;
  },

  async countRefused(_nothing: undefined): Promise<number> {
    return refused;
  },

  /** Resets the counts. */
  async forget(_nothing: undefined) {
    arrivals = [];
    for (const subscriber of subscribers) subscriber.received = 0;
  },

  /** The arrival times, once each subscriber has this many events. */
  async untilHeard({ events }: { events: number }): Promise<number[]> {
    while (subscribers.some(({ received }) => received < events)) await sleep(POLL_MS);
    return arrivals;
  },

  /** Cuts all connections, as a network does. */
  async disconnect(_nothing: undefined) {
    const closed = subscribers.map(({ socket }) => once(socket, "close"));
    for (const { socket } of subscribers) socket.terminate();
    await Promise.all(closed);
    subscribers = [];
    arrivals = [];
    resumeFrom = lastCursor;
  },
};

export type SubscribersProgram = typeof calls;

serveCalls(calls, async () => undefined);
