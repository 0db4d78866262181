import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestApp } from "../support/test-app.ts";
import { type Collector, startCollector } from "./support/collector.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

let collector: Collector;
let runId: string;

beforeAll(async () => {
  collector = await startCollector();
  await using service = await startTestApp({ config: { tracing: { endpoint: collector.endpoint } } });
  runId = (await service.connect()).id;
  await fetch(`${service.app.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` },
    body: JSON.stringify({ query: "query Directory { departments { name } }" }),
  });
});
afterAll(() => collector[Symbol.asyncDispose]());

const childrenOf = (spanId: string | undefined): string[] =>
  collector
    .spans()
    .filter(({ parentSpanId }) => parentSpanId === spanId)
    .map(({ name }) => name);

describe("with a collector configured", () => {
  test("a run is a span with its stages, and the requests to Personio in the stage that made them", () => {
    const run = collector.spans().find(({ attributes }) => attributes["sync.run"] === runId);
    expect(run).toMatchObject({
      name: "sync",
      attributes: { "sync.mode": "FULL", "sync.trigger": "SETUP" },
      failed: false,
    });
    const stages = childrenOf(run?.spanId).filter((name) => name.startsWith("sync."));
    expect(stages).toEqual(["sync.read", "sync.plan", "sync.apply"]);
    const read = collector.spans().find(({ name }) => name === "sync.read");
    expect(childrenOf(read?.spanId)).toContain("personio.call");
  });

  test("an operation joins the trace of the gateway that sent it", () => {
    expect(collector.spans().filter(({ traceId }) => traceId === TRACE_ID)).toMatchObject([
      {
        name: "graphql.query",
        parentSpanId: "b7ad6b7169203331",
        attributes: { "graphql.operation.name": "Directory" },
      },
    ]);
  });

  test("traces contain no secret and no person", () => {
    const sent = collector.raw();
    expect(sent).not.toMatch(/sandbox-secret|sandbox-client|@|nordlicht/i);
  });
});
