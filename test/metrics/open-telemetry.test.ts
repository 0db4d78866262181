import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ActionableError } from "../../src/errors.ts";
import { startOpenTelemetry } from "../../src/metrics/open-telemetry.ts";
import { eventually } from "../support/eventually.ts";
import { timed } from "../support/slowness.ts";
import { type Collector, startCollector } from "./support/collector.ts";

let collector: Collector;
beforeEach(async () => {
  collector = await startCollector();
});
afterEach(() => collector[Symbol.asyncDispose]());

/** On a slow machine, spans arrive after the end of their trace, which waits for half a second. */
const spanNamed = (name: string) =>
  eventually(() => collector.spans().find((candidate) => candidate.name === name), {
    what: `the arrival of the span ${name}`,
  });

describe("a trace", () => {
  test("spans opened within a span are its children, also asynchronous and concurrent ones", async () => {
    {
      await using trace = startOpenTelemetry(collector);
      await trace.span("run", { "sync.mode": "FULL" }, async () => {
        await Promise.all([
          trace.span("read", {}, async () => trace.start("call", {})({})),
          trace.span("plan", {}, async () => undefined),
        ]);
      });
      await trace.span("another", {}, async () => undefined);
    }
    const run = await spanNamed("run");
    expect(run).toMatchObject({ attributes: { "sync.mode": "FULL" }, failed: false });
    expect(run.parentSpanId).toBeUndefined();
    expect((await spanNamed("read")).parentSpanId).toBe(run.spanId);
    expect((await spanNamed("plan")).parentSpanId).toBe(run.spanId);
    expect((await spanNamed("call")).parentSpanId).toBe((await spanNamed("read")).spanId);
    expect((await spanNamed("another")).traceId).not.toBe(run.traceId);
  });

  test("a failed span contains the error's code and not its message, and the error is rethrown", async () => {
    {
      await using trace = startOpenTelemetry(collector);
      const error = new ActionableError("PERSONIO_UNAVAILABLE", "Mara Example answered 503.", "Wait.");
      await expect(trace.span("run", {}, () => Promise.reject(error))).rejects.toBe(error);
      trace.start("call", {})({ failure: "503" });
    }
    expect(await spanNamed("run")).toMatchObject({
      failed: true,
      attributes: { "error.type": "PERSONIO_UNAVAILABLE" },
    });
    expect(await spanNamed("call")).toMatchObject({ failed: true, attributes: { "error.type": "503" } });
    expect(collector.raw()).not.toContain("Mara");
  });

  test("a trace that began at a gateway continues, unless the gateway does not record it", async () => {
    const [traceId, spanId] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];
    {
      await using trace = startOpenTelemetry(collector);
      const operation = (name: string) => () => trace.span(name, {}, async () => undefined);
      await trace.continuing(`00-${traceId}-${spanId}-01`, operation("recorded"));
      await trace.continuing(`00-${traceId}-${spanId}-00`, operation("not recorded"));
    }
    expect(collector.spans()).toMatchObject([{ name: "recorded", traceId, parentSpanId: spanId }]);
  });

  test.each([
    undefined,
    "",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nx: y",
  ])("a trace begins here when the header is %j", async (traceParent) => {
    {
      await using trace = startOpenTelemetry(collector);
      await trace.continuing(traceParent, () => trace.span("query", {}, async () => undefined));
    }
    expect((await spanNamed("query")).parentSpanId).toBeUndefined();
  });

  test("a trace is dropped without harm when no collector responds", async () => {
    await collector[Symbol.asyncDispose]();
    const { quietMs } = await timed(5_000, async () => {
      await using trace = startOpenTelemetry(collector);
      expect(await trace.span("run", {}, async () => "done")).toBe("done");
    });
    expect(quietMs).toBeLessThan(5_000);
    collector = await startCollector();
  });

  test("the traces of two apps are separate", async () => {
    await using other = await startCollector();
    {
      await using one = startOpenTelemetry(collector);
      await using two = startOpenTelemetry(other);
      await one.span("one", {}, () => two.span("two", {}, async () => undefined));
    }
    await spanNamed("one");
    await eventually(() => other.spans().length > 0);
    expect(collector.spans().map(({ name }) => name)).toEqual(["one"]);
    expect(other.spans().map(({ name, parentSpanId }) => ({ name, parentSpanId }))).toEqual([
      { name: "two", parentSpanId: undefined },
    ]);
  });
});
