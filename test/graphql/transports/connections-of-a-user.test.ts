import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { administratorOfDefault } from "../../../src/access/viewer.ts";
import { createConnectionLimiter } from "../../../src/graphql/transports/connection-limiter.ts";
import { eventually } from "../../support/eventually.ts";
import { timed } from "../../support/slowness.ts";
import { codesOf, type StubServer, startStubServer } from "../support/start-stub-server.ts";
import { createStubIdentity } from "../support/stub-identity.ts";

const identity = createStubIdentity();
const [ADA, BO, CLEO, DAN] = ["ada", "bo", "cleo", "dan"].map((name) =>
  identity.accept(name, { tenantId: "a" }),
);
const OTHER_COMPANY = identity.accept("eve", { tenantId: "b" });

/** The library waits 30 s for a closing handshake by default, on any machine. */
const CLOSED_WITHIN_MS = 20_000;

const limits = { perUser: 2, perTenant: 4 };
let server: StubServer;
beforeAll(async () => {
  server = await startStubServer({
    identify: identity.identify,
    limits: { sockets: limits, streams: limits },
    timing: { closeTimeoutMs: 100 },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

async function openSocket(authorization: string | undefined) {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "connection_init", payload: { authorization } }));
  const answer = await Promise.race([
    once(socket, "message").then(([data]) => JSON.parse(String(data)).type),
    once(socket, "close").then(([code, reason]) => `${code} ${reason}`),
  ]);
  return { answer, socket, leave: () => socket.terminate() };
}

async function openStream(authorization: string | undefined = "") {
  const abort = new AbortController();
  const response = await fetch(`${server.url}/graphql?query=subscription{silence}`, {
    headers: { accept: "text/event-stream", authorization },
    signal: abort.signal,
  });
  const { status } = response;
  const refusal =
    status === 200
      ? null
      : { status, retryAfter: response.headers.get("retry-after"), body: await response.json() };
  return { refusal, leave: () => abort.abort() };
}

describe("the sockets of a user and of a company", () => {
  const open: Awaited<ReturnType<typeof openSocket>>[] = [];
  afterAll(() => {
    for (const { leave } of open) leave();
  });

  test("a socket above the limit is closed with 4429, and a closed one frees its place", async () => {
    for (const user of [ADA, ADA, ADA, BO, CLEO, DAN, OTHER_COMPANY]) open.push(await openSocket(user));

    expect(open.map(({ answer }) => answer)).toEqual([
      "connection_ack",
      "connection_ack",
      "4429 Too many sockets of one user",
      "connection_ack",
      "connection_ack",
      "4429 Too many sockets of one company",
      "connection_ack",
    ]);
    open[0]?.leave();
    await eventually(async () => {
      open.push(await openSocket(ADA));
      return open.at(-1)?.answer === "connection_ack";
    });
  });
});

test("a socket that the server closes frees its place, although its client reads nothing", async () => {
  const [paused, other] = [await openSocket(BO), await openSocket(BO)];
  paused.socket.pause();
  // A second one is a mistake of the protocol, which closes the socket.
  paused.socket.send(JSON.stringify({ type: "connection_init" }));
  const { ms } = await timed(CLOSED_WITHIN_MS, () =>
    eventually(async () => {
      const { answer, leave } = await openSocket(BO);
      leave();
      return answer === "connection_ack";
    }),
  );
  for (const { leave } of [paused, other]) leave();

  expect(ms).toBeLessThan(CLOSED_WITHIN_MS);
});

describe("the event streams of a user and of a company", () => {
  const open: Awaited<ReturnType<typeof openStream>>[] = [];
  afterAll(() => {
    for (const { leave } of open) leave();
  });

  test("a stream above the limit is refused with 429, and a closed one frees its place", async () => {
    for (const user of [ADA, ADA, ADA, BO, CLEO, DAN, OTHER_COMPANY]) open.push(await openStream(user));
    const refusals = open.map(({ refusal }) => refusal);

    expect(refusals.map((refusal) => refusal?.status ?? 200)).toEqual([200, 200, 429, 200, 200, 429, 200]);
    expect(codesOf(refusals[2]?.body)).toEqual(["TOO_MANY_SUBSCRIPTIONS"]);
    expect(Number(refusals[2]?.retryAfter)).toBeGreaterThan(0);
    expect(refusals[2]?.body.errors[0].message).toMatch(/2 open event streams.*one user/);
    expect(refusals[2]?.body.errors[0].extensions.help).toMatch(/operator can raise SUBSCRIPTIONS_PER_USER/);
    expect(refusals[5]?.body.errors[0].message).toMatch(/4 open event streams.*one company/);
    open[0]?.leave();
    await eventually(async () => {
      open.push(await openStream(ADA));
      return open.at(-1)?.refusal === null;
    });
  });
});

test("while `AUTH=off`, the limit of a user counts the one administrator, too", () => {
  const admit = createConnectionLimiter({ perUser: 2, perTenant: 10 });
  const admissions = [1, 2, 3].map(() => "release" in admit(administratorOfDefault));

  expect(admissions).toEqual([true, true, false]);
});
