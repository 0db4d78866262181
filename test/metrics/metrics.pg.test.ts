import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fault } from "../../src/sandbox/api/faults.ts";
import { eventually } from "../support/eventually.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let service: TestApp;
beforeAll(async () => {
  service = await startTestApp({ config: { metrics: { port: 0 } } });
  await service.connect();
});
afterAll(() => service[Symbol.asyncDispose]());

/** The samples of one scrape: `name{labels}` and the number. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(service.app.metricsUrl ?? "")).text();
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    samples.map((line) => [
      line.slice(0, line.lastIndexOf(" ")),
      Number(line.slice(line.lastIndexOf(" ") + 1)),
    ]),
  );
}

describe("/metrics", () => {
  test("/metrics serves Prometheus' format on a port of its own, and nothing else there", async () => {
    const { app } = service;
    expect(new URL(app.metricsUrl ?? "").port).not.toBe(new URL(app.url).port);
    const response = await fetch(app.metricsUrl ?? "");
    expect(response.headers.get("content-type")).toContain("text/plain; version=0.0.4");
    expect((await fetch(new URL("/graphql", app.metricsUrl))).status).toBe(404);
    expect((await fetch(`${app.url}/metrics`)).status).toBe(404);
  });

  test("D21: /metrics refuses a page that reaches it by another host name", async () => {
    const asked = request(service.app.metricsUrl ?? "", { headers: { host: "evil.example" } }).end();
    const [response] = await once(asked, "response");
    response.resume();
    expect(response.statusCode).toBe(421);
  });

  test("/metrics counts runs by outcome and trigger, and their duration", async () => {
    const run = await service.sync();
    // The metric counts the run after it clears its staging, a moment after the graph shows its end.
    await eventually(async () =>
      (await scrape()).has(`people_sync_runs_total{status="${run.status}",trigger="MANUAL"}`),
    );
    const samples = await scrape();
    expect(samples.get(`people_sync_runs_total{status="${run.status}",trigger="SETUP"}`)).toBe(1);
    expect(samples.get(`people_sync_run_duration_seconds_count{status="${run.status}"}`)).toBe(2);
  });

  test("/metrics counts requests to Personio by endpoint and status, without ids", async () => {
    await service.sandbox.admin.setFaults([{ kind: "status", status: 403, path: "/v1/company/employees?" }]);
    await service.sync();
    await service.sandbox.admin.clearFaults();
    const samples = await scrape();
    expect(
      samples.get('people_personio_calls_total{endpoint="GET /v1/company/employees",status="ok"}'),
    ).toBeGreaterThan(0);
    expect(
      samples.get('people_personio_calls_total{endpoint="GET /v1/company/employees",status="403"}'),
    ).toBe(1);
    expect(samples.get('people_integration_broken_total{code="PERSONIO_ACCESS_MISSING"}')).toBe(1);
    expect((await service.sync()).problem).toBeNull();
  });

  test("/metrics counts GraphQL operations by type and outcome, and refused ones", async () => {
    const before = await scrape();
    await service.ask("{ people(first: 1000) { totalCount } }");
    await service.ask("{ unknownField }");
    await service.ask("{ departments { name } }");
    const after = await scrape();
    const grown = (sample: string): number => (after.get(sample) ?? 0) - (before.get(sample) ?? 0);
    const count = "people_graphql_operation_duration_seconds_count";
    expect(grown(`${count}{type="query",outcome="ok"}`)).toBe(1);
    expect(grown(`${count}{type="query",outcome="errors"}`)).toBe(1);
    expect(grown("people_graphql_operations_refused_total")).toBe(1);
  });

  test("/metrics shows the number of people, the age of the directory, and the queued jobs", async () => {
    const { people } = await service.get<{ people: { totalCount: number } }>("{ people { totalCount } }");
    const samples = await scrape();
    expect(samples.get("people_present")).toBe(people.totalCount);
    expect(samples.get('people_directory_age_seconds{quantile="1"}')).toBeLessThan(120);
    expect(samples.get('people_integrations{status="CONNECTED"}')).toBe(1);
    for (const queue of ["setup-preview", "sync", "sync-due"])
      expect(samples.get(`people_queue_jobs{queue="${queue}",state="waiting"}`)).toBe(0);
  });

  test("(C7) /metrics shows the event loop lag", async () => {
    expect((await scrape()).get("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThan(0);
  });

  test("/metrics contains no tenant and no person", async () => {
    const names = [...(await scrape()).keys()].join("\n");
    expect(names).not.toMatch(/"default"|tenant|@/);
  });

  test.each([
    ["PAGINATION_LOOP", { kind: "self-pointing-next" }],
    ["REDIRECT_REFUSED", { kind: "foreign-next", origin: "http://169.254.169.254" }],
  ] as const)("(A12, A15) /metrics counts an abandoned list under its kind: %s", async (kind, fault) => {
    await service.get("mutation { setPersonioApiVersion(version: V2) { id } }");
    await service.sandbox.admin.setFaults([{ ...fault, path: "/v2/persons?" }] as Fault[]);
    expect(await service.sync()).toMatchObject({
      status: "FAILED",
      problem: { code: "PERSONIO_UNAVAILABLE", message: expect.stringContaining(`(${kind})`) },
    });
    await service.sandbox.admin.clearFaults();
    expect(
      (await scrape()).get(`people_personio_calls_total{endpoint="GET /v2/persons",status="${kind}"}`),
    ).toBe(1);
  });
});
