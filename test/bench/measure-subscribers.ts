import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { DataSource } from "typeorm";
import { openDataSource } from "../../src/database/data-source.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { appendEvents } from "../../src/lifecycle/events/event-log.repository.ts";
import { lockStream, openStream } from "../../src/lifecycle/events/event-stream.repository.ts";
import { createLogger } from "../../src/log.ts";
import { ensureTenant } from "../../src/tenant/tenant.repository.ts";
import { createDatabase } from "./create-database.ts";
import { createGraph, type Graph } from "./graph.ts";
import { quantile } from "./numbers.ts";
import type { AppProgram } from "./programs/app-program.ts";
import { type Program, startProgram } from "./programs/program.ts";
import type { SubscribersProgram } from "./programs/subscribers-program.ts";

export type SubscribersMeasurement = {
  readonly subscribers: number;
  /**
   * Memory of the process while idle, and its peaks while it sends events and while all subscribers
   * reconnect.
   */
  readonly idleBytes: number;
  readonly peakBytes: number;
  readonly comeBackPeakBytes: number;
  /** From the commit of one event until its arrival at each subscriber. */
  readonly delivery: { readonly p50Ms: number; readonly p99Ms: number };
  /**
   * All subscribers lose their connection at once and reconnect with their cursor, until each has the missed
   * events.
   */
  readonly comeBack: { readonly seconds: number; readonly httpP99Ms: number };
  /** Subscriptions that the service refused and their clients retried. */
  readonly refused: number;
};

export type SubscribersBench = {
  readonly subscribers: number;
  /** Address of the Postgres in which to create a database. */
  readonly databaseUrl: string;
  readonly say: (line: string) => void;
};

/** Each process has file descriptors for some ten thousand; two of them use both cores of a small machine. */
const CLIENT_PROCESSES = 2;
const EVENTS = 10;
/** Time for the process to become idle. */
const REST_MS = 1_500;
const BETWEEN_EVENTS_MS = 200;
const TENANT = "default";

/** Many subscribers to events of one company, all connected to one process. */
export async function measureSubscribers(bench: SubscribersBench): Promise<SubscribersMeasurement> {
  const { subscribers, databaseUrl, say } = bench;
  await using programs = new AsyncDisposableStack();
  const url = await createDatabase(databaseUrl, "subscribers");
  const app = programs.use(startProgram<AppProgram>("app-program"));
  const secretKeys = `1:${randomBytes(32).toString("base64")}`;
  const { url: graphUrl } = await app.call("start", {
    databaseUrl: url,
    secretKeys,
    personioUrl: "http://127.0.0.1:9",
  });
  const dataSource = await openDataSource({ url, entities: [], log: createLogger("warn") });
  programs.defer(() => dataSource.destroy());
  await beginLog(dataSource);

  const clients = Array.from({ length: CLIENT_PROCESSES }, () =>
    programs.use(startProgram<SubscribersProgram>("subscribers-program")),
  );
  const audience = createAudience(clients, { url: graphUrl, subscribers });
  await audience.connect();
  await untilAllHear(audience, dataSource);
  say(`${subscribers} subscribers are connected`);

  await sleep(REST_MS);
  await app.readGauges();
  await sleep(REST_MS);
  const { peakBytes: idleBytes } = await app.readGauges();
  const latencies = await measureDelivery(audience, dataSource);
  const { peakBytes } = await app.readGauges();
  const delivery = { p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) };
  say(`an event reaches 99 % of them within ${delivery.p99Ms.toFixed(0)} ms`);
  const comeBack = await measureComeBack(audience, dataSource, createGraph(graphUrl));
  say(`all have reconnected within ${comeBack.seconds.toFixed(1)} s`);
  const { peakBytes: comeBackPeakBytes } = await app.readGauges();
  const refused = await audience.countRefused();
  return { subscribers, idleBytes, peakBytes, comeBackPeakBytes, delivery, comeBack, refused };
}

type Audience = {
  readonly subscribers: number;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  forget(): Promise<void>;
  countHearing(): Promise<number>;
  countRefused(): Promise<number>;
  untilHeard(events: number): Promise<number[]>;
};

function createAudience(
  clients: readonly Program<SubscribersProgram>[],
  { url, subscribers }: { url: string; subscribers: number },
): Audience {
  const all = <Result>(call: (client: Program<SubscribersProgram>) => Promise<Result>): Promise<Result[]> =>
    Promise.all(clients.map(call));
  const count = subscribers / clients.length;
  return {
    subscribers,
    connect: async () => void (await all((client) => client.call("connect", { url, count }))),
    disconnect: async () => void (await all((client) => client.call("disconnect", undefined))),
    forget: async () => void (await all((client) => client.call("forget", undefined))),
    countHearing: async () => sum(await all((client) => client.call("countHearing", undefined))),
    countRefused: async () => sum(await all((client) => client.call("countRefused", undefined))),
    untilHeard: async (events) => (await all((client) => client.call("untilHeard", { events }))).flat(),
  };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, one) => total + one, 0);

/** The protocol does not confirm a subscription: only an arriving event proves it. */
async function untilAllHear(audience: Audience, dataSource: DataSource): Promise<void> {
  while ((await audience.countHearing()) < audience.subscribers) {
    await tell(dataSource);
    await sleep(REST_MS);
  }
}

async function measureDelivery(audience: Audience, dataSource: DataSource): Promise<number[]> {
  const latencies: number[] = [];
  for (let event = 0; event < EVENTS; event += 1) {
    await audience.forget();
    const toldAt = await tell(dataSource);
    for (const arrivedAt of await audience.untilHeard(1)) latencies.push(arrivedAt - toldAt);
    await sleep(BETWEEN_EVENTS_MS);
  }
  return latencies;
}

async function measureComeBack(
  audience: Audience,
  dataSource: DataSource,
  graph: Graph,
): Promise<SubscribersMeasurement["comeBack"]> {
  await audience.disconnect();
  await tell(dataSource);
  const startedAt = performance.now();
  let isOver = false;
  const asking = askUntil(graph, () => isOver);
  await audience.connect();
  await audience.untilHeard(1);
  const seconds = (performance.now() - startedAt) / 1_000;
  isOver = true;
  return { seconds, httpP99Ms: quantile(await asking, 0.99) };
}

/** Reads the directory meanwhile, as a client. @returns the time of each response, in milliseconds. */
async function askUntil(graph: Graph, isOver: () => boolean): Promise<number[]> {
  const latencies: number[] = [];
  while (!isOver()) {
    const askedAt = performance.now();
    await graph.ask("{ people(first: 50) { totalCount edges { node { displayName } } } }");
    latencies.push(performance.now() - askedAt);
    await sleep(10);
  }
  return latencies;
}

const beginLog = (dataSource: DataSource): Promise<void> =>
  inTenant(dataSource, TENANT, async (manager) => {
    await ensureTenant(manager);
    await openStream(manager, new Date());
  });

/** Changes a person. @returns the latest time at which the event was committed. */
async function tell(dataSource: DataSource): Promise<number> {
  await inTenant(dataSource, TENANT, async (manager) => {
    await lockStream(manager);
    const event = {
      kind: "PERSON_CHANGED",
      personId: randomUUID(),
      personioId: "1",
      occursOn: "2026-01-01",
      offsetDays: 0,
      change: null,
      supersedes: null,
      years: null,
      changedFields: ["position"],
      late: false,
      departmentId: null,
      officeId: null,
      content: null,
    } as const;
    await appendEvents(manager, [event], new Date());
  });
  return performance.timeOrigin + performance.now();
}
