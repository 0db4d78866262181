import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administratorOfDefault } from "../../src/access/viewer.ts";
import { openDataSource } from "../../src/database/data-source.ts";
import { createEventStreamClient } from "../graphql/support/event-stream-client.ts";
import { createSocketClient } from "../graphql/support/socket-client.ts";
import {
  codesOf,
  type GraphQLBody,
  type StubServer,
  startStubServer,
} from "../graphql/support/start-stub-server.ts";
import { observedOperations } from "../graphql/support/stub-resolvers.ts";
import { eventually } from "../support/eventually.ts";
import { createTestDatabase } from "../support/test-database.ts";

/**
 * Two servers in one process, each with a pool of its own. One gets all the load of a loud tenant. The other
 * one shows how long the same small query takes at the same moment, however busy this machine is.
 */
const opened = new AsyncDisposableStack();
let loaded: StubServer;
let idle: StubServer;
beforeAll(async () => {
  const { url } = opened.use(await createTestDatabase());
  const start = async (): Promise<StubServer> => {
    const dataSource = await openDataSource({ url, entities: [], log: pino({ level: "silent" }) });
    opened.defer(() => dataSource.destroy());
    // The header names the tenant.
    const identify = async ({ authorization = "" }) => ({
      ...administratorOfDefault,
      tenantId: authorization,
    });
    return opened.use(await startStubServer({ dataSource, identify }));
  };
  [loaded, idle] = [await start(), await start()];
  // To open a connection takes a second on a busy machine: each turn finds one that is open.
  const warm = (server: StubServer, tenantId: string, turns: number) =>
    Array.from({ length: turns }, () => ask(server, tenantId, "{ pause(ms: 2000) }"));
  let answers: GraphQLBody[];
  do
    answers = await Promise.all([
      ...warm(loaded, "loud", 5),
      ...warm(loaded, "quiet", 4),
      ...warm(idle, "quiet", 5),
    ]);
  while (answers.some(({ errors }) => errors));
});
afterAll(() => opened.disposeAsync());

const SMALL = "{ pause(ms: 40) }";
const EXPENSIVE = "{ pause(ms: 400) }";

async function ask(
  { url }: StubServer,
  tenantId: string,
  query: string,
  signal?: AbortSignal,
): Promise<GraphQLBody> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { authorization: tenantId, "content-type": "application/json" },
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  });
  return (await response.json()) as GraphQLBody;
}

const PAIRS = 210;
const PAIRS_MAX = 5 * PAIRS;
const CLIENTS = 3;

/**
 * Sends the same small query to both servers at the same time, again and again. On a busy machine the worst
 * of a few pairs say little, so it sends more while their ratio is not below two.
 */
async function compareSmallQueries() {
  const durations = { loaded: [] as number[], idle: [] as number[] };
  const codes: string[] = [];
  const measure = async (name: keyof typeof durations, server: StubServer): Promise<void> => {
    const startedAt = performance.now();
    codes.push(...codesOf(await ask(server, "quiet", SMALL)));
    durations[name].push(performance.now() - startedAt);
  };
  const client = async (): Promise<void> => {
    for (let sent = 0; sent < PAIRS / CLIENTS; sent += 1)
      await Promise.all([measure("loaded", loaded), measure("idle", idle)]);
  };
  const ratio = () => p99Of(durations.loaded) / p99Of(durations.idle);
  do await Promise.all(Array.from({ length: CLIENTS }, client));
  while (ratio() >= 2 && durations.idle.length < PAIRS_MAX);
  return { ratio: ratio(), codes };
}

const p99Of = (durations: readonly number[]): number =>
  durations.toSorted((a, b) => a - b)[Math.ceil(durations.length * 0.99) - 1] ?? 0;

