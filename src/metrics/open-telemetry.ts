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

/** A slower collector loses its spans; no response waits for them. */
const EXPORT_TIMEOUT_MS = 5_000;

/** The last spans get this long to be sent, after everything else has stopped. */
const SHUTDOWN_TIMEOUT_MS = 500;

export type OpenTelemetryOptions = {
  /** The same form as OTEL_EXPORTER_OTLP_ENDPOINT: we append `v1/traces`. */
  readonly endpoint: string;
};

/**
 * Sends spans to an OpenTelemetry collector, in batches. Loaded only if a collector is configured. It does
 * not use the library's globals. The current span is in a storage of this trace's own, so two apps in one
 * process do not mix.
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
      const shutdown = provider.shutdown().catch(() => undefined);
      await Promise.race([shutdown, sleep(SHUTDOWN_TIMEOUT_MS, undefined, { ref: false })]);
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

/**
 * `null` for anything but a `traceparent` of version 00: the header comes from outside and may contain any
 * text.
 */
function readTraceParent(text: string | undefined): SpanContext | null {
  const [, traceId, spanId, flags] = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/.exec(text ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(context) ? context : null;
}

/** Never the message: errors of the database quote rows. */
const codeOf = (error: unknown): string =>
  error instanceof Error ? ("code" in error ? String(error.code) : error.name) : typeof error;
