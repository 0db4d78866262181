import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";

/** What another service posts to us: the last part of the path, and the body as text. Gives the status to answer with. */
export type ReceiveWebhook = (delivery: {
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}) => Promise<number>;

/** An event names some ids; nothing that is larger is one. */
const WEBHOOK_BYTES_MAX = 16_384;

/** Where Personio posts its webhooks. Whether a body can be used is the receiver's to say, whatever type it claims to be of. */
export function addWebhookRoutes(server: FastifyInstance, receiveWebhook: ReceiveWebhook): void {
  server.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser("*", { parseAs: "string" }, async (_request: unknown, body: string) => body);
    // A wildcard, because a parameter may not be longer than a hundred characters.
    routes.post<{ Params: { "*": string }; Body: string | undefined }>(
      "/hooks/personio/*",
      // The address and its secret are the authentication; a proxy may pass any host on.
      { bodyLimit: WEBHOOK_BYTES_MAX, config: { anyHost: true } },
      async ({ params, headers, body = "" }, reply) =>
        reply.code(await receiveWebhook({ address: params["*"], headers, body })).send(),
    );
  });
}
