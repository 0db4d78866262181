import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { ApolloClient, gql, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient } from "graphql-ws";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { administratorOfDefault, type Viewer } from "../../../src/access/viewer.ts";
import { ActionableError } from "../../../src/errors.ts";
import {
  type EndReason,
  type ViewerLifetimes,
  watchViewerLifetimes,
} from "../../../src/graphql/transports/viewer-lifetimes.ts";
import { eventually } from "../../support/eventually.ts";
import { measureRetainedBytes } from "../../support/retained-memory.ts";
import { closed } from "../support/socket-client.ts";
import { type StubServer, startStubServer } from "../support/start-stub-server.ts";
import { createStubIdentity, UNAUTHENTICATED } from "../support/stub-identity.ts";
import { observedOperations } from "../support/stub-resolvers.ts";

const BEGIN = Date.parse("2026-01-01T00:00:00Z");
const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;

let now = BEGIN;
const timing = { sweepMs: 5, recheckMs: 30_000, readNow: () => new Date(now) };
/** Some sweeps and rechecks have run by then. */
const sweeps = () => wait(60);
const at = (afterMs: number): Date => new Date(BEGIN + afterMs);

const identity = createStubIdentity();
beforeEach(() => {
  now = BEGIN;
  identity.fail(null);
  identity.asked.length = 0;
});

