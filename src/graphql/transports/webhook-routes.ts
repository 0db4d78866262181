import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";

/**
 * Handles a delivery: the end of the path, the address of its sender, the headers, and the body as text.
 * Returns the HTTP status.
 */
export type ReceiveWebhook = (delivery: {
  readonly address: string;
  readonly sender: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}) => Promise<number>;

/** An event contains only some ids, so a larger body is not an event. */
const WEBHOOK_BYTES_MAX = 16_384;

/**
 * Adds the route for Personio's webhooks. It passes on a body of any content type; the receiver validates it.
 */
export function addWebhookRoutes(server: FastifyInstance, receiveWebhook: ReceiveWebhook): void {
  server.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser("*", { parseAs: "string" }, async (_request: unknown, body: string) => body);
    // A wildcard, because Fastify limits a path parameter to a hundred characters.
    routes.post<{ Params: { "*": string }; Body: string | undefined }>(
      "/hooks/personio/*",
      // The address and its secret authenticate the delivery, and a proxy may forward any host.
      { bodyLimit: WEBHOOK_BYTES_MAX, config: { anyHost: true } },
      async ({ params, ip, headers, body = "" }, reply) =>
        reply.code(await receiveWebhook({ address: params["*"], sender: ip, headers, body })).send(),
    );
  });
}
