import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ATTEMPTS_MAX } from "../../src/jobs/job.ts";
import { get, requestSync, untilNewestEnded } from "../kill/graph-client.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { eventually } from "../support/eventually.ts";
import { findFreePort } from "../support/free-port.ts";
import { keepDoing } from "../support/keep-doing.ts";
import { measureCpuSlowness, measureSlowness, timed } from "../support/slowness.ts";
import { type ServiceProcess, spawnService } from "../support/start-service.ts";
import { type CompanyOfServices, openCompany, withPreloadedCode } from "./company-of-services.ts";

// Tests end or crash their process, and the next one needs another: these deaths are the statements.

const PEOPLE = "{ people(first: 50) { totalCount edges { node { displayName } } } }";

let company: CompanyOfServices;
beforeAll(async () => {
  company = await openCompany();
});
afterAll(async () => {
  await watched?.service[Symbol.asyncDispose]();
  await company[Symbol.asyncDispose]();
});

/**
 * Prints at each SIGUSR2 how long one callback blocked the event loop at most since the last signal, in
 * milliseconds. It measures CPU time between two timers, so time in which the kernel runs another process
 * does not count. SIGWINCH and SIGURG are two bugs of ours.
 */
const WATCHED = withPreloadedCode(`
  let [last, longest] = [process.threadCpuUsage(), 0];
  const beat = () => {
    const { user, system } = process.threadCpuUsage(last);
    last = process.threadCpuUsage();
    longest = Math.max(longest, (user + system) / 1000);
    setTimeout(beat, 1).unref();
  };
  beat();
  process.on("SIGUSR2", () => {
    console.log(JSON.stringify({ longestBlockMs: longest }));
    longest = 0;
  });
  process.on("SIGWINCH", () => { Promise.reject(new Error("a bug of ours")); });
  process.on("SIGURG", () => { throw new Error("a bug of ours"); });`);

/** Operations at a time. A request to /health waits for those before it, and for few later ones. */
const SIDE_BY_SIDE = 10;

/** One process for several tests: a start costs more CPU than most of them. */
let watched: { readonly service: ServiceProcess; readonly metricsPort: number } | undefined;
async function watch(): Promise<NonNullable<typeof watched>> {
  if (!watched) {
    const metricsPort = await findFreePort();
    const service = await company.start({ ...WATCHED, METRICS_PORT: String(metricsPort) });
    watched = { service, metricsPort };
  }
  return watched;
}

describe("C5: a run that takes more memory than there is", () => {
  const MARK = "a value that takes all memory";
  /** Parsing a record with the mark takes more memory than V8 may use. */
  const SMALL = withPreloadedCode(
    `
    const parse = JSON.parse;
    JSON.parse = (text, ...more) => {
      const taken = [];
      while (String(text).includes("${MARK}")) taken.push(Array(1_000_000).fill(taken.length));
      return parse(text, ...more);
    };`,
    // With half of it, the service collects garbage most of the time.
    ["--max-old-space-size=128"],
  );

  test("the run crashes each process that claims it, ends FAILED with SYNC_INTERRUPTED, and changes nothing", async () => {
    const before = await readDirectoryRows(company.databaseUrl);
    await company.sandbox.admin.setFaults([{ kind: "wrong-value", attribute: "last_name", value: MARK }]);
    const first = await company.start(SMALL);
    const id = await requestSync(first.url);
    await once(first.child, "exit");
    for (let attempt = 2; attempt <= ATTEMPTS_MAX; attempt += 1) {
      await company.ageHeartbeats();
      const { exited, output } = company.spawn(SMALL);
      await exited;
      expect(output.join("\n")).toContain("heap out of memory");
      expect(await company.runRow(id)).toMatchObject({ attempt, status: "RUNNING" });
    }
    await company.ageHeartbeats();

    await using next = await company.start(SMALL);
    expect(await untilNewestEnded(next.url)).toMatchObject({
      id,
      status: "FAILED",
      problem: { code: "SYNC_INTERRUPTED" },
    });
    expect(await readDirectoryRows(company.databaseUrl)).toEqual(before);
    await company.sandbox.admin.clearFaults();
    await requestSync(next.url);
    expect(await untilNewestEnded(next.url)).toMatchObject({ problem: null });
  });
});