describe("the rights of a viewer end", () => {
  let lifetimes: ViewerLifetimes;
  beforeEach(() => {
    lifetimes = watchViewerLifetimes(identity.identify, timing);
    return () => lifetimes[Symbol.dispose]();
  });

  async function watch(token: string, rights: Partial<Viewer>) {
    const authorization = identity.accept(token, rights);
    const viewer = await identity.identify({ authorization });
    const ends: EndReason[] = [];
    const stop = lifetimes.watch(viewer, { authorization }, (reason) => ends.push(reason));
    return { ends, stop };
  }

  test("the rights of a viewer end when the token expires, and not before", async () => {
    const { ends } = await watch("t", { expiresAt: at(10 * MINUTE) });
    now += 10 * MINUTE - 1;
    await sweeps();
    expect(ends).toEqual([]);

    now += 1;
    await sweeps();
    expect(ends).toEqual(["token expired"]);
  });

  test("the rights of a viewer do not end while a token of years is valid, which no timer of Node could wait for", async () => {
    const { ends } = await watch("t", { expiresAt: at(2 * YEAR) });
    now += YEAR;
    await sweeps();

    expect(ends).toEqual([]);
  });

  test("E7: the rights of a viewer end within a minute after a session of the console; the checks of the service do not count as its use", async () => {
    const asked: boolean[] = [];
    let hasEnded = false;
    const sessions = watchViewerLifetimes(async ({ session }) => {
      asked.push(session?.isRecheck ?? false);
      if (hasEnded) throw UNAUTHENTICATED;
      return user;
    }, timing);
    const user: Viewer = { ...administratorOfDefault, expiresAt: at(8 * 60 * MINUTE) };
    const ends: EndReason[] = [];
    const session = { cookie: "sealed", isOwnPage: true };
    for (const _stream of [1, 2])
      sessions.watch(user, { authorization: undefined, session }, (reason) => ends.push(reason));
    await sweeps();
    now += MINUTE / 2;
    await sweeps();
    expect([asked, ends]).toEqual([[true], []]);

    hasEnded = true;
    now += MINUTE / 2;
    await sweeps();
    expect(ends).toEqual(["token no longer accepted", "token no longer accepted"]);
    sessions[Symbol.dispose]();
  });

  test("E7: the rights of a viewer end within a minute after a service token is revoked", async () => {
    const { ends } = await watch("t", { kind: "TOKEN" });
    await sweeps();
    identity.reject("t");
    await sweeps();
    expect(ends).toEqual([]);

    now += MINUTE / 2;
    await eventually(() => ends.length > 0);
    expect(ends).toEqual(["token no longer accepted"]);
  });

  test("E7: the rights of a viewer end within a minute after the scopes of a service token change", async () => {
    const { ends } = await watch("t", { kind: "TOKEN", scopes: new Set(["people:read", "people:hr"]) });
    await sweeps();
    identity.accept("t", { kind: "TOKEN", scopes: new Set(["people:hr", "people:read"]) });
    now += MINUTE / 2;
    await sweeps();
    expect(ends).toEqual([]);

    identity.accept("t", { kind: "TOKEN", scopes: new Set(["people:read"]) });
    now += MINUTE / 2;
    await eventually(() => ends.length > 0);
    expect(ends).toEqual(["scopes changed"]);
  });

  test("the rights of a viewer do not end while the database does not answer, and end as before once it does", async () => {
    const { ends } = await watch("t", { kind: "TOKEN" });
    await sweeps();
    identity.fail(new ActionableError("UNAVAILABLE", "The database does not answer.", "Retry."));
    now += MINUTE;
    await eventually(() => identity.asked.length === 2);
    await sweeps();
    expect(ends).toEqual([]);

    identity.fail(null);
    identity.reject("t");
    now += MINUTE;
    await eventually(() => ends.length > 0);
  });

  test("the rights of a viewer are not checked for a connection that has ended", async () => {
    const gone = await watch("t", { kind: "TOKEN", expiresAt: at(MINUTE) });
    gone.stop();
    now += 10 * MINUTE;
    await sweeps();
    now += 10 * MINUTE;
    await sweeps();

    expect(gone.ends).toEqual([]);
    expect(identity.asked).toHaveLength(1);
  });

  test("one check serves all connections with a token, and a token of an issuer needs none", async () => {
    const all: Awaited<ReturnType<typeof watch>>[] = [];
    for (let n = 0; n < 5; n += 1) all.push(await watch("shared", { kind: "TOKEN" }));
    await watch("person", {});
    await sweeps();
    identity.asked.length = 0;
    identity.reject("shared");
    now += MINUTE;
    await eventually(() => all.every(({ ends }) => ends.length === 1));

    expect(identity.asked).toEqual(["Bearer shared"]);
  });

  test("ten thousand watched connections keep no token of an issuer in memory, and nothing after they have ended", async () => {
    const viewer = await identity.identify({ authorization: identity.accept("t", { expiresAt: at(YEAR) }) });
    const watchToken = (n: number): (() => void) => {
      // Not `repeat`: V8 would store its result as references to a few bytes. And no buffer: V8 frees its
      // memory later.
      const authorization = Array.from({ length: 500 }, (_, part) => `${n + part}`.slice(-4)).join("-");
      return lifetimes.watch(viewer, { authorization }, () => undefined);
    };
    const before = measureRetainedBytes();
    const stops = Array.from({ length: 10_000 }, (_, n) => watchToken(n));
    const during = measureRetainedBytes() - before;
    for (const stop of stops.splice(0)) stop();
    console.info(`${Math.round(during / 10_000)} bytes for each connection`);

    expect(during / 10_000).toBeLessThan(1_000);
    expect((measureRetainedBytes() - before) / 10_000).toBeLessThan(100);
  });
});

