import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import {
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { Attributes, EndSpan, Trace } from "./trace.ts";

const SERVICE_NAME = "people-subgraph";

/** A collector that takes longer is not waited for: spans are dropped, and nobody's answer depends on them. */
const EXPORT_TIMEOUT_MS = 5_000;

/** What is left to send when we stop gets this long, after everything else has stopped. */
const GOODBYE_MS = 500;

export type OpenTelemetryOptions = {
  /** As in OTEL_EXPORTER_OTLP_ENDPOINT: `v1/traces` is added to it. */
  readonly endpoint: string;
};

/**
 * Sends spans to an OpenTelemetry collector, in batches. Loaded only where one is configured, and kept off the library's
 * globals: the current span lives in a storage of this trace's own, so that two apps in one process do not mix.
 */
export function startOpenTelemetry({ endpoint }: OpenTelemetryOptions): Trace & AsyncDisposable {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, "")}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.name": SERVICE_NAME }),
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: EXPORT_TIMEOUT_MS })],
  });
  const tracer = provider.getTracer(SERVICE_NAME);
  const current = new AsyncLocalStorage<Span>();

  const open = (name: string, attributes: Attributes): Span => {
    const parent = current.getStore();
    const context = parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
    return tracer.startSpan(name, { attributes }, context);
  };

  return {
    async span(name, attributes, work) {
      const span = open(name, attributes);
      const end = endOf(span);
      try {
        const result = await current.run(span, work);
        end({});
        return result;
      } catch (error) {
        end({ failure: codeOf(error) });
        throw error;
      }
    },
    continuing(traceParent, work) {
      const remote = readTraceParent(traceParent);
      return remote ? current.run(trace.wrapSpanContext(remote), work) : work();
    },
    start: (name, attributes) => endOf(open(name, attributes)),
    async [Symbol.asyncDispose]() {
      const goodbye = provider.shutdown().catch(() => undefined);
      await Promise.race([goodbye, sleep(GOODBYE_MS, undefined, { ref: false })]);
    },
  };
}

const endOf =
  (span: Span): EndSpan =>
  ({ failure }) => {
    if (failure !== undefined) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute("error.type", failure);
    }
    span.end();
  };

/** `null` for what is not a `traceparent` of the version that there is; it comes from outside and may be anything. */
function readTraceParent(text: string | undefined): SpanContext | null {
  const [, traceId, spanId, flags] = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/.exec(text ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(context) ? context : null;
}

/** Never the message: what came from the database quotes rows. */
const codeOf = (error: unknown): string =>
  error instanceof Error ? ("code" in error ? String(error.code) : error.name) : typeof error;