test("C3: a process that gets SIGTERM under load answers open requests, exits with 0, and the next one claims its run at once", async () => {
  const stopping = await company.start();
  const id = await company.syncUntilThirdPage(stopping);
  const outcomes = new Set<string>();
  await using clients = keepDoing(5, async () => {
    outcomes.add(
      await get(stopping.url, PEOPLE).then(
        () => "answered",
        (error: Error & { cause?: { code?: string } }) => error.cause?.code ?? error.message,
      ),
    );
  });
  await eventually(() => outcomes.has("answered"));
  const stopped = await timed(10_000, () => stopping.stop("SIGTERM"));
  expect(stopped.result).toBe(0);
  expect(stopped.quietMs).toBeLessThan(10_000);
  await clients.stop();
  // Open requests are answered; later ones find no server.
  outcomes.delete("answered");
  for (const outcome of outcomes) expect(["ECONNREFUSED", "ECONNRESET", "UND_ERR_SOCKET"]).toContain(outcome);

  const { service: next } = await watch();
  const { result: run, quietMs } = await timed(6_000, () => untilNewestEnded(next.url));
  expect(run).toMatchObject({ id, problem: null });
  // Waiting for the heartbeat to expire takes ten seconds.
  expect(quietMs).toBeLessThan(6_000);
});

test("C6: an unhandled promise rejection is logged, and the process continues to serve", async () => {
  const { service } = await watch();
  const answers = Promise.all(Array.from({ length: 20 }, () => get(service.url, PEOPLE)));
  service.child.kill("SIGWINCH");
  await eventually(() => service.output.some((line) => line.includes("unhandled promise rejection")));

  await expect(answers).resolves.toHaveLength(20);
  expect(service.child.exitCode).toBeNull();
  expect((await fetch(`${service.url}/ready`)).status).toBe(200);
});

test("C7: the widest operations within the limits do not block the event loop for other clients", async () => {
  const { service, metricsPort } = await watch();
  const readLongestBlockMs = async (): Promise<number> => {
    const printed = service.output.length;
    service.child.kill("SIGUSR2");
    return eventually(() => {
      const line = service.output.slice(printed).find((one) => one.includes("longestBlockMs"));
      return line !== undefined && Number(JSON.parse(line).longestBlockMs);
    });
  };
  /** Reads the lag since the last call. */
  const readLag = async (): Promise<number> => {
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(metrics)?.[1]);
  };
  const widest = `{ people(first: 100) { edges { node {
    displayName workEmail department { name headcount } office { name headcount } supervisor { person { displayName } }
  } } } }`;
  await get(service.url, widest);
  await readLag();
  await readLongestBlockMs();
  const slownessBefore = measureSlowness();
  let answered = 0;
  await using load = keepDoing(SIDE_BY_SIDE, async () => {
    await get(service.url, widest);
    answered += 1;
  });
  /** How many operations are answered while each request to /health waits. */
  const overtaken: number[] = [];
  for (let asked = 0; asked < 16; asked += 1) {
    const before = answered;
    await fetch(`${service.url}/health`);
    overtaken.push(answered - before);
    await sleep(25);
  }
  // Measured under load: the service, the database and this test share the machine.
  const slowness = Math.max(slownessBefore, measureSlowness());
  const [lag, blocked] = [await readLag(), await readLongestBlockMs()];
  await load.stop();
  console.info(
    `Under the widest operations: p99 of the lag ${Math.round(lag * 1_000)} ms, ` +
      `/health after at most ${Math.max(...overtaken)} of ${answered} answers, the event loop blocked for ${Math.round(blocked)} ms of CPU; slowness ${slowness.toFixed(1)}.`,
  );
  expect(blocked / measureCpuSlowness()).toBeLessThan(100);
  expect(lag / slowness).toBeLessThan(0.2);
  expect(answered).toBeGreaterThan(SIDE_BY_SIDE);
  expect(Math.max(...overtaken)).toBeLessThanOrEqual(5 * SIDE_BY_SIDE);
});

test("C9: an uncaught exception is logged and ends the process with 70, as the last resort", async () => {
  const { service } = await watch();
  service.child.kill("SIGURG");
  const [code] = await once(service.child, "exit");
  expect(code).toBe(70);
  const last = service.output.filter((line) => line.includes("uncaught exception"));
  expect(last).toHaveLength(1);
  expect(JSON.parse(last[0] ?? "{}")).toMatchObject({ level: 60, err: { message: "a bug of ours" } });
});

test("C8: a missing key, a bad port or a bad URL refuses the start with a line each, exit code 78 and no secret", async () => {
  const { exited, output } = spawnService({
    DATABASE_URL: "postgres://someone:hunter2@db.example/people",
    METRICS_PORT: "x",
  });
  const [code] = await exited;
  expect(code).toBe(78);
  expect(output.map((line) => line.split(":")[0]).sort()).toEqual(["METRICS_PORT", "SECRET_KEYS"]);
  expect(output.join("\n")).not.toContain("hunter2");

  const bad = spawnService({ DATABASE_URL: "hunter2", SECRET_KEYS: "1:hunter2" });
  await once(bad.child, "exit");
  expect(bad.child.exitCode).toBe(78);
  expect(bad.output.join("\n")).not.toContain("hunter2");
});
