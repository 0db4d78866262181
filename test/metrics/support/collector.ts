import { z } from "zod";
import { startSmallServer } from "../../personio/small-server.ts";

export type CollectedSpan = {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
};

/** An OpenTelemetry collector on loopback that keeps the spans it receives. */
export type Collector = AsyncDisposable & {
  readonly endpoint: string;
  spans(): readonly CollectedSpan[];
  /** The raw bodies of all requests. */
  raw(): string;
};

const STATUS_ERROR = 2;

const exported = z.object({
  resourceSpans: z.array(
    z.object({
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              name: z.string(),
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              attributes: z.array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })),
              status: z.object({ code: z.number() }),
            }),
          ),
        }),
      ),
    }),
  ),
});

export async function startCollector(): Promise<Collector> {
  const server = await startSmallServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  const raw = () => server.received.filter(({ url }) => url === "/v1/traces").map(({ body }) => body);
  return {
    endpoint: server.url,
    raw: () => raw().join("\n"),
    spans: () =>
      raw()
        .map((body) => exported.parse(JSON.parse(body)))
        .flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans))
        .flatMap(({ spans }) => spans)
        .map(({ attributes, status, ...span }) => ({
          ...span,
          attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
          failed: status.code === STATUS_ERROR,
        })),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
