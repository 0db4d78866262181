import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { collectDefaultMetrics, type Registry } from "prom-client";
import type { Logger } from "../log.ts";
import { addGauges, type GaugeSources } from "./gauges.ts";

export type MetricsServerOptions = {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly registry: Registry;
  readonly gauges: GaugeSources;
  /**
   * True when the `Host` header names this process: a page that rebinds DNS must not read metrics either
   * (D21).
   */
  readonly isKnownHost: (request: IncomingMessage) => boolean;
  readonly log: Logger;
  /** After how long without a read a connection is closed; tests wait less. */
  readonly stalledMs?: number;
};

export type MetricsServer = AsyncDisposable & { readonly url: string };

/** A scraper that takes no bytes for this long does not read the response. */
const STALLED_MS = 45_000;

/**
 * Serves the registry at `/metrics` on a port of its own. So clients of the graph need no access to it, and a
 * scrape works while the GraphQL server is overloaded. Node's default metrics are included, such as the event
 * loop lag.
 */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port, registry, gauges, isKnownHost, log, stalledMs = STALLED_MS } = options;
  collectDefaultMetrics({ register: registry });
  addGauges(registry, gauges, log);
  const server = createServer(async (request, response) => {
    if (!isKnownHost(request)) {
      response.writeHead(421, { "content-type": "text/plain" }).end("Unknown Host header.\n");
      return;
    }
    if (request.method !== "GET" || request.url?.split("?")[0] !== "/metrics") {
      response.writeHead(404, { "content-type": "text/plain" }).end("Only GET /metrics is served here.\n");
      return;
    }
    try {
      const text = await registry.metrics();
      response.writeHead(200, { "content-type": registry.contentType }).end(text);
    } catch (error) {
      log.warn({ err: error }, "metrics could not be collected");
      response.writeHead(500).end();
    }
  });
  server.setTimeout(stalledMs);
  server.listen(port, host);
  await once(server, "listening");
  server.on("error", (error) => log.error({ err: error }, "metrics server error"));
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${portOf(server)}/metrics`;
  log.info({ url }, "serving metrics");
  return {
    url,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