describe("the connections of a viewer whose rights end", () => {
  let server: StubServer;
  beforeAll(async () => {
    server = await startStubServer({ identify: identity.identify, timing });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function openSocket(authorization: string) {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
    const end = closed(socket);
    await once(socket, "open");
    socket.send(JSON.stringify({ type: "connection_init", payload: { authorization } }));
    await once(socket, "message");
    socket.send('{"type":"subscribe","id":"1","payload":{"query":"subscription { silence }"}}');
    return { socket, end };
  }
  async function openStream(authorization: string) {
    const response = await fetch(`${server.url}/graphql?query=subscription{silence}`, {
      headers: { accept: "text/event-stream", authorization },
    });
    return response.text();
  }

  test("a socket is closed with 4403, and an event stream ends without `complete`, when the token expires", async () => {
    const authorization = identity.accept("soon", { expiresAt: at(MINUTE) });
    const [socket, stream] = [await openSocket(authorization), openStream(authorization)];
    await eventually(() => identity.asked.length === 2);
    now += MINUTE;

    expect(await socket.end).toEqual({ code: 4403, reason: "Forbidden: token expired" });
    expect(await stream).toBe(":\n\n");
  });

  test("E7: a client that ignores the close frame starts nothing after its token has expired", async () => {
    const { socket, end } = await openSocket(identity.accept("late", { expiresAt: at(MINUTE) }));
    // It reads no close frame, so it does not answer one.
    socket.pause();
    now += MINUTE;
    await sweeps();
    const before = observedOperations.length;
    socket.send('{"type":"subscribe","id":"2","payload":{"query":"{ observe }"}}');
    await sweeps();
    socket.resume();

    expect(await end).toMatchObject({ code: 4403 });
    expect(observedOperations.length).toBe(before);
  });

  test("E7: both end within a minute after a service token is revoked", async () => {
    const authorization = identity.accept("service", { kind: "TOKEN" });
    const [socket, stream] = [await openSocket(authorization), openStream(authorization)];
    await eventually(() => identity.asked.length === 2);
    await sweeps();
    identity.reject("service");
    now += MINUTE / 2;

    expect(await socket.end).toEqual({ code: 4403, reason: "Forbidden: token no longer accepted" });
    expect(await stream).not.toContain("complete");
  });

  const socketUrl = () => `${server.url.replace("http", "ws")}/graphql`;
  type TakeToken = () => string;
  type Numbers = (after: number) => AsyncIterable<number>;
  const clients: [string, (takeToken: TakeToken) => Numbers][] = [
    [
      "graphql-ws",
      (takeToken) => {
        const client = createWsClient({
          url: socketUrl(),
          webSocketImpl: WebSocket,
          connectionParams: () => ({ authorization: takeToken() }),
          retryAttempts: 0,
        });
        return (after) =>
          numbersOf(client.iterate<{ number: number }>({ query: NUMBERS, variables: { after } }));
      },
    ],
    [
      "graphql-sse",
      (takeToken) => {
        const url = `${server.url}/graphql`;
        const client = createSseClient({
          url,
          headers: () => ({ authorization: takeToken() }),
          retryAttempts: 0,
        });
        return (after) =>
          numbersOf(client.iterate<{ number: number }>({ query: NUMBERS, variables: { after } }));
      },
    ],
    [
      "@apollo/client",
      (takeToken) => {
        const socket = createWsClient({
          url: socketUrl(),
          webSocketImpl: WebSocket,
          connectionParams: () => ({ headers: { Authorization: takeToken() } }),
          retryAttempts: 0,
        });
        const client = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
        return (after) => numbersOfApollo(client, after);
      },
    ],
  ];

  test.each(clients)(
    "the client of %s connects again with a new token and its cursor, and misses nothing",
    async (_name, open) => {
      let taken = 0;
      const follow = open(() => {
        taken += 1;
        return identity.accept(`t${taken}`, { expiresAt: at(now - BEGIN + MINUTE) });
      });
      const received: number[] = [];
      while (taken < 3 || received.length < 30) {
        try {
          for await (const number of follow(received.length)) {
            received.push(number);
            if (taken < 3 && received.length % 10 === 0) now += MINUTE;
            if (taken >= 3 && received.length >= 30) break;
          }
        } catch {
          // The token has ended.
        }
      }

      expect(received).toEqual(received.map((_, index) => index + 1));
    },
  );
});

const NUMBERS = "subscription ($after: Int!) { number(after: $after) }";

type Answers = AsyncIterable<{ readonly data?: { readonly number: number } | null | undefined }>;

async function* numbersOf(answers: Answers): AsyncGenerator<number> {
  for await (const { data } of answers) if (data) yield data.number;
}

async function* numbersOfApollo(client: ApolloClient, after: number): AsyncGenerator<number> {
  let isOver = false;
  let unsubscribe = (): void => undefined;
  yield* new ReadableStream<number>({
    start(controller) {
      const end = (error: unknown = "complete"): void => {
        if (!isOver) controller.error(error);
        isOver = true;
      };
      const results = client.subscribe<{ number: number }>({ query: gql(NUMBERS), variables: { after } });
      const subscription = results.subscribe({
        next({ data, error }) {
          if (error) end(error);
          else if (data && !isOver) controller.enqueue(data.number);
        },
        error: end,
        complete: end,
      });
      unsubscribe = () => subscription.unsubscribe();
    },
    cancel() {
      isOver = true;
      unsubscribe();
    },
  });
}