describe("D18: the load of one tenant", () => {
  test("D18: 300 expensive queries leave a small query of another tenant below twice its time, and none UNAVAILABLE", async () => {
    // Over a socket: with 300 requests of its own, this process would delay the small ones.
    const load = createSocketClient(loaded.url, { authorization: "loud" });
    const answers: GraphQLBody[] = [];
    const failures: unknown[] = [];
    let isOver = false;
    const send = (): void => {
      const next = (answer: object): void => void answers.push(JSON.parse(JSON.stringify(answer)));
      // However long the comparison takes, the load remains.
      const error = (failure: unknown): void => void failures.push(failure);
      load.subscribe({ query: EXPENSIVE }, { next, error, complete: () => isOver || send() });
    };
    for (let sent = 0; sent < 300; sent += 1) send();
    await eventually(() => answers.length > 5);
    const { ratio, codes } = await compareSmallQueries();
    isOver = true;
    await load.dispose();

    expect(codes).toEqual([]);
    expect(ratio).toBeLessThan(2);
    expect(failures).toEqual([]);
    // An operation that waits for too long is refused. None finds the pool without connections.
    expect(answers.flatMap(codesOf).filter((code) => code !== "LIMIT_RATE")).toEqual([]);
  });

  test("D18: events of 200 subscribers leave a small query of another tenant below twice its time", async () => {
    const client = createEventStreamClient(loaded.url, { authorization: "loud" });
    const answers: GraphQLBody[] = [];
    const ends = Array.from({ length: 200 }, () =>
      client.subscribe(
        { query: "subscription { pauses(ms: 400) }" },
        {
          next: (answer) => answers.push(JSON.parse(JSON.stringify(answer))),
          error: () => undefined,
          complete: () => undefined,
        },
      ),
    );
    await eventually(() => answers.length > 5);
    const { ratio, codes } = await compareSmallQueries();
    for (const end of ends) end();
    client.dispose();

    expect(codes).toEqual([]);
    expect(ratio).toBeLessThan(2);
    expect(answers.flatMap(codesOf)).toEqual([]);
  });

  test("D18: mutations that write beside an open snapshot do not wait for each other", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ask(loaded, "writer", "mutation { pauseTwice(ms: 10) }")),
    );

    expect(answers).toEqual(Array.from({ length: 20 }, () => ({ data: { pauseTwice: true } })));
  });
});

/** Sends an operation that takes ten seconds in the database, and returns how its client leaves. */
const SENDERS: Readonly<Record<string, (tenantId: string) => () => void>> = {
  "HTTP request": (tenantId) => {
    const client = new AbortController();
    ask(loaded, tenantId, LONG, client.signal).catch(() => undefined);
    return () => client.abort();
  },
  "event stream": (tenantId) => {
    const client = createEventStreamClient(loaded.url, { authorization: tenantId });
    client.subscribe({ query: LONG }, IGNORED);
    return () => client.dispose();
  },
  socket: (tenantId) => {
    const client = createSocketClient(loaded.url, { authorization: tenantId });
    client.subscribe({ query: LONG }, IGNORED);
    return () => void client.dispose();
  },
  "operation that its client completes over a socket": (tenantId) => {
    const client = createSocketClient(loaded.url, { authorization: tenantId });
    opened.defer(async () => client.dispose());
    return client.subscribe({ query: LONG }, IGNORED);
  },
};
const LONG = "{ observe pause(ms: 10000) }";
const IGNORED = { next: () => undefined, error: () => undefined, complete: () => undefined };

describe("D18: clients that leave", () => {
  test.each(Object.keys(SENDERS))(
    "D18: no client of an ended %s costs its company a turn",
    async (sender) => {
      const tenantId = `leaving ${sender}`;
      const before = observedOperations.length;
      const running = Array.from({ length: 5 }, () => ask(loaded, tenantId, "{ observe pause(ms: 1500) }"));
      await eventually(() => observedOperations.length >= before + 5);
      const leave = Array.from({ length: 20 }, () => SENDERS[sender]!(tenantId));
      await eventually(() => observedOperations.length >= before + 25);
      for (const end of leave) end();

      // The five turns end after a second and a half; twenty long operations would keep them for forty.
      expect(codesOf(await ask(loaded, tenantId, "{ pause(ms: 1) }"))).toEqual([]);
      expect((await Promise.all(running)).flatMap(codesOf)).toEqual([]);
    },
  );
});

test("C3: operations that wait when the service stops are UNAVAILABLE at once, and those that run are answered", async () => {
  const before = observedOperations.length;
  const sent = Array.from({ length: 100 }, () => ask(idle, "stopping", "{ observe pause(ms: 3000) }"));
  await eventually(() => observedOperations.length >= before + 100);
  const answers = Promise.all(sent);
  await idle[Symbol.asyncDispose]();

  const codes = (await answers).map(codesOf);
  const answered = codes.filter(([code]) => code === undefined);
  expect(answered.length).toBeGreaterThan(0);
  expect(answered.length).toBeLessThanOrEqual(5);
  expect(codes.filter(([code]) => code === "UNAVAILABLE")).toHaveLength(100 - answered.length);
  expect(idle.logged().filter(({ level }) => Number(level) >= 40)).toEqual([]);
});
